"""The equations of a recursion, written from its steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from sympy import Eq, Expr, Integer

from formula2net.ir.ops import Concat as ConcatOp
from formula2net.ir.ops import Input as InputOp
from formula2net.ir.ops import LinComb, Op, Value
from formula2net.language.recursion import Recursion
from formula2net.language.structure import Concat
from formula2net.language.symbols import Index, Input, State
from formula2net.synthesis.rolling.expressions import expression, runs
from formula2net.synthesis.rolling.initial import Initial
from formula2net.synthesis.rolling.names import Names, step_index
from formula2net.synthesis.rolling.output import WINDOW, Output
from formula2net.synthesis.rolling.period import Ref
from formula2net.synthesis.rolling.states import LETTERS
from formula2net.synthesis.rolling.steps import Steps, names_of


def reads_input(steps: Steps, last: int) -> bool:
    """Whether a state may be the input at step 0: one is, or none has another value there."""
    starts = [v for p in steps.states if (v := steps.values.get((p, last))) is not None]
    return not starts or any(isinstance(steps.wires.ops[value], InputOp) for value in starts)


class Lines:
    """Writes a recursion.

    Args:
        steps: its steps.
        last: the number of the last one.
        first: the number of the first one that the general equations are for.
        named_input: whether the input is a symbol of its own; else it is a state at 0.
    """

    def __init__(self, steps: Steps, last: int, first: int, named_input: bool) -> None:
        self.wires, self.period, self.steps = steps.wires, steps.period, steps
        self.last, self.first = last, first
        self.names = Names(steps, last)
        self.index = step_index(self.names.stems)
        self.bound = Index(next(n for n in ("j", "k", "s") if n not in self.names.stems))
        self.input = Input("z" if "z" not in self.names.stems else "input") if named_input else None
        self.states = self._states()
        self.known: dict[Value, Any] = {}  # initial values that are written already
        self.helpers: list[Any] = []

    def recursion(self) -> Recursion:
        """The recursion."""
        initial = list(Initial(self).equations())
        general = [
            Eq(self.state(place, self.index), self.general(place, self.index))
            for place in sorted(self.steps.states)
        ]
        output = Output(self).expr()
        return Recursion(general, [*initial, *self.helpers] or None, output=output)

    def state(self, place: int, step: Any) -> Any:
        """A state at a step."""
        name, lanes = self.states[place]
        return State(name)[(step, *lanes)]

    def general(self, place: int, step: Expr) -> Any:
        """The value at a place of a step, one operation deep at least."""
        op = self.wires.ops[self.period.first + place]
        refs = self.period.body[place]
        reads = refs[: len(op.operands)]
        letters = [
            self.names.at(ref, step, name)
            for ref, name in zip(refs[len(reads) :], names_of(op), strict=True)
        ]
        if isinstance(op, ConcatOp):
            return Concat(*self._parts(reads, step))
        return expression(op, [self.read(ref, step) for ref in reads], letters)

    def read(self, ref: Ref, step: Expr) -> Any:
        """What a step reads."""
        if ref.back is None:
            return self.fixed(ref.place)
        if ref.place in self.steps.states:
            return self.state(ref.place, step - ref.back)
        return self.general(ref.place, step - ref.back)

    def _parts(self, reads: Sequence[Ref], step: Expr) -> Iterator[Any]:
        """The parts of a concatenation; a window where they are one place, step after step."""
        places = [None if ref.back is None else (ref.place, -ref.back) for ref in reads]
        for run in runs(places):
            ref, end = reads[run[0]], reads[run[-1]]
            if len(run) < WINDOW or ref.back is None or end.back is None:
                yield from (self.read(reads[k], step) for k in run)
                continue
            item = self.read(Ref(ref.place, 0), self.bound)
            yield Concat(item, (self.bound, step - ref.back, step - end.back))

    def fixed(self, value: Value, step: int = 0) -> Any:
        """One value before the steps that are alike, the same whoever reads it."""
        if value in self.known:
            return self.known[value]
        return self._written(value, step)

    def _written(self, value: Value, step: int) -> Any:
        op = self.wires.ops[value]
        if isinstance(op, InputOp):
            return self.input if self.input is not None else self.input_state()
        args = [self._part(op, read, step) for read in op.operands]
        return expression(op, args, [self.names.fixed(name, step) for name in names_of(op)])

    def _part(self, op: Op, read: Value, step: int) -> Any:
        """What an operation reads; what cannot be written in place has a name."""
        inner = self.wires.ops[read]
        nested = any(
            isinstance(op, kind) and isinstance(inner, kind) for kind in (LinComb, ConcatOp)
        )
        shared = self.wires.readers[read] > 1 and not self._short(read)
        if (nested or shared) and read not in self.known:
            taken = self.names.stems | {name for name, _ in self.states.values()}
            helper = State(next(n for n in ("S", "U", "R", "S0") if n not in taken))
            value = self._written(read, step)
            self.known[read] = helper[step, len(self.helpers) + 1]
            self.helpers.append(Eq(self.known[read], value))
        return self.fixed(read, step)

    def _short(self, value: Value) -> bool:
        """Whether a value is letters applied to the input, or to what has a name."""
        while value not in self.known and isinstance(self.wires.ops[value], LETTERS):
            (value,) = self.wires.ops[value].operands
        return value in self.known or not self.wires.ops[value].operands

    @cached_property
    def source(self) -> Value:
        """The value of the input."""
        return next((v for v, op in enumerate(self.wires.ops) if isinstance(op, InputOp)), -1)

    def input_state(self) -> Any:
        """The state that is the input at step 0; none where the input has a name."""
        if self.input is not None:
            return None
        starts = {place: self.steps.values.get((place, self.last)) for place in self.steps.states}
        found = [place for place, value in starts.items() if value == self.source]
        return self.state(min(found, default=self.main), Integer(0))

    @property
    def main(self) -> int:
        """The place of the state that is written last, or that the output is."""
        place = self.wires.program.output - self.period.first
        return place if place in self.steps.states else max(self.steps.states)

    def _states(self) -> dict[int, tuple[str, tuple[int, ...]]]:
        """Names of the states, with their lanes: as the program has them, else X, Y, ..."""
        taken = self.names.stems | {str(self.index), str(self.bound)}
        found: dict[int, tuple[str, tuple[int, ...]]] = {}
        for place in sorted(self.steps.states):
            told = self._told(place)
            if told is not None and told not in found.values() and told[0] not in taken:
                found[place] = told
        self.told = frozenset(found)
        used = {name for name, _ in found.values()} | taken
        letters = (n for n in (*"XYZUKHM", *(f"X{k}" for k in range(1, 999))) if n not in used)
        order = sorted(self.steps.states, key=lambda place: (place != self.main, place))
        return {place: found.get(place) or (next(letters), ()) for place in order}

    def _told(self, place: int) -> tuple[str, tuple[int, ...]] | None:
        """The name that a place has in all steps."""
        names: set[tuple[str, tuple[int, ...]]] | None = None
        for (other, back), value in self.steps.values.items():
            if other != place or back >= self.steps.count:
                continue
            here = {
                (str(key[0]), tuple(int(k) for k in key[2:]))
                for key, held in self.wires.program.states.items()
                if held == value and key[1] == self.last - back
            }
            names = here if names is None else names & here
        return min(names) if names else None
