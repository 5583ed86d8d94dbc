"""The minimal recursion with constant coefficients that has a target's paths from X_0.

State u at step i has the paths v with the weights f(u·v): it is what the output would be if the
steps behind did u. So it is state u·0 of the step before, plus W_i of state u·1, and a basis of the
rows of the Hankel matrix is enough (Fliess 1974; Berstel and Reutenauer 2011, ch. 2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sympy import Eq, Expr, Integer

from formula2net.language.recursion import Recursion
from formula2net.language.structure import ZerosLike
from formula2net.language.symbols import Operator
from formula2net.synthesis.designing.hankel import Rows
from formula2net.synthesis.designing.linear import Basis, Number, Vector, whole
from formula2net.synthesis.designing.series import SKIP, USE, Automaton, Matrix, Series, words
from formula2net.synthesis.designing.spelling import I, or_zero, path_value, state, total


@dataclass(frozen=True)
class System:
    """x_i = A x_{i-1} + sum of c_j W_i(r_j x_{i-1}), and the output is a combination of the states.

    Attributes:
        keep: A.
        reads: the r_j: what W_i is applied to.
        adds: for each state its c_j.
        starts: the values of the states at the first step: one vector for each word.
        output: the weights of the states in the output.
        first: that step.
    """

    keep: Matrix
    reads: Matrix
    adds: Matrix
    starts: Matrix
    output: Vector
    first: int

    @property
    def use(self) -> Matrix:
        """The sum of c_j r_j: what a path through W_i does."""
        columns = list(zip(*self.reads, strict=True)) or [()] * len(self.keep)
        return tuple(tuple(_dot(row, column) for column in columns) for row in self.adds)


def realise(series: Series, rows: Rows, first: int) -> System:
    """The system of a basis of rows; as many applications as the rank of the rows u·use."""
    starts = tuple(tuple(series.weight((*word, *v)) for word in rows.basis) for v in words(first))
    output = tuple(int(place == 0) for place in range(len(rows.basis)))
    return _system(rows.steps[SKIP], rows.steps[USE], starts, output, first)


def by_columns(system: System) -> System:
    """The same system in another basis: the columns that the shortest words reach.

    States are then what has been done so far, and not what is still to come.
    """
    basis, vectors, queue = Basis(), list[Vector](), list(system.starts)
    keep, use = system.keep, system.use
    while queue:
        vector = queue.pop(0)
        if basis.add(vector):
            vectors.append(vector)
            queue += [_times(keep, vector), _times(use, vector)]

    def coordinates(vector: Vector) -> Vector:
        found = basis.combination(vector) or {}
        return tuple(whole(found.get(number, 0)) for number in range(len(vectors)))

    def changed(matrix: Matrix) -> Matrix:
        return tuple(zip(*(coordinates(_times(matrix, v)) for v in vectors), strict=True))

    starts = tuple(coordinates(vector) for vector in system.starts)
    output = tuple(_dot(system.output, vector) for vector in vectors)
    return _system(changed(keep), changed(use), starts, output, system.first)


def _system(keep: Matrix, use: Matrix, starts: Matrix, output: Vector, first: int) -> System:
    """The system of two matrices, with the fewest applications."""
    basis = Basis()
    reads = tuple(row for row in use if basis.add(row))
    adds = []
    for row in use:
        combination = basis.combination(row) or {}
        adds.append(tuple(whole(combination.get(number, 0)) for number in range(len(reads))))
    return System(keep, reads, tuple(adds), starts, output, first)


def automaton_of(series: Series, rows: Rows) -> Automaton:
    """The minimal linear representation that a basis of rows gives.

    Where the empty word has no weight, it has the weight 0 here.
    """
    row = tuple(int(place == 0) for place in range(len(rows.basis)))
    column = tuple(series.weight(word) if word or series.empty else 0 for word in rows.basis)
    return Automaton(row, rows.steps, column)


def recursion_of(system: System, series: Series, block: Operator) -> Recursion:
    """The system as equations.

    A state that has no path yet is a plain 0, and a block that would read nothing else is left
    out: the steps for which this is so are given one by one. Where it goes on for ever, zeros have
    a shape instead.
    """
    size = len(system.keep)
    zeros = _vanishing(system)
    settled = max((step for step, gone in enumerate(zeros) if gone != zeros[-1]), default=-1) + 1
    last, zero, shaped = zeros[-1], Integer(0), ZerosLike(state(0)[0])
    if settled > len(zeros) // 2:
        last, zero, settled = frozenset(), shaped, 0
    given = _given(system, series, block, zero)
    for step in range(system.first + 1, system.first + settled + 1):
        gone = zeros[step - 1 - system.first]
        given += [
            Eq(state(u)[step], or_zero(_right(system, u, block, Integer(step), gone)))
            for u in range(size)
        ]
    general = [
        Eq(state(u)[I], _right(system, u, block, I, last) or shaped) for u in reversed(range(size))
    ]
    output = total((c, state(u)[I]) for u, c in enumerate(system.output))
    return Recursion(general, given or None, output=state(0) if output == state(0)[I] else output)


def _vanishing(system: System) -> list[frozenset[tuple[str, int]]]:
    """For every step from the first on, which states and arguments have no path."""
    size = len(system.keep)
    vectors = list(system.starts)
    found = []
    for _ in range(2 * size + 3):
        gone = {("state", u) for u in range(size) if not any(v[u] for v in vectors)}
        for number, read in enumerate(system.reads):
            if not any(_dot(read, v) for v in vectors):
                gone.add(("argument", number))
        found.append(frozenset(gone))
        basis, following = Basis(), list[Vector]()
        for v in vectors:
            applied = tuple(_dot(read, v) for read in system.reads)
            skip = tuple(_dot(row, v) for row in system.keep)
            use = tuple(_dot(row, applied) for row in system.adds)
            following += [vector for vector in (skip, use) if basis.add(vector)]
        vectors = following
    return found


def _given(system: System, series: Series, block: Operator, zero: Expr) -> list[Eq]:
    """The values up to the first step. X_0 is the input."""
    X, first = state(0)[0], system.first
    given = []
    for u in range(len(system.keep)):
        for step in range(u == 0, first):  # only the output's state is read there
            value = path_value(series.weight, block, step, X) if u == 0 else None
            given.append(Eq(state(u)[step], or_zero(value)))
        if (u, first) != (0, 0):
            weights = {v: start[u] for v, start in zip(words(first), system.starts, strict=True)}
            value = path_value(weights.__getitem__, block, first, X)
            given.append(Eq(state(u)[first], zero if value is None else value))
    return given


def _right(
    system: System, u: int, block: Operator, step: Expr, gone: frozenset[tuple[str, int]]
) -> Expr | None:
    """The right-hand side of state u at a step."""

    def before(row: Vector) -> list[tuple[Number, Expr]]:
        return [(c, state(v)[step - 1]) for v, c in enumerate(row) if ("state", v) not in gone]

    terms = before(system.keep[u])
    for number, read in enumerate(system.reads):
        argument = total(before(read))
        if argument is not None and ("argument", number) not in gone:
            terms.append((system.adds[u][number], block[step](argument)))
    return total(terms)


def _times(matrix: Matrix, vector: Vector) -> Vector:
    return tuple(whole(_dot(row, vector)) for row in matrix)


def _dot(left: Sequence[Number], right: Sequence[Number]) -> Number:
    return sum(a * b for a, b in zip(left, right, strict=True) if a and b)
