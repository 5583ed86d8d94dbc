"""From the output back to a state, once over the program: the gradient by length of its paths.

The chain rule adds up over all paths. Here the sum is kept apart by the number of blocks on the
path: each value has a cotangent for every length, a block moves them up by one, and everything
else (activation, norm, transition, gate, sum, split, concatenation) leaves their lengths. A value
whose paths to the output have up to k blocks costs k + 1 vector-Jacobian products.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from torch import Tensor

from formula2net.gradients.cotangents import Cotangents
from formula2net.gradients.tape import Tape
from formula2net.ir.coefficient import evaluate
from formula2net.ir.ops import (
    Activation,
    Apply,
    Concat,
    Hadamard,
    LinComb,
    Slice,
    Transition,
    Value,
    Zeros,
)
from formula2net.ir.program import Program


def reached(program: Program, source: Value) -> frozenset[Value]:
    """The values that paths from a source lead to; a zero takes only a shape from what it reads."""
    found = {source}
    for value in range(source + 1, len(program)):
        op = program.ops[value]
        if not isinstance(op, Zeros) and not found.isdisjoint(op.operands):
            found.add(value)
    return frozenset(found)


class Backward:
    """The pass from the output to a source.

    Args:
        program: The program.
        tape: Its values and letters on one batch; the pass uses it up.
        source: The value where paths begin; the output depends on it.
        most: The greatest length that stays apart; all do unless given.
    """

    def __init__(self, program: Program, tape: Tape, source: Value, most: int | None) -> None:
        self.program, self.tape, self.source, self.most = program, tape, source, most
        self.reached = reached(program, source)

    def run(self, cotangent: Tensor) -> Cotangents:
        """The cotangents of the source, by length, from that of the output, (N, C, R...)."""
        known = {self.program.output: Cotangents.of(cotangent)}
        for value in range(self.program.output, self.source, -1):
            if value not in known:
                continue
            for read, part in self._pulled(value, known.pop(value)):
                known[read] = known[read].plus(part) if read in known else part
        return known[self.source]

    def _pulled(self, value: Value, above: Cotangents) -> Iterator[tuple[Value, Cotangents]]:
        """What an operation hands back to the values that it reads and that are reached."""
        values = self.tape.values
        match self.program.ops[value]:
            case Apply(arg=arg):
                yield arg, above.mapped(lambda rows: self.tape.pull(value, rows)).longer(self.most)
            case Activation(arg=arg) | Transition(arg=arg):
                yield arg, above.mapped(lambda rows: self.tape.pull(value, rows))
            case LinComb(terms):
                for coefficient, read in terms:
                    if read not in self.reached:
                        continue
                    number = evaluate(coefficient, self.tape.scalars)
                    rows = above.rows if coefficient == 1 else number * above.rows
                    yield read, Cotangents(above.lengths, rows)
            case Concat(args):
                parts = above.rows.split([values[read].shape[1] for read in args], dim=2)
                for read, rows in zip(args, parts, strict=True):
                    if read in self.reached:
                        yield read, Cotangents(above.lengths, rows)
            case Slice(arg, part, parts):
                yield arg, above.mapped(lambda rows: placed(rows, values[arg], part, parts))
            case Hadamard(args):
                yield from self._through_gate(args, above)

    def _through_gate(
        self, args: tuple[Value, ...], above: Cotangents
    ) -> Iterator[tuple[Value, Cotangents]]:
        """A factor's cotangent is that of the product, times all other factors."""
        values = self.tape.values
        for port, read in enumerate(args):
            if read not in self.reached:
                continue
            others = prod(values[v] for k, v in enumerate(args) if k != port)
            shape = len(above.lengths), *values[read].shape
            rows = (others * above.rows).sum_to_size(shape)  # what was pooled is spread
            yield read, Cotangents(above.lengths, rows)


def placed(rows: Tensor, whole: Tensor, part: int, parts: int) -> Tensor:
    """Cotangents of a part in those of the whole: 0 in all other channels."""
    width = whole.shape[1] // parts
    total = rows.new_zeros((len(rows), *whole.shape))
    total.narrow(2, (part - 1) * width, width).copy_(rows)
    return total
