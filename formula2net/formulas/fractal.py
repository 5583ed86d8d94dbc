"""Fractals: blocks of one column beside blocks of several, joined by their mean."""

from __future__ import annotations

from typing import Final

from sympy import Eq, Integer

from formula2net.formulas.entry import L, formula
from formula2net.language.expressions import Feature
from formula2net.language.recursion import Recursion
from formula2net.language.structure import Mean
from formula2net.language.symbols import Index, Operator, State

LARSSON: Final = (
    "G. Larsson, M. Maire and G. Shakhnarovich (2017). "
    "FractalNet: Ultra-Deep Neural Networks without Residuals"
)

X, F, i = State("X"), Operator("F"), Index("i")

THREE_COLUMNS: Final = {"words": 5**L, "total": Integer(1)}


@formula(title="Fractal", source=f"{LARSSON}, Eqs. (1) and (2)", counts=THREE_COLUMNS)
def fractal(columns: int = 3) -> Recursion:
    """A block beside two fractals of one column less in a row: f_{C+1} = (F + f_C f_C) / 2.

    A fractal of one column is a block. One of C columns has 2^C - 1 blocks, up to 2^(C-1) of them
    in a row. Each join is the mean of two, so a path through m joins has the coefficient 2^(-m).
    """
    if columns == 1:
        return Recursion(Eq(X[i], F[i](X[i - 1])))
    C = fractal.with_parameters(columns=columns - 1).as_operator(2, "C")
    return Recursion(Eq(X[i], Mean(F[i](X[i - 1]), C[i](X[i - 1]))))


@formula(title="Fractal, joins collapsed", source=f"{LARSSON}, Figure 1", counts=THREE_COLUMNS)
def fractal_joined(columns: int = 3) -> Recursion:
    """The fractal whose neighbouring joins are one, with equal weight for every column.

    Inside J a step is a row of blocks: column c has one in every 2^(c-1)-th row, which reads what
    was joined 2^(c-1) rows before. Paths and blocks are those of `fractal`, in another order;
    coefficients differ from three columns on.
    """
    J = rows(columns).as_operator(2 ** (columns - 1), "J")
    return Recursion(Eq(X[i], J[i](X[i - 1])))


def rows(columns: int) -> Recursion:
    """The rows of one fractal, an equation for each."""
    count = 2 ** (columns - 1)
    return Recursion([Eq(X[row], _joined(row, columns)) for row in range(1, count + 1)])


def _joined(row: int, columns: int) -> Feature:
    """The mean of the columns that have a block in this row."""
    reach = {c: 2 ** (c - 1) for c in range(1, columns + 1)}  # how far back a column reads
    ends = [F[row, c](X[row - back]) for c, back in reach.items() if row % back == 0]
    return Mean(*ends) if len(ends) > 1 else ends[0]
