"""Concatenation of earlier values: SeqConv layers, dense and sparse blocks.

As blocks of another formula they are written `seqconv.recursion.as_operator(depth=4)`.
"""

from __future__ import annotations

from sympy import Eq, Piecewise, Rational, binomial, floor, log

from formula2net.formulas.entry import HUANG, L, formula, k
from formula2net.language.recursion import Recursion
from formula2net.language.structure import Concat, Split
from formula2net.language.symbols import Index, Input, Operator, State

x, F, z = State("x"), Operator("F"), Input("z")
i, j = Index("i"), Index("j")


@formula(
    title="SeqConv layer",
    source=f"{HUANG}, Eq. (1)",
    counts={
        "words": 2**L - 1,
        ("words", "length"): Piecewise((binomial(L, k), k > 0), (0, True)),
    },
)
def seqconv() -> Recursion:
    """Each group reads the input and all groups before it; the layer's input is not handed on."""
    return Recursion(
        Eq(x[i], F[i](Concat(x[j], (j, 0, i - 1)))),
        output=Concat(x[j], (j, 1, i)),
    )


@formula(title="Windowed SeqConv layer", source=f"{HUANG}, Eq. (2)")
def seqconv_windowed(groups: int = 4) -> Recursion:
    """Each group reads the last groups only, those of the layer's input among them."""
    g = groups
    return Recursion(
        Eq(x[i], F[i](Concat(x[j], (j, i - g, i - 1)))),
        initial=(Eq(x[j], Split(z, g)[j + g]), (j, 1 - g, 0)),
        output=Concat(x[j], (j, 1, i)),
    )


def dense_block(growth: Rational | None = None) -> Recursion:
    """Each block reads all values before it.

    Args:
        growth: What a block hands on, in widths of what the formula hands on as a block.
    """
    G = Operator("F", width=growth)
    return Recursion(
        Eq(x[i], G[i](Concat(x[j], (j, 0, i - 1)))),
        output=Concat(x[j], (j, 0, i)),
    )


def sparse_block(growth: Rational | None = None) -> Recursion:
    """Each block reads the values 1, 2, 4, 8, ... steps back.

    Args:
        growth: As of `dense_block`.
    """
    G = Operator("F", width=growth)
    return Recursion(
        Eq(x[i], G[i](Concat(x[i - 2**j], (j, 0, floor(log(i, 2)))))),
        output=Concat(x[i + 1 - 2**j], (j, 0, floor(log(i + 1, 2)))),
    )


@formula(
    title="Dense block",
    source="G. Huang, Z. Liu, L. van der Maaten and K. Q. Weinberger (2017). "
    "Densely Connected Convolutional Networks, Eq. (2)",
    counts={"words": 2**L, ("words", "length"): binomial(L, k)},
)
def densenet() -> Recursion:
    """Each block reads all values before it; they are handed on together with the input."""
    return dense_block()


@formula(
    title="Sparse block",
    source="L. Zhu, R. Deng, M. Maire, Z. Deng, G. Mori and P. Tan (2018). "
    "Sparsely Aggregated Convolutional Networks",
)
def sparsenet() -> Recursion:
    """Each block reads the values 1, 2, 4, 8, ... steps back, and so does what comes after them.

    A block has O(log L) sources where that of `densenet` has O(L). What is handed on is what a
    block of step L + 1 would read, as the authors' code has it.
    """
    return sparse_block()
