"""What the terms of a searched recursion may be multiplied by, read from what a user writes.

A coefficient is a sum of numbers times products of blocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import product
from typing import Any

import sympy

from formula2net.errors import FormulaError, Problem
from formula2net.language.naming import as_expression
from formula2net.language.symbols import Index
from formula2net.synthesis.searching.terms import Terms, terms_of


@dataclass(frozen=True)
class Coefficient:
    """One coefficient: as it was written, and as terms in the same order."""

    expr: sympy.Expr
    terms: Terms

    @property
    def size(self) -> int:
        """1 and W have size 1; 2, 1/2 and W*V have size 2; sizes of terms add up."""
        return sum(
            abs(number.numerator) + number.denominator - 1 + max(0, len(chain) - 1)
            for number, chain in self.terms
        )


NONE = Coefficient(sympy.S.Zero, ())


def read_coefficients(given: Any, lag: int) -> list[list[Coefficient]]:
    """The coefficients of each lag, small ones first; a term may always be left out.

    Args:
        given: operator expressions and numbers; or a mapping from blocks (1: the identity) to the
            numbers that each may have; or a list of these, one for each lag.
        lag: the greatest lag.

    Raises:
        FormulaError: with all that is no coefficient.
    """
    given = list(given) if isinstance(given, Iterator) else given  # it is read for every lag
    sets = [given] * lag
    if isinstance(given, Sequence) and any(isinstance(item, Mapping | list) for item in given):
        sets = list(given)
        if len(sets) != lag:
            raise FormulaError(
                Problem(
                    "There is not one set of coefficients for each lag.",
                    got=f"{len(sets)} sets",
                    expected=f"{lag}, for X[i - 1] to X[i - {lag}]" if lag > 1 else "one",
                )
            )
    return [_sorted(_expressions(each)) for each in sets]


def index_of(expressions: Iterable[sympy.Expr]) -> Index:
    """The one index of some expressions; `i` where they have none.

    Raises:
        FormulaError: they have several.
    """
    found = {index for expr in expressions for index in expr.atoms(Index)}
    if len(found) > 1:
        names = ", ".join(sorted(index.name for index in found))
        raise FormulaError(Problem("The step has one index.", got=names, expected="one of them"))
    return found.pop() if found else Index("i")


def _expressions(given: Any) -> list[sympy.Expr]:
    if isinstance(given, Mapping):
        return list(_sums(given))
    if isinstance(given, str) or not isinstance(given, Iterable) or isinstance(given, sympy.Basic):
        raise FormulaError(
            Problem(
                f"{given} is no set of coefficients.",
                expected="a list of numbers and operators, or the numbers of each block",
                try_="coefficients=[1, W[i], 1 + W[i]], or {1: (-1, 0, 1), W[i]: (-1, 0, 1)}",
            )
        )
    items = sorted(given, key=str) if isinstance(given, Set) else given  # a set has no order
    return [as_expression(item) for item in items]


def _sums(given: Mapping[Any, Iterable[Any]]) -> Iterator[sympy.Expr]:
    """All sums of multiples of blocks; those of the blocks named first come first."""
    blocks = [as_expression(block) for block in given]
    numbers = [_numbers(*item) for item in given.items()]
    for chosen in product(*reversed(numbers)):
        terms = (n * block for n, block in zip(reversed(chosen), blocks, strict=True) if n != 0)
        yield sum(terms, sympy.S.Zero)


def _numbers(block: Any, given: Any) -> list[sympy.Expr]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise FormulaError(
            Problem(
                f"The numbers of {block} are no list.",
                got=repr(given),
                expected="all that it may have",
                try_=f"{{{block}: (-1, 0, 1)}}",
            )
        )
    return [as_expression(number) for number in given]


def _sorted(expressions: list[sympy.Expr]) -> list[Coefficient]:
    """By size, positive numbers first; no two with the same terms."""
    index = index_of(expressions)
    found = {frozenset(NONE.terms): NONE}
    for expr in expressions:
        coefficient = Coefficient(expr, terms_of(expr, index))
        found.setdefault(frozenset(coefficient.terms), coefficient)
    return sorted(found.values(), key=lambda c: (c.size, sum(n < 0 for n, _ in c.terms)))
