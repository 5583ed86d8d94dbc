"""The period of a program: operations that come again, shifted, step after step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from formula2net.ir.ops import Apply, Value
from formula2net.synthesis.rolling.wires import Use, Wires


@dataclass(frozen=True, slots=True)
class Ref:
    """What an operation of a step refers to.

    Attributes:
        place: the operation's place in its step, or, where `back` is None, its value.
        back: how many steps before; None for the same value in every step.
        rank: which of its parts, for a scalar.
    """

    place: int
    back: int | None
    rank: int = 0


@dataclass(frozen=True)
class Period:
    """A run of operations that repeat.

    Attributes:
        length: how many operations a step has.
        end: where it ends, and with it the last step.
        body: for every operation of the last step what it refers to, as in `Wires.uses`.
        told: whether the blocks' step numbers grow by one a step.
        outside: how many operations are in no step.
    """

    length: int
    end: int
    body: tuple[tuple[Ref, ...], ...]
    told: bool
    outside: int

    @property
    def rank(self) -> tuple[bool, int, int]:
        """Smaller is better: what agrees with the blocks' steps, leaves least outside, is short."""
        return not self.told, self.outside, self.length

    @property
    def lag(self) -> int:
        """How many steps back a step reads."""
        return max((ref.back or 0 for refs in self.body for ref in refs), default=0)

    @property
    def first(self) -> Value:
        """Where the last step starts."""
        return self.end - self.length


def periods(wires: Wires) -> list[Period]:
    """All periods that come at least twice, the best first."""
    lengths = range(1, len(wires.ops) // 2 + 1)
    found = (_longest(wires, length) for length in lengths)
    return sorted((period for period in found if period is not None), key=lambda p: p.rank)


def _longest(wires: Wires, length: int) -> Period | None:
    """The longest run of operations that are those `length` before them, shifted."""
    best, start = (0, 0), None
    for value in range(length, len(wires.ops) + 1):
        if value < len(wires.ops) and _shifted(wires, value, length):
            start = value if start is None else start
        elif start is not None:
            best, start = max(best, (value - start, value)), None
    run, end = best
    if run < length:
        return None
    body = tuple(
        tuple(_ref(use, before, end, length) for use, before in _pairs(wires, value, length))
        for value in range(end - length, end)
    )
    steps = list(_growth(wires, range(end - length, end), length))
    outside = len(wires.ops) - run - length
    return Period(length, end, body, set(steps) == {1}, outside)


def _pairs(wires: Wires, value: Value, length: int) -> Iterator[tuple[Use, Use]]:
    return zip(wires.uses[value], wires.uses[value - length], strict=True)


def _shifted(wires: Wires, value: Value, length: int) -> bool:
    """Whether an operation is the one `length` before it: its references are shifted, or stay."""
    return wires.shapes[value] == wires.shapes[value - length] and all(
        use[1] == before[1] and use[0] - before[0] in (0, length)
        for use, before in _pairs(wires, value, length)
    )


def _ref(use: Use, before: Use, end: int, length: int) -> Ref:
    if use == before:
        return Ref(use[0], None, use[1])
    back, place = divmod(use[0] - (end - length), length)
    return Ref(place, -back, use[1])


def _growth(wires: Wires, run: range, length: int) -> Iterator[int]:
    """By how much the step of a block that is new in every step grows from step to step."""
    for value in run:
        op, before = wires.ops[value], wires.ops[value - length]
        if not isinstance(op, Apply) or not isinstance(before, Apply):
            continue
        if op.block != before.block and wires.uses[value][1][0] == value:
            yield wires.step(op) - wires.step(before)
