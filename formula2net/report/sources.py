"""What the channels of a value are made of: what one block, one sum or the input hands on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from formula2net.ir.ops import Activation, Apply, Concat, Input, LinComb, Slice, Value
from formula2net.ir.program import Program, state_name
from formula2net.lower.names import node_names


@dataclass(frozen=True, order=True)
class Source:
    """Channels that were made together.

    Attributes:
        value: The value that has them; no concatenation, part, norm or activation.
        start: The first of its channels, from 0.
        width: How many.
    """

    value: Value
    start: int
    width: int


def sources_of(program: Program, widths: Sequence[int]) -> list[tuple[Source, ...]]:
    """The sources of every value, in the order of its channels.

    What keeps channels apart is looked through: concatenations, parts, norms, activations.

    Args:
        program: The program.
        widths: Channels of every value.
    """
    found: list[tuple[Source, ...]] = []
    for value, op in enumerate(program.ops):
        match op:
            case Concat(args):
                found.append(tuple(source for arg in args for source in found[arg]))
            case Slice(arg, part, parts):
                size = widths[arg] // parts
                found.append(_between(found[arg], (part - 1) * size, part * size))
            case Activation(arg=arg) | LinComb(terms=((_, arg),)):
                found.append(found[arg])
            case _:
                found.append((Source(value, 0, widths[value]),))
    return found


def _between(sources: Sequence[Source], low: int, high: int) -> tuple[Source, ...]:
    """The sources of some of the channels; one that is cut gives its own part."""
    cut, first = [], 0
    for source in sources:
        start, end = max(low, first), min(high, first + source.width)
        if start < end:
            cut.append(Source(source.value, source.start + start - first, end - start))
        first += source.width
    return tuple(cut)


class SourceNames:
    """Names of sources: of the block that made it, of a state, or of what first reads a sum."""

    def __init__(self, program: Program, widths: Sequence[int]) -> None:
        self.program = program
        self.widths = widths
        self._nodes = node_names(program)
        letters = (v for v, op in enumerate(program.ops) if isinstance(op, Activation))
        self._readers = {program.ops[v].operands[0]: v for v in reversed([*letters])}

    def __call__(self, source: Source) -> str:
        """As "F_3", "X_0", "S2.norm2_1_4"; "X_0 2/4" is the second of its four parts."""
        name = self._name(source.value)
        if source.width == self.widths[source.value]:
            return name
        number = source.start // source.width + 1
        return f"{name} {number}/{self.widths[source.value] // source.width}"

    def _name(self, value: Value) -> str:
        op = self.program.ops[value]
        if isinstance(op, Apply):
            return self.program.letters[value]
        for each in (value, self._readers.get(value)):
            key = None if each is None else self.program.state_of(each)
            if key is not None:
                return state_name(key)
        if isinstance(op, Input):
            return op.name
        reader = self._readers.get(value, value)
        return self.program.letters.get(reader, self._nodes[value])
