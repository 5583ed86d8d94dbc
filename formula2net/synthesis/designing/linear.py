"""Exact linear algebra over the rationals: what is independent, and what is made of what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

Number = int | Fraction
Vector = tuple[Number, ...]
Combination = dict[int, Fraction]  # number of a known vector -> coefficient, none of them 0


class Basis:
    """Independent vectors, in the order in which they were added."""

    def __init__(self) -> None:
        self._rows: list[tuple[int, list[Fraction], Combination]] = []

    def __len__(self) -> int:
        return len(self._rows)

    def combination(self, vector: Sequence[Number]) -> Combination | None:
        """The vector as a combination of the basis; None if it is independent of it."""
        rest, combination = self._reduced(vector)
        return None if any(rest) else combination

    def add(self, vector: Sequence[Number]) -> bool:
        """Adds a vector if it is independent; says whether it was."""
        rest, combination = self._reduced(vector)
        pivot = next((place for place, entry in enumerate(rest) if entry), None)
        if pivot is None:
            return False
        scale = rest[pivot]
        own = {number: -c / scale for number, c in combination.items()}
        own[len(self._rows)] = 1 / scale
        self._rows.append((pivot, [entry / scale for entry in rest], own))
        return True

    def _reduced(self, vector: Sequence[Number]) -> tuple[list[Fraction], Combination]:
        """What is left of a vector, and the combination that was taken away."""
        rest = [Fraction(entry) for entry in vector]
        combination: Combination = {}
        for pivot, row, parts in self._rows:
            factor = rest[pivot]
            if not factor:
                continue
            rest = [a - factor * b if b else a for a, b in zip(rest, row, strict=True)]
            for number, c in parts.items():
                combination[number] = combination.get(number, Fraction(0)) + factor * c
        return rest, {number: c for number, c in combination.items() if c}


def rank(vectors: Iterable[Sequence[Number]]) -> int:
    """The rank of a matrix, given by rows."""
    basis = Basis()
    for vector in vectors:
        basis.add(vector)
    return len(basis)


def whole(number: Number) -> Number:
    """The same number, an integer if it is one: that is faster."""
    return number.numerator if number.denominator == 1 else number


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
