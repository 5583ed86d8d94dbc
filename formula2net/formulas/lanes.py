"""Several copies of the state, mixed by numbers that are trained."""

from __future__ import annotations

from functools import partial

from sympy import Eq, Sum, binomial

from formula2net.formulas.entry import L, formula, k
from formula2net.language.recursion import Recursion
from formula2net.language.symbols import Index, Input, Operator, Scalar, State

X, Y, W, z = State("X"), State("Y"), Operator("W"), Input("z")
i, lane, j = Index("i"), Index("k"), Index("j")


@formula(
    title="Hyper-connection, static",
    source="D. Zhu, H. Huang, Z. Huang, Y. Zeng, Y. Mao, B. Wu, Q. Min and X. Zhou (2024). "
    "Hyper-Connections; static, with the start values given there",
    counts={"words": 2**L, ("words", "length"): binomial(L, k)},
)
def hyper_connection(lanes: int = 4) -> Recursion:
    """Residual streams side by side: what a block reads, and where it adds, is trained.

    p picks what the block reads, a mixes the lanes, b spreads the block's output. They start as a
    ResNet: block i reads lane i mod n and adds to all lanes.
    """
    n = lanes
    p = Scalar("p", start=partial(_picked, n))
    a = Scalar("a", start=_kept)
    b = Scalar("b", start=1)
    return Recursion(
        [
            Eq(Y[i], W[i](Sum(p[i, j] * X[i - 1, j], (j, 1, n)))),
            (
                Eq(X[i, lane], Sum(a[i, lane, j] * X[i - 1, j], (j, 1, n)) + b[i, lane] * Y[i]),
                (lane, 1, n),
            ),
        ],
        initial=(Eq(X[0, lane], z), (lane, 1, n)),
        output=Sum(X[i, j], (j, 1, n)),
    )


def _picked(lanes: int, step: int, lane: int) -> int:
    """Start of p: block i reads one lane, and the lanes take turns."""
    return int((step - 1) % lanes == lane - 1)


def _kept(step: int, lane: int, read: int) -> int:
    """Start of a: every lane is kept as it is."""
    return int(lane == read)
