"""When each equation of a formula applies: known before anything is unrolled (design 9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from formula2net.ir.program import StateKey
from formula2net.language.equation import Equation
from formula2net.language.recursion import Recursion
from formula2net.passes.indices import Env, index_value, ranges
from formula2net.passes.reads import first_step, input_state


@dataclass(frozen=True)
class Schedule:
    """Which equation defines what, when: explicit ones at one step, general ones from a step on.

    Attributes:
        recursion: the formula.
        explicit: for (state, step) the equations of just this step, with values of their indices.
        general: the others, each with the first step that it applies to.
        input_state: the state without a value at 0; None where the formula reads an ``Input``.
    """

    recursion: Recursion
    explicit: Mapping[tuple[str, int], list[tuple[Equation, Env]]]
    general: list[tuple[Equation, int]]
    input_state: str | None

    @property
    def input_name(self) -> str:
        """``X_0``, or the name of the ``Input`` that the formula reads."""
        if self.recursion.inputs:
            return self.recursion.inputs[0]
        return f"{self.input_state}_0" if self.input_state else "input"

    def before(self) -> Iterator[tuple[int, Equation, Env]]:
        """The initial values up to index 0, in the order of their index."""
        rows = sorted(
            (
                (step, number, row)
                for number, ((_, step), rows) in enumerate(self.explicit.items())
                for row in rows
                if step <= 0
            ),
            key=lambda item: item[:2],
        )
        return ((step, *row) for step, _, row in rows)

    def at(self, step: int) -> Iterator[tuple[Equation, Env]]:
        """The equations of one step; one for just this step, or lane, replaces the general one."""
        ruled = {equation.lhs.name for equation, _ in self.general}
        for (state, index), rows in self.explicit.items():
            if index == step and state not in ruled:
                yield from rows
        given: set[StateKey] = set()
        for equation, first in self.general:
            for row in self.explicit.get((equation.lhs.name, step), ()):
                if state_key(*row) not in given:
                    given.add(state_key(*row))
                    yield row
            if step >= first:
                for env in ranges(equation.families, {self.recursion.index: step}):
                    if state_key(equation, env) not in given:
                        yield equation, env


def schedule_of(recursion: Recursion) -> Schedule:
    """The schedule of a formula.

    Raises:
        FormulaError: two states have no value at 0.
    """
    explicit: dict[tuple[str, int], list[tuple[Equation, Env]]] = {}
    general: list[Equation] = []
    for equation in (*recursion.initial, *recursion.equations):
        if equation.step_index is not None:
            general.append(equation)
            continue
        for env in ranges(equation.families, {}):
            step = index_value(equation.lhs.indices[0], env)
            explicit.setdefault((equation.lhs.name, step), []).append((equation, env))
    given = set(explicit)
    state = input_state(recursion, given)
    known = given | {(state, 0)} if state else given
    firsts = [(equation, first_step(equation, recursion.index, known)) for equation in general]
    return Schedule(recursion, explicit, firsts, state)


def state_key(equation: Equation, env: Env) -> StateKey:
    """The state that an equation defines."""
    return equation.lhs.name, *(index_value(index, env) for index in equation.lhs.indices)
