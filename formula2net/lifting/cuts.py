"""What is cut out of a value: some of its equal parts, or of the values that stand in it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate
from math import gcd
from typing import Final

from torch.fx import Node

from formula2net.errors import LiftError
from formula2net.ir.coefficient import reduced
from formula2net.ir.ops import Concat, Slice, Value
from formula2net.lifting.origin import at_line
from formula2net.lifting.writer import Writer

PARTS: Final = 64  # in more nobody means to split a value


class Cuts:
    """Cuts values into parts.

    Args:
        writer: takes the parts.
    """

    def __init__(self, writer: Writer) -> None:
        self.writer = writer

    def piece(self, node: Node, value: Value, start: int, stop: int, size: int) -> Value:
        """The channels between two numbers: one of several equal parts, or a few of them.

        Raises:
            LiftError: it is not known which numbers they are.
        """
        if stop - start == size:
            return value
        width = gcd(start, stop, size)
        parts = size // width
        got = f"channels {start} to {stop} of {size}"
        if value in self.writer.reordered:
            what = "Channels are split that have been put in another order."
            raise LiftError(at_line(what, node, got=got))
        if not self.writer.cuts(value, parts):
            inner = self._inside(node, value, start, stop, size)
            if inner:
                return self.side_by_side(inner)
        if parts > PARTS or not self.writer.cuts(value, parts):
            what = "A part is taken that is not made of equal parts."
            raise LiftError(at_line(what, node, got=got))
        pieces = [
            self.writer.add(Slice(value, k // width + 1, parts)) for k in range(start, stop, width)
        ]
        return self.side_by_side(pieces)

    def _inside(self, node: Node, value: Value, start: int, stop: int, size: int) -> list[Value]:
        """What a cut through a concatenation takes of its values; empty if it is none."""
        op = self.writer.ops[value]
        if not isinstance(op, Concat):
            return []
        widths = [Fraction(self.writer.width(arg)) for arg in op.args]
        sizes = [reduced(width * size / sum(widths)) for width in widths]
        if not all(isinstance(own, int) for own in sizes):
            return []
        pieces = []
        for arg, own, end in zip(op.args, sizes, accumulate(sizes), strict=True):
            low, high = max(start, end - own), min(stop, end)
            if low < high:
                pieces.append(self.piece(node, arg, low - end + own, high - end + own, own))
        return pieces

    def side_by_side(self, values: Sequence[Value]) -> Value:
        """The concatenation of values; one is itself."""
        return values[0] if len(values) == 1 else self.writer.add(Concat(tuple(values)))
