"""The Hankel matrix of a target: f(u·v) in row u and column v (Fliess 1974).

Its rank is the least number of values that a recursion with constant coefficients carries from
step to step; the rank of f(u·use·v) the least number of applications of W_i a step. Columns are no
shorter than the last initial step: what comes before is given, and not carried.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import chain

from formula2net.synthesis.designing.linear import Number, Span, Vector, dot, rank, spanned
from formula2net.synthesis.designing.series import LETTERS, USE, Series, Used, number_of, words


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
        return tuple(dot(row, column) for column in self._columns)

    def _block(self, word: Used, length: int) -> list[Number]:
        """The entries of a row in the columns of one length; they stand side by side."""
        start = number_of(word) << length
        return list(self.series.table(len(word) + length)[start : start + (1 << length)])

    def ranks(self, most: int) -> list[int]:
        """The ranks of the blocks of rows up to 0, 1, ..., and all columns that are known."""
        last = most if self.longest_row is None else min(most, self.longest_row)
        rows = [self.row(word) for length in range(last + 1) for word in words(length)]
        basis = Span(rows).basis
        return [bisect_left(basis, 2 ** (length + 1) - 1) for length in range(last + 1)]

    def cuts(self, most: int) -> list[int]:
        """The ranks of the blocks whose columns have one length: 0, 1, ...

        Only these bound recursions with coefficients that depend on the index.
        """
        known = self.series.known_to
        lengths = range(self.first, min(most, known // 3) + 1)
        return [
            rank(
                [
                    self._block(u, length)
                    for size in range(known - length - (known - length) // 2 + 1)
                    for u in words(size)
                ]
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


def find_rows(hankel: Hankel) -> Rows:
    """A basis of the rows, the shortest words first."""
    limit = hankel.longest_row

    def longer(word: Used) -> list[Used]:
        return [] if len(word) == limit else [(*word, letter) for letter in LETTERS]

    nothing: Used = ()
    found = spanned([nothing], longer, hankel.row)
    if any(len(word) == limit for word in found):
        return Rows(tuple(found), ((), ()), False)
    below = [(*word, letter) for letter in LETTERS for word in found]
    span = Span([hankel.row(word) for word in (*found, *below)])
    made = [span.coordinates(len(found) + place) for place in range(len(below))]
    return Rows(tuple(found), (tuple(made[: len(found)]), tuple(made[len(found) :])), True)
