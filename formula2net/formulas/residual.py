"""Chains of blocks, and chains with a shortcut around every block."""

from __future__ import annotations

from typing import Final

from sympy import Eq, Integer, Piecewise, binomial

from formula2net.formulas.entry import LIAO, L, formula, k
from formula2net.language.recursion import Recursion
from formula2net.language.symbols import Activation, Index, Operator, State

HE: Final = "K. He, X. Zhang, S. Ren and J. Sun (2016). "
DEEP: Final = HE + "Deep Residual Learning for Image Recognition, Eq. (1)"
IDENTITY: Final = HE + "Identity Mappings in Deep Residual Networks, Eq. (3)"

X, W, i = State("X"), Operator("W"), Index("i")
relu = Activation("relu")

ONE_PATH: Final = {"words": Integer(1), ("words", "length"): Piecewise((1, Eq(k, L)), (0, True))}
ALL_PATHS: Final = {"words": 2**L, ("words", "length"): binomial(L, k)}


@formula(title="Plain CNN", source=f"{LIAO}, Eq. (3), its activation in the block", counts=ONE_PATH)
def plain() -> Recursion:
    """Block after block: the one path goes through all of them."""
    return Recursion(Eq(X[i], W[i] * X[i - 1]))


@formula(title="Plain CNN, activation after the block", source=f"{LIAO}, Eq. (3)", counts=ONE_PATH)
def plain_relu() -> Recursion:
    """Block after block, with the activation as a letter of the formula."""
    return Recursion(Eq(X[i], relu(W[i](X[i - 1]))))


@formula(title="ResNet", source=f"{IDENTITY}; {LIAO}, Eq. (10)", counts=ALL_PATHS)
def resnet() -> Recursion:
    """A shortcut around every block: each path chooses its blocks, so there are 2^L."""
    return Recursion(Eq(X[i], (1 + W[i]) * X[i - 1]))


@formula(
    title="ResNet, activation after the sum", source=f"{DEEP}; {LIAO}, Eq. (7)", counts=ALL_PATHS
)
def resnet_relu() -> Recursion:
    """The first ResNet: the shortcut carries the identity up to the activation after the sum."""
    return Recursion(Eq(X[i], relu((1 + W[i]) * X[i - 1])))
