"""Which values of a step are states; the others are written where they are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from formula2net.ir.ops import Activation, Apply, Concat, Constant, LinComb, Op, Slice
from formula2net.synthesis.rolling.period import Period, Ref
from formula2net.synthesis.rolling.wires import Wires

LETTERS = (Apply, Activation, Slice)  # norms among the activations


@dataclass
class Choice:
    """Chooses the states of a period.

    A value is a state if

    1. it is a sum that a sum reads, or a concatenation that a concatenation reads: written in
       place, the two would be one;
    2. the output reads it, and it reads earlier steps itself;
    3. without it values would read each other in a circle: the last one of the circle;
    4. it is read twice, or in a later step, and is more than letters applied to one state.
    """

    wires: Wires
    period: Period
    states: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        places = range(self.period.length)
        self.states |= {place for place in places if self._nested(place)}
        self.states |= {place for place in places if self._handed_on(place)}
        while circle := self._circle():
            self.states.add(max(circle))
        for place in places:
            if place not in self.states and self._shared(place) and not self._short(place):
                self.states.add(place)

    def op(self, place: int) -> Op:
        """The operation at a place of the last step."""
        return self.wires.ops[self.period.first + place]

    def reads(self, place: int) -> tuple[Ref, ...]:
        """The values that it reads."""
        return self.period.body[place][: len(self.op(place).operands)]

    @cached_property
    def readers(self) -> dict[int, list[tuple[Op | None, int]]]:
        """For every place the operations that read it, and from how many steps later.

        After the last step they are None.
        """
        found: dict[int, list[tuple[Op | None, int]]] = {p: [] for p in range(self.period.length)}
        for place in range(self.period.length):
            for ref in self.reads(place):
                if ref.back is not None:
                    found[ref.place].append((self.op(place), ref.back))
        for value in self._read_after():
            if self.period.first <= value < self.period.end:
                found[value - self.period.first].append((None, 0))
        return found

    def _read_after(self) -> Iterator[int]:
        yield self.wires.program.output
        for op in self.wires.ops[self.period.end :]:
            yield from op.operands

    def _nested(self, place: int) -> bool:
        kind = next((k for k in (LinComb, Concat) if isinstance(self.op(place), k)), None)
        return kind is not None and any(isinstance(op, kind) for op, _ in self.readers[place])

    def _handed_on(self, place: int) -> bool:
        read = any(op is None for op, _ in self.readers[place])
        return read and any(back for back, _ in self._written(place))

    def _written(self, place: int) -> set[tuple[int, int]]:
        """How many steps back the states are that a value reads when it is written out."""
        seen: set[tuple[int, int]] = set()
        stack = [(0, place)]
        while stack:
            back, at = stack.pop()
            for ref in self.reads(at):
                if ref.back is not None and (back + ref.back, ref.place) not in seen:
                    seen.add((back + ref.back, ref.place))
                    if ref.place not in self.states and back + ref.back <= self.period.length:
                        stack.append((back + ref.back, ref.place))
        return seen

    def _circle(self) -> set[int]:
        """Places that read each other, none of them a state; empty if there are none."""
        left = set(range(self.period.length)) - self.states
        reads = {p: {r.place for r in self.reads(p) if r.back is not None} & left for p in left}
        while free := {p for p in left if not reads[p] & left}:
            left -= free
        readers = {p: {q for q in left if p in reads[q]} for p in left}
        while free := {p for p in left if not readers[p] & left}:
            left -= free
        return left

    def _shared(self, place: int) -> bool:
        readers = self.readers[place]
        return len(readers) > 1 or any(back for _, back in readers)

    def _short(self, place: int) -> bool:
        """Whether a value is letters applied to one state; a number plus a value is none."""
        while place not in self.states:
            if isinstance(self.op(place), Constant) or self._has_constant(place):
                return True
            if not isinstance(self.op(place), LETTERS):
                return False
            (ref,) = self.reads(place)
            if ref.back is None:
                return True
            place = ref.place
        return True

    def _has_constant(self, place: int) -> bool:
        return any(
            isinstance(self.wires.ops[value], Constant)
            for value in self.wires.ops[self.period.first + place].operands
        )
