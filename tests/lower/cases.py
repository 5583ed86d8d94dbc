"""Formulas of every kind with a backbone, for tests that hold for all of them."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from sympy import Eq, Rational, sqrt

from formula2net.compiler import compile
from formula2net.formulas import get_formula
from formula2net.language.backbone import Backbone
from formula2net.language.recursion import Recursion
from formula2net.language.structure import Concat, Hadamard, Split, ZerosLike
from formula2net.language.symbols import Activation, Index, Input, Operator, Scalar, State
from formula2net.lower.network import Network

X, Y, V = State("X"), State("Y"), State("V")
W, T, i, j = Operator("W"), Operator("T"), Index("i"), Index("j")
relu = Activation("relu")
z = Input("z")

SMALL = Backbone.cifar((2, 2), (4, 8))  # two stages: strides and transitions
FLAT = Backbone.cifar((3,), (8,))
TABLE = Backbone.table(5, (2, 2), (6, 12), 3)


@dataclass(frozen=True)
class Case:
    """A formula over a backbone."""

    formula: Recursion
    backbone: Backbone = SMALL
    block: str = "basic"

    def compile(self) -> Network:
        """The network."""
        torch.manual_seed(0)
        return compile(self.formula, self.backbone, self.block)

    def images(self, samples: int = 2) -> torch.Tensor:
        """A random input."""
        stem = self.backbone.stem
        axes = [8] * self.backbone.dims
        return torch.randn(
            samples, stem.in_chans, *axes, generator=torch.Generator().manual_seed(1)
        )


def named(name: str, backbone: Backbone = SMALL, block: str = "basic") -> Case:
    """A formula of the registry."""
    return Case(get_formula(name), backbone, block)


CASES = {
    "resnet": named("resnet"),
    "resnet_relu": named("resnet_relu"),
    "difference": named("difference"),
    "difference_twin": named("difference_twin"),
    "difference_system": named("difference_system"),  # ZerosLike
    "highway": named("highway"),  # gates, constants
    "rk4": named("rk4"),  # rationals, several blocks a step
    "gill4": named("gill4"),  # radicals
    "revnet": named("revnet"),  # parts of the input, two states
    "seqconv_windowed": named("seqconv_windowed", FLAT),  # parts, windows
    "densenet": named("densenet", FLAT),
    "hyper_connection": named("hyper_connection"),  # lanes, trainable scalars
    "tied": Case(Recursion(Eq(X[i], X[i - 1] + W(X[i - 1]) / 2)), FLAT),
    "scalars": Case(
        Recursion(Eq(X[i], (1 - Scalar("a", Rational(1, 2))[i]) * X[i - 1] + W[i](X[i - 1])))
    ),
    "radical": Case(
        Recursion(Eq(X[i], X[i - 1] + sqrt(6) / 4 * W[i](X[i - 1]) - W[i](X[i - 1] / 2) / 3))
    ),
    "nested": Case(
        Recursion(
            Eq(
                X[i],
                X[i - 1]
                + Recursion(Eq(Y[j], relu(W[j](Y[j - 1]) + Y[j - 1]))).as_operator(2, "F")[i](
                    X[i - 1]
                ),
            )
        )
    ),
    "gated_parts": Case(
        Recursion(
            Eq(
                X[i],
                X[i - 1]
                + Concat(
                    Hadamard(Split(T[i](X[i - 1]), 2)[1], Split(W[i](X[i - 1]), 2)[2]),
                    Hadamard(1 - Split(T[i](X[i - 1]), 2)[2], Split(X[i - 1], 2)[1]),
                ),
            )
        ),
        FLAT,
    ),
    "average": Case(
        # Y is a state: an equation of its own, although it is read once and by a sum.
        Recursion([Eq(Y[i], X[i - 1] / 2), Eq(X[i], Y[i] + X[i - 1] + W[i](Y[i]))]),
        FLAT,
    ),
    "momentum": Case(
        Recursion(
            [Eq(V[i], V[i - 1] / 2 + W[i](X[i - 1])), Eq(X[i], X[i - 1] + V[i])],
            initial=Eq(V[0], ZerosLike(X[0])),
        )
    ),
    "table": Case(get_formula("difference"), TABLE, "linear"),
    "one_dimension": Case(
        get_formula("resnet_relu"), Backbone.cifar((1, 1), (4, 8), dims=1), "preact"
    ),
    "layers": Case(get_formula("difference"), Backbone.cifar((2, 2), (4, 8), transition="layer")),
    "features": Case(get_formula("resnet"), Backbone.cifar((2,), (4,), num_classes=0)),
}
