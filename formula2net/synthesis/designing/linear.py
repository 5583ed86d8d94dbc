"""Exact linear algebra over the rationals: what is independent, and what is made of what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeVar

from sympy import QQ
from sympy.polys.matrices import DomainMatrix

Number = int | Fraction
Vector = tuple[Number, ...]
Item = TypeVar("Item")


class Span:
    """Vectors: which of them are independent of all before, and how these make the others.

    Attributes:
        basis: the places of the independent ones.
    """

    basis: tuple[int, ...]

    def __init__(self, vectors: Sequence[Sequence[Number]]) -> None:
        height = len(vectors[0]) if vectors else 0
        rows = [[_rational(vector[place]) for vector in vectors] for place in range(height)]
        # With the vectors as columns, the reduced row echelon form says both.
        matrix = DomainMatrix(rows, (height, len(vectors)), QQ)
        reduced, self.basis = matrix.rref() if rows else (matrix, ())
        self._made: list[list[Any]] = reduced.to_list()

    def coordinates(self, place: int) -> Vector:
        """What a vector is made of: a coefficient for each vector of the basis."""
        made = (self._made[row][place] for row in range(len(self.basis)))
        return tuple(whole(Fraction(int(c.numerator), int(c.denominator))) for c in made)


def independent(vectors: Sequence[Vector]) -> list[Vector]:
    """The vectors that are independent of those before."""
    return [vectors[place] for place in Span(vectors).basis]


def rank(vectors: Sequence[Sequence[Number]]) -> int:
    """The rank of a matrix, given by rows."""
    return len(Span(vectors).basis)


def spanned(
    start: Iterable[Item],
    after: Callable[[Item], Iterable[Item]],
    vector: Callable[[Item], Sequence[Number]],
) -> list[Item]:
    """A basis of all that linear maps make of some items, again and again; first come, first taken.

    Args:
        start: the items.
        after: what the maps make of an item.
        vector: that of an item.
    """
    basis, fresh = list[Item](), list(start)
    while fresh:
        known, items = len(basis), [*basis, *fresh]
        basis = [items[place] for place in Span([vector(item) for item in items]).basis]
        fresh = [item for each in basis[known:] for item in after(each)]
    return basis


def dot(left: Sequence[Number], right: Sequence[Number]) -> Number:
    """The sum of the products."""
    return whole(sum(a * b for a, b in zip(left, right, strict=True) if a and b))


def whole(number: Number) -> Number:
    """The same number, an integer if it is one: that is faster."""
    return number.numerator if number.denominator == 1 else number


def _rational(number: Number) -> Any:
    return QQ(number.numerator, number.denominator)


class Equations:
    """Linear equations in named unknowns, solved as they come.

    Unknowns that are left open are 0, so the later an unknown is named, the sooner it is used: an
    equation is solved for its last unknown in the order that is given.
    """

    def __init__(self, order: Mapping[object, int]) -> None:
        self._order = order
        self._solved: dict[object, tuple[dict[object, Fraction], Fraction]] = {}
        self.count = 0
        self.consistent = True

    def add(self, terms: Mapping[object, Number], value: Number) -> bool:
        """Adds ``sum of terms = value``; False once the equations contradict each other."""
        self.count += 1
        row, right = self._substituted(terms, Fraction(value))
        if not row:
            self.consistent = self.consistent and right == 0
            return self.consistent
        pivot = max(row, key=lambda unknown: self._order[unknown])
        scale = row.pop(pivot)
        row, right = {u: c / scale for u, c in row.items()}, right / scale
        for unknown, (known, constant) in list(self._solved.items()):
            factor = known.pop(pivot, None)
            if factor is not None:
                for u, c in row.items():
                    _add(known, u, -factor * c)
                self._solved[unknown] = known, constant - factor * right
        self._solved[pivot] = row, right
        return self.consistent

    def _substituted(
        self, terms: Mapping[object, Number], right: Fraction
    ) -> tuple[dict[object, Fraction], Fraction]:
        row: dict[object, Fraction] = {}
        for unknown, c in terms.items():
            if unknown not in self._solved:
                _add(row, unknown, Fraction(c))
                continue
            known, constant = self._solved[unknown]
            right -= c * constant
            for u, inner in known.items():
                _add(row, u, -c * inner)
        return row, right

    def solution(self) -> dict[object, Fraction]:
        """The unknowns that are not 0, where those that are open are taken for 0."""
        return {u: constant for u, (_, constant) in self._solved.items() if constant}


def _add(row: dict[object, Fraction], unknown: object, c: Fraction) -> None:
    total = row.get(unknown, Fraction(0)) + c
    if total:
        row[unknown] = total
    else:
        row.pop(unknown, None)
