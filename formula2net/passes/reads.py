"""Which states an equation reads, and how far back: known before anything is unrolled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy

from formula2net.errors import FormulaError, Problem
from formula2net.language.equation import Equation
from formula2net.language.recursion import Recursion
from formula2net.language.structure import Windowed
from formula2net.language.symbols import StateAt


@dataclass(frozen=True, slots=True)
class Read:
    """A state that is read.

    Attributes:
        state: its name.
        lag: how far back, where that does not depend on the step.
        fixed: the index that it is read at, where that does not depend on the step.
        clipped: whether it is read only as far as there is.
    """

    state: str
    lag: int | None
    fixed: int | None
    clipped: bool


def reads(equation: Equation, index: sympy.Symbol) -> Iterator[Read]:
    """All reads of an equation; a window counts by its first index."""
    stack: list[tuple[sympy.Basic, dict[sympy.Symbol, sympy.Expr], bool]] = [
        (equation.rhs, {}, False)
    ]
    while stack:
        node, bounds, clipped = stack.pop()
        if isinstance(node, StateAt):
            yield _read(node, index, bounds, clipped)
        elif isinstance(node, Windowed) and node.window is not None:
            bound, first, _ = node.window
            inner = {**bounds, bound: first}
            stack.extend((term, inner, clipped or node.clip) for term in node.terms)
        elif isinstance(node, sympy.Sum):
            firsts = {bound: first for bound, first, _ in node.limits}
            stack.append((node.function, {**bounds, **firsts}, clipped))
        else:
            stack.extend((arg, bounds, clipped) for arg in node.args)


def _read(
    node: StateAt, index: sympy.Symbol, bounds: dict[sympy.Symbol, sympy.Expr], clipped: bool
) -> Read:
    first = sympy.sympify(node.indices[0].xreplace(bounds))
    lag = index - first
    return Read(
        node.name,
        int(lag) if lag.is_Integer else None,
        int(first) if first.is_Integer else None,
        clipped,
    )


def first_step(equation: Equation, index: sympy.Symbol, given: set[tuple[str, int]]) -> int:
    """The first step that a general equation applies to (design 9).

    It is 1 where everything has a value that the equation reads there, else the largest lag.

    Args:
        equation: the general equation.
        index: the recursion's index.
        given: (state, index) pairs that have a value before step 1.
    """
    lags = set(_looking_back(equation, index))
    largest = max((lag for _, lag in lags), default=1)
    complete = all((state, 1 - lag) in given for state, lag in lags)
    return 1 if complete else largest


def _looking_back(equation: Equation, index: sympy.Symbol) -> Iterator[tuple[str, int]]:
    """States read at an earlier step, and how far back; what is clipped needs nothing."""
    for read in reads(equation, index):
        if read.lag is not None and read.lag > 0 and not read.clipped:
            yield read.state, read.lag


def input_state(recursion: Recursion, given: set[tuple[str, int]]) -> str | None:
    """The one state that is read at 0 and has no value there: X_0 is the stem's output.

    Raises:
        FormulaError: there are two such states.
    """
    if recursion.inputs:
        return None
    found: dict[str, None] = {}
    for equation in (*recursion.initial, *recursion.equations):
        for read in reads(equation, recursion.index):
            looks_back = read.fixed is None and (read.lag is None or read.lag > 0)
            if looks_back or read.fixed == 0:
                found[read.state] = None
    order = [*recursion.states, *found]
    names = sorted((name for name in found if (name, 0) not in given), key=order.index)
    if len(names) > 1:
        raise FormulaError(
            Problem(
                f"{' and '.join(names)} have no value at 0, and one of them is the input.",
                formula=str(recursion),
                expected="one state without a value at 0",
                try_=", ".join(f"Eq({name}[0], ...)" for name in names[1:]),
            )
        )
    return names[0] if names else None
