"""Writes a program down as it is read, value by value. Nothing is shared and nothing simplified."""

from __future__ import annotations

from formula2net.errors import LiftError
from formula2net.ir.coefficient import Coefficient
from formula2net.ir.layout import VIEWS, Layout, View, layout_of
from formula2net.ir.ops import Apply, Constant, LinComb, Op, Slice, Value, Width, Zeros

Terms = dict[Value, Coefficient]


class Writer:
    """A growing list of operations.

    Two calls of one module on one value stay two: that they are one application is found when the
    program is reduced, and that they are two is what its wired paths count.
    """

    def __init__(self) -> None:
        self.ops: list[Op] = []
        self.reordered: set[Value] = set()  # where it is not known which channels are whose
        self._constant: Value | None = None
        self._layouts: dict[View, list[Layout]] = {view: [] for view in VIEWS}
        self._side_by_side: list[Layout] = []

    def add(self, op: Op, mixes: bool = False) -> Value:
        """Appends an operation.

        Args:
            op: the operation.
            mixes: whether each channel that it gives is made of all that it reads.

        Raises:
            LiftError: a split does not cut between the values of a concatenation.
        """
        if isinstance(op, Slice) and not self.cuts(op.arg, op.parts):
            raise LiftError(f"A concatenation is split into {op.parts} parts inside its values.")
        for view, layouts in self._layouts.items():
            layouts.append(layout_of(op, layouts, view))
        known = self._side_by_side
        known.append(layout_of(op, known, "exact" if mixes else "paper"))
        if not isinstance(op, Apply) and not self.reordered.isdisjoint(op.operands):
            self.reordered.add(len(self.ops))
        self.ops.append(op)
        return len(self.ops) - 1

    def cuts(self, value: Value, parts: int) -> bool:
        """Whether a split into so many parts cuts between the values of a concatenation."""
        return all(layouts[value].cuts(parts) for layouts in self._layouts.values())

    def slots(self, value: Value) -> int:
        """How many values stand side by side in one, and have not been mixed."""
        return self._side_by_side[value].slots

    def width(self, value: Value) -> Width:
        """How wide a value is, in widths of the input."""
        return self._layouts["exact"][value].width

    def constant(self) -> Value:
        """The constant feature 1."""
        if self._constant is None:
            self._constant = self.add(Constant())
        return self._constant

    def sum(self, terms: Terms) -> Value:
        """A linear combination; one value with coefficient 1 is that value itself."""
        kept = tuple((weight, value) for value, weight in terms.items() if weight != 0)
        if terms and not kept:  # nothing is left but the shape
            return self.add(Zeros(next(iter(terms))))
        if len(kept) == 1 and kept[0][0] == 1:
            return kept[0][1]
        return self.add(LinComb(kept))
