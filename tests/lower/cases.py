"""Formulas of every kind with a backbone, for tests that hold for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from sympy import Eq, Rational, sqrt

from formula2net.blocks import Block, Plain
from formula2net.compiler import compile
from formula2net.formulas import get_formula
from formula2net.language.backbone import Backbone
from formula2net.language.recursion import Recursion
from formula2net.language.structure import Concat, Hadamard, Split, ZerosLike
from formula2net.language.symbols import Activation, Index, Input, Norm, Operator, Scalar, State
from formula2net.lower.network import Network

X, Y, V = State("X"), State("Y"), State("V")
W, T, i, j = Operator("W"), Operator("T"), Index("i"), Index("j")
relu, sigmoid, pool = Activation("relu"), Activation("sigmoid"), Activation("global_pool")
norm = Norm()
H, D = Operator("H", width=Rational(1, 2)), Operator("D", width=Rational(3, 2))
E, S = Operator("E", stride=1), Operator("S", width=Rational(1, 2), stride=1)
z = Input("z")

SMALL = Backbone.cifar((2, 2), (4, 8))  # two stages: strides and transitions
FLAT = Backbone.cifar((3,), (8,))
TABLE = Backbone.table(5, (2, 2), (6, 12), 3)


@dataclass(frozen=True)
class Case:
    """A formula over a backbone."""

    formula: Recursion
    backbone: Backbone = SMALL
    block: str | Mapping[str, str | Block] = "basic"

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
    "norms": Case(
        Recursion(
            Eq(X[i], X[i - 1] + W[i](norm[i](X[i - 1])) - W[i - 1](norm[i - 1](X[i - 2]))),
            initial=Eq(X[1], X[0] + W[1](norm[1](X[0]))),
        ),
        SMALL,
        {"W": Plain(norm=None, activation=None)},
    ),
    "tied_norm": Case(Recursion(Eq(X[i], relu(X[i - 1] + W[i](Norm("norm2")(X[i - 1]))))), FLAT),
    "squeezed": Case(
        Recursion(
            Eq(
                X[i],
                X[i - 1] + Hadamard(W[i](X[i - 1]), sigmoid(E[i](relu(S[i](pool(X[i - 1])))))),
            )
        ),
        SMALL,
        {"W": "basic", "*": Plain(kernel=1, norm=None, activation=None)},
    ),
    "kept": Case(Recursion(Eq(X[i], X[i - 1] + W[i](E[i](X[i - 1]) + H[i](X[i - 1]))))),
    "widths": Case(
        Recursion(
            [
                Eq(Y[i], norm[i](Concat(D[i](X[i - 1]), H[i](X[i - 1])))),
                Eq(X[i], X[i - 1] + W[i](Y[i])),
            ]
        ),
        SMALL,
        "plain",
    ),
    "chunks": Case(
        Recursion(
            Eq(
                X[i],
                X[i - 1]
                + T[i](
                    Recursion(
                        Eq(Y[j], H[j](norm[j](Split(z, 2)[j] + Y[j - 1]))),
                        initial=Eq(Y[1], Split(z, 2)[1]),
                        output=Concat(Y[1], Y[2]),
                    ).as_operator(2, "R", width=Rational(3, 2))[i](D[i](X[i - 1]))
                ),
            )
        ),
        SMALL,
        {"R.H": "basic", "*": "plain"},
    ),
    "step_factor": Case(
        Recursion(
            Eq(X[i], X[i - 1] + Hadamard(W[i](X[i - 1]), Activation("step_factor")(T[i](X[i - 1]))))
        )
    ),
    "layers": Case(get_formula("difference"), Backbone.cifar((2, 2), (4, 8), transition="layer")),
    "features": Case(get_formula("resnet"), Backbone.cifar((2,), (4,), num_classes=0)),
}
