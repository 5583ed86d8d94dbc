"""Shapes, stages and layouts of a program's values while it grows."""

from __future__ import annotations

from formula2net.ir.builder import Builder
from formula2net.ir.layout import Layout, View, layout_of
from formula2net.ir.ops import Apply, Op, Transition, Value
from formula2net.language.backbone import Backbone, Shape
from formula2net.passes.shapes import shape_of


class Tracker:
    """Knows every value that a builder has defined so far.

    Args:
        builder: takes the operations.
        backbone: what they stand over.
    """

    def __init__(self, builder: Builder, backbone: Backbone) -> None:
        self.builder = builder
        self.backbone = backbone
        self._shapes: list[Shape] = []
        self._layouts: list[Layout] = []
        self._stages: list[int] = []

    def shape(self, value: Value) -> Shape:
        """The shape of a value."""
        self._catch_up()
        return self._shapes[value]

    def stage(self, value: Value) -> int:
        """The stage that a value belongs to."""
        self._catch_up()
        return self._stages[value]

    def layout(self, value: Value) -> Layout:
        """How a value is laid out, in channels."""
        self._catch_up()
        return self._layouts[value]

    def _catch_up(self) -> None:
        """Takes in the operations that the builder has added since."""
        for op in self.builder.ops[len(self._shapes) :]:
            self._shapes.append(shape_of(op, self._shapes, self.backbone))
            self._layouts.append(self._laid(op, self._shapes[-1].width))
            if isinstance(op, Apply | Transition):
                self._stages.append(op.stage)
            else:
                self._stages.append(max((self._stages[v] for v in op.operands), default=0))

    def _laid(self, op: Op, width: int) -> Layout:
        """A transition makes one value; an activation of several can still be cut between them."""
        view: View = "exact" if isinstance(op, Transition) else "paper"
        return layout_of(op, self._layouts, view)._replace(width=width)
