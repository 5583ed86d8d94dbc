"""Concatenations, stacks, and what is taken out of them again."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from itertools import accumulate
from math import gcd
from typing import Final, Protocol

from torch.fx import Node

from formula2net.errors import LiftError
from formula2net.ir.ops import Concat, Slice, Value
from formula2net.lifting.numbers import exact_number
from formula2net.lifting.operations import SPLITS, aten, bounds_of, channel_axis, shape_of
from formula2net.lifting.recording import at_line
from formula2net.lifting.writer import Terms, Writer

PARTS: Final = 64  # in more nobody means to split a value


class Values(Protocol):
    """What knows the values of nodes."""

    def value(self, arg: Node) -> Value:
        """The value of a feature."""


class Parts:
    """Reads operations that put values side by side, and those that take parts.

    A stack, and what is taken out of a concatenation at its seams, is no operation of a program:
    it hands on what was put in.

    Args:
        writer: takes what they are.
        values: knows their arguments.
    """

    def __init__(self, writer: Writer, values: Values) -> None:
        self.writer = writer
        self.values = values

    def read(self, node: Node) -> Value | None:
        """The value of a node; None where only its readers say which.

        Raises:
            LiftError: a part is not one of several equal ones.
        """
        if node.target in SPLITS or node.target is aten.stack.default:
            return None
        source = node.args[0]
        if node.target is aten.cat.default:
            return self._joined(node)
        if node.target is aten.copy.default:  # a value that is written over another one
            return self.values.value(node.args[1])
        if node.target is aten.select.int:
            if node.args[1] % len(shape_of(source)) != _axis(source):
                raise LiftError(at_line("A stack is indexed on another axis than its own.", node))
            return self.values.value(source.args[0][node.args[2]])
        if node.target is aten.slice.Tensor:
            return self._between(node, source, *bounds_of(node))
        if node.target is aten.slice_scatter.default:
            return self._written(node, *node.args[:2], *bounds_of(node)[1:])
        if node.target is operator.getitem:
            return self._of_split(node, source, node.args[1])
        return self._reduced(node, source)

    def whole(self, node: Node) -> Value:
        """The value of a stack that is read as it is.

        Raises:
            LiftError: it is none.
        """
        if node.target is not aten.stack.default:
            raise LiftError(at_line("A value is expected here.", node, got=str(node)))
        return self._joined(node)

    def _joined(self, node: Node) -> Value:
        args = tuple(map(self.values.value, node.args[0]))
        if len(args) == 1:
            return args[0]
        value = self.writer.add(Concat(args))
        by_channel = node.target is aten.cat.default
        if not by_channel or _axis(node) != channel_axis(shape_of(node)):
            self.writer.reordered.add(value)
        return value

    def _reduced(self, node: Node, stack: Node) -> Value | None:
        """The sum over a stack, or its mean."""
        items, axis = stack.args[0], (stack.args[1] if len(stack.args) > 1 else 0)
        rank = len(shape_of(stack))
        if [a % rank for a in node.args[1]] != [axis % rank]:
            raise LiftError(at_line("A stack is summed over another axis than its own.", node))
        weight = 1 if node.target is aten.sum.dim_IntList else 1 / len(items)
        terms: Terms = {}
        for item in map(self.values.value, items):
            terms[item] = terms.get(item, 0) + exact_number(weight)
        return self.writer.sum(terms)

    def _of_split(self, node: Node, split: Node, number: int) -> Value:
        """One of the values that a split gives."""
        whole = split.args[0]
        if split.target is aten.unbind.int:
            axis = (split.args[1] if len(split.args) > 1 else 0) % len(shape_of(whole))
            if whole.target is aten.stack.default and axis == _axis(whole):
                return self.values.value(whole.args[0][number])
            return self._between(node, whole, axis, number, number + 1, shape_of(whole)[axis])
        axis = _axis(split)
        sizes = [tensor.shape[axis] for tensor in split.meta["val"]]
        start = sum(sizes[:number])
        return self._between(node, whole, axis, start, start + sizes[number], sum(sizes))

    def _between(
        self, node: Node, whole: Node, axis: int, start: int, stop: int, size: int
    ) -> Value:
        """What stands between two numbers on an axis."""
        seams = _seams(whole, axis)
        if start in seams and stop in seams:
            inner = whole.args[0][seams.index(start) : seams.index(stop)]
            args = tuple(map(self.values.value, inner))
            return args[0] if len(args) == 1 else self.writer.add(Concat(args))
        if axis != channel_axis(shape_of(whole)):
            what = "A value is split along an axis that is not its channels'."
            raise LiftError(at_line(what, node, got=f"axis {axis} of {shape_of(whole)}"))
        return self._piece(node, self.values.value(whole), start, stop, size)

    def _written(
        self, node: Node, whole: Node, part: Node, start: int, stop: int, size: int
    ) -> Value:
        """A value of which one part is another one."""
        value, written = map(self.values.value, (whole, part))
        width = gcd(start, stop, size)
        pieces = [
            self._piece(node, written, k - start, k - start + width, stop - start)
            if start <= k < stop
            else self._piece(node, value, k, k + width, size)
            for k in range(0, size, width)
        ]
        return self.writer.add(Concat(tuple(pieces)))

    def _piece(self, node: Node, value: Value, start: int, stop: int, size: int) -> Value:
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
        if parts > PARTS or not self.writer.cuts(value, parts):
            what = "A part is taken that is not made of equal parts."
            raise LiftError(at_line(what, node, got=got))
        pieces = [
            self.writer.add(Slice(value, k // width + 1, parts)) for k in range(start, stop, width)
        ]
        return pieces[0] if len(pieces) == 1 else self.writer.add(Concat(tuple(pieces)))


def _seams(node: Node, axis: int) -> Sequence[int]:
    """Where the values of a concatenation on an axis meet; nowhere in anything else."""
    if node.target is not aten.cat.default or axis != _axis(node):
        return ()
    sizes = [shape_of(arg)[axis] for arg in node.args[0]]
    return [0, *accumulate(sizes)]


def _axis(node: Node) -> int:
    """The axis of a concatenation, a stack or a split."""
    place = 2 if node.target in SPLITS and node.target is not aten.unbind.int else 1
    axis = node.args[place] if len(node.args) > place else node.kwargs.get("dim", 0)
    rank = len(shape_of(node))
    return int(axis) % rank
