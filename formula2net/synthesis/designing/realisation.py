"""The minimal systems with constant coefficients that have a target's paths from X_0.

State u at step i has the paths v with the weights f(u·v): it is what the output would be if the
steps behind did u. So it is state u·0 of the step before, plus W_i of state u·1, and a basis of the
rows of the Hankel matrix is enough (Fliess 1974; Berstel and Reutenauer 2011, ch. 2). Any other
basis of the same space has the same paths, by other values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from formula2net.synthesis.designing.hankel import Rows
from formula2net.synthesis.designing.linear import Number, Span, Vector, dot, spanned, whole
from formula2net.synthesis.designing.series import SKIP, USE, Automaton, Matrix, Series, words


@dataclass(frozen=True)
class System:
    """x_i = A x_{i-1} + B W_i(x_{i-1}) on paper, and the output is a combination of the states.

    Attributes:
        keep: A.
        use: B.
        starts: the values of the states at the first step: one vector for each word.
        output: the weights of the states in the output.
        first: that step.
    """

    keep: Matrix
    use: Matrix
    starts: Matrix
    output: Vector
    first: int

    @cached_property
    def reads(self) -> Matrix:
        """What W_i is applied to: as few combinations of states as make all rows of B."""
        return tuple(_plain(self.use[place]) for place in Span(self.use).basis)

    @cached_property
    def adds(self) -> Matrix:
        """For each state, what of these applications is added to it."""
        reads = self.reads
        span = Span([*reads, *self.use])
        return tuple(span.coordinates(len(reads) + place) for place in range(len(self.use)))


def _plain(row: Vector) -> Vector:
    """One state is read as it is: W_i(X_{i-1}/2) is another value than W_i(X_{i-1})."""
    (first, *others) = [entry for entry in row if entry]
    return row if others else tuple(whole(Fraction(entry) / first) for entry in row)


def automaton_of(series: Series, rows: Rows) -> Automaton:
    """The minimal linear representation that a basis of rows gives.

    Where the empty word has no weight, it has the weight 0 here.
    """
    row = tuple(int(place == 0) for place in range(len(rows.basis)))
    column = tuple(series.weight(word) if word or series.empty else 0 for word in rows.basis)
    return Automaton(row, rows.steps, column)


def by_rows(series: Series, rows: Rows, first: int) -> System:
    """The system of a basis of rows: its states are what is still to come."""
    starts = tuple(tuple(series.weight((*word, *v)) for word in rows.basis) for v in words(first))
    output = tuple(int(place == 0) for place in range(len(rows.basis)))
    return System(rows.steps[SKIP], rows.steps[USE], starts, output, first)


def by_columns(system: System) -> System:
    """The same in the columns that the shortest words reach: states are what has been done."""
    keep, use = system.keep, system.use
    basis = spanned(system.starts, lambda v: (times(keep, v), times(use, v)), tuple)
    size = len(basis)
    moved = [times(matrix, v) for matrix in (keep, use) for v in basis]
    span = Span([*basis, *moved, *system.starts])
    made = [span.coordinates(size + place) for place in range(2 * size + len(system.starts))]
    return System(
        keep=tuple(zip(*made[:size], strict=True)),
        use=tuple(zip(*made[size : 2 * size], strict=True)),
        starts=tuple(made[2 * size :]),
        output=tuple(dot(system.output, v) for v in basis),
        first=system.first,
    )


def by_differences(system: System) -> System:
    """The same in the differences of rows: each state is what one letter more changes.

    Weights that count blocks have differences without a sign, as binomial coefficients have, where
    the rows themselves are combined with both signs.
    """
    columns = [tuple(zip(*matrix, strict=True)) for matrix in (system.keep, system.use)]

    def changes(row: Vector) -> list[Vector]:
        return [_minus(times(matrix, row), row) for matrix in columns]

    basis = spanned([system.output], changes, tuple)
    size = len(basis)
    moved = [times(matrix, row) for matrix in columns for row in basis]
    span = Span([*basis, *moved, system.output])
    made = [span.coordinates(size + place) for place in range(2 * size + 1)]
    return System(
        keep=tuple(made[:size]),
        use=tuple(made[size : 2 * size]),
        starts=tuple(times(basis, start) for start in system.starts),
        output=made[-1],
        first=system.first,
    )


def times(matrix: Sequence[Vector], vector: Vector) -> Vector:
    """A matrix, by rows, times a vector."""
    return tuple(dot(row, vector) for row in matrix)


def _minus(left: Vector, right: Sequence[Number]) -> Vector:
    return tuple(a - b for a, b in zip(left, right, strict=True))
