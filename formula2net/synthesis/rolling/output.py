"""The output of a recursion: what is read after the last step, at any depth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from sympy import Expr, Integer, Sum

from formula2net.errors import FormulaError
from formula2net.ir.ops import Concat as ConcatOp
from formula2net.ir.ops import Input as InputOp
from formula2net.ir.ops import LinComb, Op, Value
from formula2net.language.structure import Concat
from formula2net.synthesis.rolling.expressions import expression, runs, total
from formula2net.synthesis.rolling.steps import names_of

if TYPE_CHECKING:
    from formula2net.synthesis.rolling.lines import Lines

WINDOW: Final = 3  # values in a row that are written as a window


class Output:
    """Writes the output.

    Args:
        lines: the equations of the steps, and their initial values.
    """

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._places = {
            value: (place, lines.last - back)
            for (place, back), value in sorted(lines.steps.values.items(), reverse=True)
        }

    def expr(self) -> Any:
        """The output's expression."""
        return self._after(self._lines.wires.program.output)

    def _after(self, value: Value) -> Any:
        """A value that the output reads, at any depth."""
        if value in self._places:
            place, step = self._places[value]
            return self._item(place, self._step(step))
        if value in self._lines.known or isinstance(self._lines.wires.ops[value], InputOp):
            return self._lines.fixed(value)
        op = self._lines.wires.ops[value]
        if value < self._lines.period.first:
            return self._lines.fixed(value)
        if self._lines.wires.readers[value] > 1:
            raise FormulaError("The output reads a value twice that no step has.")
        letters = [self._lines.names.after(name) for name in names_of(op)]
        if isinstance(op, ConcatOp):
            parts = [part for run in self._runs(op) for part in self._joined(op, run)]
            return Concat(*parts)
        if isinstance(op, LinComb):
            return self._summed(op, dict(zip(names_of(op), letters, strict=True)))
        return expression(op, [self._after(read) for read in op.operands], letters)

    def _step(self, step: int) -> Expr:
        """A step counted from the depth, where it is nearer to the last than to the first."""
        lines = self._lines
        back, after = lines.last - step, step - lines.first
        near = after >= 0 and (back <= lines.period.lag or back < after)
        return lines.index - back if near else Integer(step)

    def _item(self, place: int, step: Any) -> Any:
        if place in self._lines.steps.states:
            return self._lines.state(place, step)
        return self._lines.general(place, step)

    def _runs(self, op: Op) -> Iterator[range]:
        return runs([self._places.get(read) for read in op.operands])

    def _joined(self, op: Op, run: range) -> Iterator[Any]:
        reads = op.operands
        if len(run) < WINDOW:
            yield from (self._after(reads[k]) for k in run)
            return
        yield Concat(*self._window(reads[run[0]], reads[run[-1]]))

    def _window(self, low: Value, high: Value) -> tuple[Any, Any]:
        (place, start), (_, end) = self._places[low], self._places[high]
        lines = self._lines
        item = self._item(place, lines.bound)
        return item, (lines.bound, self._step(start), lines.index - (lines.last - end))

    def _summed(self, op: LinComb, names: dict[str, Any]) -> Any:
        terms: list[tuple[Any, Any]] = []
        for run in self._runs(op):
            weights = {op.terms[k][0] for k in run}
            if len(run) < WINDOW or len(weights) > 1:
                terms += [(op.terms[k][0], self._after(op.terms[k][1])) for k in run]
            else:
                window = self._window(op.terms[run[0]][1], op.terms[run[-1]][1])
                terms.append((op.terms[run[0]][0], Sum(*window)))
        return total(terms, names)
