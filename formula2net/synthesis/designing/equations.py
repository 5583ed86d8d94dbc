"""A system with constant coefficients, written as equations of states."""

from __future__ import annotations

from typing import NamedTuple

from sympy import Eq, Expr, Integer

from formula2net.language.recursion import Recursion
from formula2net.language.structure import ZerosLike
from formula2net.language.symbols import Operator
from formula2net.synthesis.designing.linear import Number, Vector, dot, independent
from formula2net.synthesis.designing.realisation import System, times
from formula2net.synthesis.designing.series import Series, words
from formula2net.synthesis.designing.spelling import I, or_zero, path_value, state, total


class Idle(NamedTuple):
    """What has no path from X_0 at a step: states of the step before, and what W_i would read."""

    states: frozenset[int]
    reads: frozenset[int]


NONE = Idle(frozenset(), frozenset())


def equations(system: System, series: Series, block: Operator) -> Recursion:
    """The recursion of a system.

    What has no path for good is left out. A state that has none yet is a plain 0; where a block
    would read nothing else, the step is given by itself. Where that comes and goes for ever, zeros
    have a shape instead.
    """
    size, X = len(system.keep), state(0)
    idle = _idle(system)
    tail = idle[len(idle) // 2 :]
    gone = Idle(*(frozenset.intersection(*each) for each in zip(*tail, strict=True)))
    zero: Expr = Integer(0)
    if any(now.reads != gone.reads for now in tail):
        idle, gone, zero = [], NONE, ZerosLike(X[0])
    given = _given(system, series, block, zero)
    for step, now in enumerate(idle, start=system.first + 1):
        for u in range(size):
            if _differs(system, u, now, gone):
                given.append(Eq(state(u)[step], or_zero(_right(system, u, block, step, now))))
    general = [
        Eq(state(u)[I], _right(system, u, block, I, gone) or ZerosLike(X[0]))
        for u in reversed(range(size))
    ]
    output = total((c, state(u)[I]) for u, c in enumerate(system.output))
    return Recursion(general, given or None, output=X if output == X[I] else output)


def _idle(system: System) -> list[Idle]:
    """What is idle at the steps behind the first."""
    vectors, found = list(system.starts), []
    for _ in range(2 * len(system.keep) + 3):
        states = (n for n, entries in enumerate(zip(*vectors, strict=True)) if not any(entries))
        reads = (n for n, read in enumerate(system.reads) if not any(dot(read, v) for v in vectors))
        found.append(Idle(frozenset(states), frozenset(reads)))
        vectors = independent(
            [times(matrix, v) for matrix in (system.keep, system.use) for v in vectors]
        )
    return found


def _differs(system: System, u: int, now: Idle, gone: Idle) -> bool:
    """Whether a state's equation at a step is not the general one, plain zeros aside."""
    reads = {n for n, c in enumerate(system.adds[u]) if c}
    back = gone.states - now.states  # these have paths here, and later no more
    read = [system.keep[u], *(system.reads[n] for n in reads - now.reads)]
    return bool(reads & (now.reads ^ gone.reads)) or any(row[v] for row in read for v in back)


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


def _right(system: System, u: int, block: Operator, step: Expr | int, idle: Idle) -> Expr | None:
    """The right-hand side of state u at a step, without what is idle."""

    def before(row: Vector) -> list[tuple[Number, Expr]]:
        return [(c, state(v)[step - 1]) for v, c in enumerate(row) if v not in idle.states]

    terms = before(system.keep[u])
    for number, read in enumerate(system.reads):
        argument = total(before(read))
        if argument is not None and number not in idle.reads:
            terms.append((system.adds[u][number], block[step](argument)))
    return total(terms)
