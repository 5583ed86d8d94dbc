"""Formulas that reach two steps back: the additional examples, and leapfrog.

The paper gives the additional examples for 1 < i only. Their X_1 is chosen here: it has the terms
of the formula that exist, W_1 X_0, as if X_{-1} were 0.
"""

from __future__ import annotations

from sympy import Eq, Piecewise, binomial, fibonacci

from formula2net.formulas.entry import LIAO, L, formula, k
from formula2net.language.recursion import Recursion
from formula2net.language.schemes.multistep import METHODS
from formula2net.language.symbols import Index, Operator, State

X, W, i = State("X"), Operator("W"), Index("i")


@formula(
    title="Additional example 1",
    source=f"{LIAO}, A.4.1; X_1 is not given there",
    counts={
        "words": fibonacci(L + 1),
        ("words", "length"): Piecewise((binomial((L + k) / 2, k), Eq((L + k) % 2, 0)), (0, True)),
    },
)
def additional_example_1() -> Recursion:
    """The shortcut skips two steps, so a path leaves out blocks in pairs."""
    return Recursion(
        Eq(X[i], W[i] * X[i - 1] + X[i - 2]),
        initial=Eq(X[1], W[1] * X[0]),
    )


@formula(
    title="Additional example 2",
    source=f"{LIAO}, A.4.2; X_1 is not given there",
    counts={"words": fibonacci(L + 1), ("words", "length"): binomial(k, L - k)},
)
def additional_example_2() -> Recursion:
    """The sum of the outputs of the last two blocks: no shortcut around a block."""
    return Recursion(
        Eq(X[i], W[i] * X[i - 1] + W[i - 1] * X[i - 2]),
        initial=Eq(X[1], W[1] * X[0]),
    )


@formula(
    title="Leapfrog",
    source="The explicit midpoint rule over two steps; E. Hairer, S. P. Norsett and G. Wanner "
    "(1993). Solving Ordinary Differential Equations I, III.1",
    counts={"words": fibonacci(L + 2)},
)
def leapfrog() -> Recursion:
    """From X_{i-2}, two step sizes along the direction at X_{i-1}; it can be run backwards."""
    return METHODS["leapfrog"].recursion()
