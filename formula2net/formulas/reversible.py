"""Networks whose inputs can be computed back from their outputs."""

from __future__ import annotations

from sympy import Eq, fibonacci

from formula2net.formulas.entry import L, formula
from formula2net.language.recursion import Recursion
from formula2net.language.structure import Concat, Split
from formula2net.language.symbols import Index, Input, Operator, State

X, Y, z, i = State("X"), State("Y"), Input("z"), Index("i")
F, G = Operator("F"), Operator("G")


@formula(
    title="RevNet",
    source="A. N. Gomez, M. Ren, R. Urtasun and R. B. Grosse (2017). "
    "The Reversible Residual Network: Backpropagation Without Storing Activations, Section 3.1",
    counts={"wired": fibonacci(2 * L + 3), "words": fibonacci(2 * L + 3) - 1},
)
def revnet() -> Recursion:
    """The halves of the input take turns in changing each other."""
    return Recursion(
        [
            Eq(X[i], X[i - 1] + F[i](Y[i - 1])),
            Eq(Y[i], Y[i - 1] + G[i](X[i])),
        ],
        initial=[Eq(X[0], Split(z, 2)[1]), Eq(Y[0], Split(z, 2)[2])],
        output=Concat(X[i], Y[i]),
    )
