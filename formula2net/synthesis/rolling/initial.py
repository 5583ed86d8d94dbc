"""The initial values of a recursion: what its steps read of the time before they are alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sympy import Eq

from formula2net.ir.ops import Value

if TYPE_CHECKING:
    from formula2net.synthesis.rolling.lines import Lines


class Initial:
    """Writes the initial values.

    Args:
        lines: the equations of the steps.
    """

    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    def equations(self) -> Iterator[Any]:
        """The initial values, in the order of their steps."""
        lines, states = self._lines, self._lines.steps.states
        slots = sorted(
            (lines.last - back, value, place)
            for (place, back), value in lines.steps.values.items()
            if place in states and lines.last - back < lines.first
        )
        slots = sorted([*slots, *self._unread({(place, step) for step, _, place in slots})])
        for step, value, place in slots:
            lhs = lines.state(place, step)
            if step == 0 and value == lines.source and lhs == lines.input_state():
                continue
            rhs = lines.fixed(value, step)
            yield from lines.helpers
            lines.helpers = []
            yield Eq(lhs, rhs)
            lines.known.setdefault(value, lhs)
        for step in range(1, lines.first):
            for place in sorted(states - {p for s, _, p in slots if s == step}):
                yield Eq(lines.state(place, step), 0)

    def _unread(self, read: set[tuple[int, int]]) -> Iterator[tuple[int, Value, int]]:
        """Initial values that no later step reads: the output of a shallower network."""
        lines = self._lines
        for step in range(1, lines.first):
            for place in lines.steps.states:
                name, lanes = lines.states[place]
                told = None
                if place in lines.told:
                    told = lines.wires.program.states.get((name, step, *lanes))
                if told is None and place == lines.main:
                    told = self._last_of(step)
                if told is not None and (place, step) not in read:
                    yield step, told, place

    def _last_of(self, step: int) -> Value | None:
        """The last value before the next step's first block, as the blocks' steps tell."""
        wires = self._lines.wires
        found = False
        for value, op in wires.program.applications():
            if wires.step(op) > step:
                return value - 1 if found else None
            found |= wires.step(op) == step
        return None
