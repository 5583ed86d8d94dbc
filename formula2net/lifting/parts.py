"""Concatenations, stacks, and what is taken out of them again."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from itertools import accumulate
from math import gcd
from typing import Any, Protocol

from torch.fx import Node

from formula2net.errors import LiftError
from formula2net.ir.coefficient import Coefficient
from formula2net.ir.ops import Concat, Value, Zeros
from formula2net.lifting.axes import channel_axis, shape_of
from formula2net.lifting.cuts import Cuts
from formula2net.lifting.numbers import exact_number
from formula2net.lifting.operations import SPLITS, aten, bounds_of, written_over
from formula2net.lifting.origin import at_line
from formula2net.lifting.writer import Terms, Writer


class Values(Protocol):
    """What knows the values of nodes."""

    def value(self, arg: Node) -> Value:
        """The value of a feature."""

    def number(self, arg: Any) -> Coefficient | None:
        """The number that an argument is; None if it is a feature."""


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
        self._cuts = Cuts(writer)

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
        if (written := written_over(node)) is not None:
            return self.values.value(written)
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
        if not by_channel or _axis(node) != channel_axis(node):
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
            return self._cuts.side_by_side(tuple(map(self.values.value, inner)))
        if axis != channel_axis(whole):
            what = "A value is split along an axis that is not its channels'."
            raise LiftError(at_line(what, node, got=f"axis {axis} of {shape_of(whole)}"))
        return self._cuts.piece(node, self.values.value(whole), start, stop, size)

    def _written(
        self, node: Node, whole: Node, part: Node, start: int, stop: int, size: int
    ) -> Value:
        """A value of which one part is another one."""
        written, width = self.values.value(part), gcd(start, stop, size)
        inner = [
            self._cuts.piece(node, written, k, k + width, stop - start)
            for k in range(0, stop - start, width)
        ]
        outer = [*range(0, start, width), *range(stop, size, width)]
        if self.values.number(whole) is None:
            value = self.values.value(whole)
            kept = [self._cuts.piece(node, value, k, k + width, size) for k in outer]
        else:
            kept = [self.writer.add(Zeros(inner[0])) for _ in outer]
        before = start // width
        return self.writer.add(Concat((*kept[:before], *inner, *kept[before:])))


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
