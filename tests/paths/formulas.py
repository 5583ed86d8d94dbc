"""Formulas that several tests read."""

from __future__ import annotations

from sympy import Eq, Sum

from formula2net.language.recursion import Recursion
from formula2net.language.structure import Concat
from formula2net.language.symbols import Activation, Index, Operator, State

X, Y, V = State("X"), State("Y"), State("V")
W, K, U = Operator("W"), Operator("K"), Operator("U")
RELU = Activation("relu")
i, j, k = Index("i"), Index("j"), Index("k")

FIRST = Eq(X[1], (1 + W[1]) * X[0])

PLAIN = Recursion(Eq(X[i], W[i](X[i - 1])))
RESNET = Recursion(Eq(X[i], (1 + W[i]) * X[i - 1]))
DIFFERENCE = Recursion(Eq(X[i], (1 + W[i]) * X[i - 1] - W[i - 1] * X[i - 2]), initial=FIRST)
TWIN = Recursion(Eq(X[i], X[0] + W[i] * X[i - 1]))
DENSE = Recursion(Eq(X[i], W[i](Concat(X[j], (j, 0, i - 1)))))
DENSE_SUM = Recursion(Eq(X[i], W[i](Sum(X[j], (j, 0, i - 1)))))
EULER_2 = Recursion(Eq(X[i], X[i - 1] + K[i](X[i - 1] + W[i](X[i - 1]) / 2)))


def window(size: int) -> Recursion:
    """The last ``size`` values side by side."""
    return Recursion(Eq(X[i], W[i](Concat(X[j], (j, i - size, i - 1), clip=True))))


def activated(relu: bool = True) -> Recursion:
    """The difference formula with an activation after every sum."""
    sums = (1 + W[i]) * X[i - 1] - W[i - 1] * X[i - 2], FIRST.rhs
    general, first = (RELU(x) for x in sums) if relu else sums
    return Recursion(Eq(X[i], general), initial=Eq(X[1], first))
