"""The initial values of a search: the same for all its recursions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sympy

from formula2net.errors import FormulaError, Problem
from formula2net.language.expressions import Applied, FeatureScale, FeatureSum, sort_of
from formula2net.language.symbols import State, StateAt
from formula2net.passes.exact import coefficient_value
from formula2net.synthesis.given import check_exact
from formula2net.synthesis.searching.tables import States
from formula2net.synthesis.searching.terms import Block, Number, Terms, terms_of

Given = tuple[tuple[int, Terms], ...]
"""What an initial value reads: steps, and what they are multiplied by."""


@dataclass(frozen=True)
class Initial:
    """Values at fixed steps.

    Attributes:
        state: the state of the recursions.
        equations: the values as they were given.
        before: those at negative indices.
        after: those at the steps 1, 2, ...
    """

    state: State
    equations: tuple[sympy.Eq, ...] = ()
    before: Mapping[int, Given] = field(default_factory=dict)
    after: Mapping[int, Given] = field(default_factory=dict)

    def has(self, step: int) -> bool:
        """Whether a state has a value; all have from X[0] on."""
        return step >= 0 or step in self.before

    @property
    def sums(self) -> list[Terms]:
        """The terms of each value."""
        return [
            tuple(term for _, terms in given for term in terms)
            for given in (*self.before.values(), *self.after.values())
        ]

    @property
    def blocks(self) -> set[Block]:
        """The blocks that the values mention: these are not renamed."""
        return {block for terms in self.sums for _, chain in terms for block, _ in chain}

    def start(self, bits: int) -> States | None:
        """The states before step 1; None where a block reads a plain 0."""
        states = States(bits)
        for step, given in sorted(self.before.items()):
            if states.step(step, given, absolute=True) is None:
                return None
        return states


def read_initial(given: Any) -> Initial:
    """Reads initial values.

    Args:
        given: an `Eq`, or a list of them, such as `Eq(X[1], (1 + W[1])*X[0])` or
            `Eq(X[-1], X[0])`.

    Raises:
        FormulaError: a value is no sum of multiples and blocks of earlier states.
    """
    several = isinstance(given, list | tuple)
    equations = tuple(given) if several else () if given is None else (given,)
    states = {_left(equation).state for equation in equations}
    if len(states) > 1:
        names = ", ".join(sorted(state.name for state in states))
        raise FormulaError(Problem("A search has one state.", got=names, expected="one of them"))
    before: dict[int, Given] = {}
    after: dict[int, Given] = {}
    for equation in sorted(equations, key=lambda each: int(_left(each).indices[0])):
        step = int(_left(equation).indices[0])
        values = _read(equation, before if step < 0 else after)
        (before if step < 0 else after)[step] = values
    return Initial(states.pop() if states else State("X"), equations, before, after)


def _left(equation: Any) -> StateAt:
    left = getattr(equation, "lhs", None)
    if not isinstance(left, StateAt) or len(left.indices) != 1 or not left.indices[0].is_Integer:
        raise _refused(equation, "Eq(X[1], ...): the value of the state at one index")
    if left.indices[0] == 0:
        raise _refused(equation, "no value for X[0], which is the input")
    return left


def _read(equation: sympy.Eq, known: Mapping[int, Given]) -> Given:
    check_exact(equation)
    left = _left(equation)
    here = int(left.indices[0])
    found: list[tuple[int, Terms]] = []
    for factor, operator, state in _reads(equation.rhs, 1, equation):
        if state.state != left.state or not state.indices[0].is_Integer:
            raise _refused(equation, f"states with fixed indices, as {left.name}[0]")
        step = int(state.indices[0])
        if step != 0 and (step not in known if here < 0 else not 0 < step < here):
            raise _refused(equation, f"states before {left}: {state} has no value")
        terms = tuple((factor * n, chain) for n, chain in terms_of(operator, None))
        found.append((step, terms))
    return tuple(found)


def _reads(
    expr: sympy.Expr, factor: Number, equation: sympy.Eq
) -> Iterator[tuple[Number, sympy.Expr, StateAt]]:
    """The terms of a right-hand side: a number, an operator, and the state it is applied to."""
    match expr:
        case FeatureSum():
            for term in expr.args:
                yield from _reads(term, factor, equation)
        case FeatureScale():
            scale = coefficient_value(expr.coefficient, {})
            if not isinstance(scale, Number):
                raise _refused(equation, "integers and fractions")
            yield from _reads(expr.feature, factor * scale, equation)
        case StateAt():
            yield factor, sympy.S.One, expr
        case Applied() if isinstance(expr.argument, StateAt):
            yield factor, expr.operator, expr.argument
        case _ if sort_of(expr) == "number" and expr == 0:
            return
        case _:
            raise _refused(equation, "a sum of numbers and blocks times states")


def _refused(equation: Any, expected: str) -> FormulaError:
    return FormulaError(Problem("An initial value is not read.", str(equation), expected=expected))
