"""A target as a formal power series over {skip, use}: a weight for every word.

A word says of every block whether a path uses it, W_L first: ``(True, False)`` is the path through
W_L that leaves W_{L-1} out. The series is the general formula of every span, and of source 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import product

from formula2net.synthesis.designing.linear import Number, Vector, dot, independent, spanned

Used = tuple[bool, ...]
Matrix = tuple[Vector, ...]

SKIP, USE = False, True
LETTERS = (SKIP, USE)


@dataclass(frozen=True)
class Automaton:
    """A linear representation: f(b_1 ... b_n) = row · M(b_1) · ... · M(b_n) · column.

    Attributes:
        row: the row vector.
        steps: M(skip) and M(use).
        column: the column vector.
    """

    row: Vector
    steps: tuple[Matrix, Matrix]
    column: Vector

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        return len(self.row)

    def after(self, row: Sequence[Number], letter: bool) -> Vector:
        """A row vector, times the matrix of a letter."""
        matrix = self.steps[letter]
        return tuple(
            sum(r * line[j] for r, line in zip(row, matrix, strict=True) if r)
            for j in range(self.dimension)
        )

    def before(self, letter: bool, column: Sequence[Number]) -> Vector:
        """The matrix of a letter, times a column vector."""
        return tuple(
            sum(m * c for m, c in zip(entries, column, strict=True) if m and c)
            for entries in self.steps[letter]
        )

    def longer(self, columns: Sequence[Vector]) -> list[Vector]:
        """The columns of all words, with one letter more in front: those that skip come first."""
        different = dict.fromkeys(columns)
        made = {column: [self.before(letter, column) for letter in LETTERS] for column in different}
        return [made[column][letter] for letter in LETTERS for column in columns]

    def reachable(self, first: int) -> Matrix:
        """A basis of what words of length ``first`` and more make of the column."""
        columns = [self.column]
        for _ in range(first):
            columns = independent(self.longer(columns))
        return tuple(spanned(columns, lambda column: self.longer([column]), tuple))

    def table(self, length: int) -> list[Number]:
        """The weights of all words of a length, in the order of :func:`words`."""
        columns = [self.column]
        for _ in range(length):
            columns = self.longer(columns)
        return [dot(self.row, column) for column in columns]

    def weight(self, word: Used) -> Number:
        """The weight of a word."""
        row = self.row
        for letter in word:
            row = self.after(row, letter)
        return dot(row, self.column)


@dataclass
class Series:
    """A weight for every word; those of one length are asked for once.

    Attributes:
        of_length: the weights of all words of a length, in the order of :func:`words`.
        known_to: up to which length the weights may be asked for.
        automaton: a linear representation, where there is one: then all words are known.
        empty: whether the empty word has the weight 1, as dX_0/dX_0 has.
    """

    of_length: Callable[[int], Sequence[Number]]
    known_to: int
    automaton: Automaton | None = None
    empty: bool = True
    _tables: dict[int, Sequence[Number]] = field(default_factory=dict, repr=False)

    def table(self, length: int) -> Sequence[Number]:
        """The weights of all words of one length."""
        if length not in self._tables:
            automaton = self.automaton
            self._tables[length] = (
                self.of_length(length) if automaton is None else automaton.table(length)
            )
        return self._tables[length]

    def weight(self, word: Used) -> Number:
        """The weight of a word."""
        if self.automaton is not None:
            return self.automaton.weight(word)
        return self.table(len(word))[number_of(word)]

    @property
    def first(self) -> int:
        """The least depth that has weights."""
        return 0 if self.empty else 1


def words(length: int) -> list[Used]:
    """All words of a length: those that skip W_L first."""
    return list(product(LETTERS, repeat=length))


def number_of(word: Used) -> int:
    """The place of a word among those of its length."""
    number = 0
    for letter in word:
        number = 2 * number + letter
    return number


def letters_of(word: Used, last: str = "L") -> str:
    """A word as a product of blocks, for messages: ``W_L*W_{L-2}``."""
    names = [
        f"W_{last}" if not offset else f"W_{{{last}-{offset}}}"
        for offset, used in enumerate(word)
        if used
    ]
    return "*".join(names) or "1"
