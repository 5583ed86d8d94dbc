"""The Hankel matrix of a target: f(u·v) in row u and column v (Fliess 1974).

Its rank is the least number of values that a recursion with constant coefficients carries from
step to step; the rank of f(u·use·v) the least number of applications of W_i a step. Columns are no
shorter than the last initial step: what comes before is given, and not carried.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain

from formula2net.synthesis.designing.linear import Basis, Number, Vector, rank, whole
from formula2net.synthesis.designing.series import SKIP, USE, Series, Used, number_of, words


@dataclass
class Hankel:
    """Rows of the Hankel matrix, exact.

    Where the target has a linear representation a row is a vector that stands for all columns.
    Elsewhere it is the row on the columns that are known.

    Attributes:
        series: the target.
        first: the last initial step: the length of the shortest column.
        longest: the length of the longest row, where it is limited; half of what is known.
    """

    series: Series
    first: int = 0
    longest: int = 0
    _rows: dict[Used, Vector] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        automaton = self.series.automaton
        self._columns = () if automaton is None else automaton.reachable(self.first)
        known = self.series.known_to
        self._lengths = range(self.first, known - (self.longest or known - known // 2) + 1)

    @property
    def proved(self) -> bool:
        """Whether rows are known for all columns."""
        return self.series.automaton is not None

    @property
    def longest_row(self) -> int | None:
        """Length of the longest row; None where there is no limit."""
        return None if self.proved else self.series.known_to - self._lengths[-1]

    def row(self, word: Used) -> Vector:
        """The row of a word."""
        if word not in self._rows:
            self._rows[word] = self._row(word)
        return self._rows[word]

    def _row(self, word: Used) -> Vector:
        automaton = self.series.automaton
        if automaton is None:
            return tuple(chain.from_iterable(self._block(word, length) for length in self._lengths))
        row = automaton.row
        for letter in word:
            row = automaton.after(row, letter)
        return tuple(
            sum(a * b for a, b in zip(row, column, strict=True)) for column in self._columns
        )

    def _block(self, word: Used, length: int) -> list[Number]:
        """The entries of a row in the columns of one length; they stand side by side."""
        start = number_of(word) << length
        return list(self.series.table(len(word) + length)[start : start + (1 << length)])

    def ranks(self, most: int) -> list[int]:
        """The ranks of the blocks of rows up to 0, 1, ..., and all columns that are known."""
        basis, found = Basis(), list[int]()
        last = most if self.longest_row is None else min(most, self.longest_row)
        for length in range(last + 1):
            for word in words(length):
                basis.add(self.row(word))
            found.append(len(basis))
        return found

    def cuts(self, most: int) -> list[int]:
        """The ranks of the blocks whose columns have one length: 0, 1, ...

        Only these bound recursions with coefficients that depend on the index.
        """
        known = self.series.known_to
        lengths = range(self.first, min(most, known // 3) + 1)
        return [
            rank(
                self._block(u, length)
                for size in range(known - length - (known - length) // 2 + 1)
                for u in words(size)
            )
            for length in lengths
        ]


@dataclass(frozen=True)
class Rows:
    """A basis of the rows, and how the rows below them are made of it.

    Attributes:
        basis: words whose rows are a basis, the empty word first.
        steps: for skip and use, for each word u of the basis the combination of basis rows that
            the row of u·letter is.
        closed: whether all of these are known; otherwise the rank grows as far as can be seen.
    """

    basis: tuple[Used, ...]
    steps: tuple[tuple[Vector, ...], tuple[Vector, ...]]
    closed: bool

    @property
    def applications(self) -> int:
        """The rank of f(u·use·v)."""
        return rank(self.steps[USE])


def find_rows(hankel: Hankel, most: int | None = None) -> Rows:
    """A basis of the rows, the shortest words first.

    Args:
        hankel: the matrix.
        most: stop beyond this rank.
    """
    basis, found = Basis(), list[Used]()
    if basis.add(hankel.row(())):
        found.append(())
    closed, place = True, 0
    while place < len(found):
        word, place = found[place], place + 1
        if hankel.longest_row is not None and len(word) + 1 > hankel.longest_row:
            closed = False
            break
        for letter in (SKIP, USE):
            longer = (*word, letter)
            if basis.add(hankel.row(longer)):
                found.append(longer)
        if most is not None and len(found) > most:
            closed = False
            break
    if not closed:
        return Rows(tuple(found), ((), ()), False)
    steps = tuple(
        tuple(_dense(basis, hankel.row((*word, letter)), len(found)) for word in found)
        for letter in (SKIP, USE)
    )
    return Rows(tuple(found), (steps[0], steps[1]), True)


def _dense(basis: Basis, row: Vector, size: int) -> Vector:
    combination = basis.combination(row) or {}
    return tuple(whole(combination.get(number, 0)) for number in range(size))
