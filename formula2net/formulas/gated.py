"""Networks with gates."""

from __future__ import annotations

from sympy import Eq, binomial

from formula2net.formulas.entry import LIAO, L, formula, k
from formula2net.language.recursion import Recursion
from formula2net.language.structure import Hadamard
from formula2net.language.symbols import Activation, Index, Operator, State

X, H, T, i = State("X"), Operator("H"), Operator("T"), Index("i")
sigmoid = Activation("sigmoid")


@formula(
    title="Highway network",
    source="R. K. Srivastava, K. Greff and J. Schmidhuber (2015). Highway Networks, Eq. (3); "
    f"{LIAO}, Eq. (1)",
    counts={"words": 4**L, ("words", "length"): 3**k * binomial(L, k)},
)
def highway() -> Recursion:
    """A gate decides, number by number, how much of the block and how much of its input passes."""
    x = X[i - 1]
    gate = sigmoid(T[i](x))
    return Recursion(Eq(X[i], Hadamard(gate, H[i](x)) + Hadamard(1 - gate, x)))
