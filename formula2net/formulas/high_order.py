"""The schemes of the high-order paper as it prints them, nested, and with the step size adapted.

The textbook schemes are in `schemes.py`, read from their tableaux.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import add
from typing import Any, Final

from sympy import Eq, Expr, Integer, Rational

from formula2net.formulas.entry import L, formula
from formula2net.formulas.tableaux import load_tableau
from formula2net.language.recursion import Recursion
from formula2net.language.structure import Hadamard
from formula2net.language.symbols import Activation, Index, Operator, State

LUO: Final = (
    "Z. Luo, Z. Sun, W. Zhou and S. Kamata (2021). "
    "Rethinking ResNets: Improved Stacking Strategies With High Order Schemes"
)

X, M, E, F, i = State("X"), State("M"), State("E"), Operator("F"), Index("i")
step_factor = Activation("step_factor")
half = Rational(1, 2)


@formula(
    title="Midpoint block as printed",
    source=f"{LUO}, Eqs. (6) and (7)",
    counts={"wired": 3**L, "words": 3**L, "total": 2**L},
)
def midpoint_printed() -> Recursion:
    """The second block reads half of the middle state; in the scheme it reads X + F(X)/2."""
    return Recursion(
        [
            Eq(M[i], F[i, 1](X[i - 1]) + X[i - 1]),
            Eq(X[i], F[i, 2](half * M[i]) + X[i - 1]),
        ]
    )


@formula(
    title="RK4 block as printed",
    source=f"{LUO}, Eqs. (8) and (9)",
    counts={"wired": 15**L, "words": 11**L, "total": Rational(19, 6) ** L},
)
def rk4_printed() -> Recursion:
    """Every k holds the identity, and Eq. (9) adds it again: its coefficient is 2 a step."""
    x = X[i - 1]
    k1, k2, k3, k4 = (State(f"K{s}")[i] for s in (1, 2, 3, 4))
    return Recursion(
        [
            Eq(k1, F[i, 1](x) + x),
            Eq(k2, F[i, 2](half * k1) + x),
            Eq(k3, F[i, 3](half * k2) + x),
            Eq(k4, F[i, 4](k3) + x),
            Eq(X[i], x + Rational(1, 6) * (k1 + 2 * k2 + 2 * k3 + k4)),
        ]
    )


@formula(title="Nested midpoint", source=f"{LUO}, Section 3.5; the depth of nesting is Table 3's")
def nested_midpoint(times: int = 1) -> Recursion:
    """Each block of a midpoint step is a midpoint step, with its identity, so many times over."""
    outer = inner = load_tableau("midpoint").recursion()
    for _ in range(times):
        inner = outer.with_blocks(F=inner.as_operator(1))
    return inner


@formula(
    title="Verner's pair of orders 8 and 9, its step adapted",
    source=f"{LUO}, Section 3.4, where it is left undone; J. H. Verner (1978). "
    "Explicit Runge-Kutta Methods with Estimates of the Local Truncation Error",
)
def verner89_adaptive() -> Recursion:
    """The difference of the two orders decides, sample by sample, how far the step goes."""
    return adaptive()


def adaptive(tolerance: Any = 1) -> Recursion:
    """A step of Verner's pair with all of its 16 RK stages.

    The step of order 8 is X + sum b_j K_j, and E = sum (b_hat_j - b_j) K_j is its error, as the
    method of order 9 sees it. Step size control would take the next step with another size. A
    block has no next step: here the factor stretches the step that it was computed from,
    X + step_factor(E / tolerance) * sum b_j K_j. RK stages 15 and 16 act through the factor alone.

    Args:
        tolerance: Error at which the factor is 0.8, an exact number; larger means longer steps.
    """
    pair = load_tableau("verner89")
    b, b_hat = pair.b, pair.b_hat or ()
    k = [State(f"K{s}")[i] for s in range(1, pair.stages + 1)]
    stages = [
        Eq(k_s, F[i, s](_sum([Integer(1), *row], [X[i - 1], *k])))
        for s, (k_s, row) in enumerate(zip(k, pair.A, strict=True), start=1)
    ]
    error = [hat - weight for hat, weight in zip(b_hat, b, strict=True)]
    scaled = E[i] if tolerance == 1 else E[i] / tolerance
    return Recursion(
        [
            *stages,
            Eq(E[i], _sum(error, k)),
            Eq(X[i], X[i - 1] + Hadamard(step_factor(scaled), _sum(b, k))),
        ]
    )


def _sum(weights: Sequence[Expr], values: Sequence[Any]) -> Any:
    """The weighted values, those of weight 0 left out."""
    return reduce(add, (w * v for w, v in zip(weights, values, strict=True) if w))
