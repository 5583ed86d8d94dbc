"""Totals with Scalars: polynomials in them, below a limit."""

from __future__ import annotations

from collections.abc import Sequence

from formula2net.errors import PathCountError, Problem
from formula2net.ir.coefficient import Coefficient, Polynomial
from formula2net.paths.rows import CoefficientRow

Table = dict[int, Coefficient]


def symbolic_tables(rows: Sequence[CoefficientRow], limit: int) -> list[Table]:
    """The totals of every value by length, as exact polynomials in the scalars.

    Raises:
        PathCountError: a total has more terms than the limit (one Scalar a step gives 2^L).
    """
    tables: list[Table] = []
    for terms, length, is_source in rows:
        table: Table = {0: 1} if is_source else {}
        for weight, read in terms:
            for k, value in tables[read].items():
                table[k + length] = table.get(k + length, 0) + weight * value
        size = sum(len(c.terms) for c in table.values() if isinstance(c, Polynomial))
        if size > limit:
            raise PathCountError(
                Problem(
                    f"The total is a polynomial of more than {limit:,} terms.",
                    expected="fewer Scalars, or exact numbers for them",
                    try_="recursion.subs({a: Rational(1, 2)}), or p.words, which needs no values",
                )
            )
        tables.append({k: c for k, c in table.items() if c != 0})
    return tables
