"""How a value is laid out over channels: its width in units of a state, and its slots.

Values of a sum or a gate may be concatenated of different numbers of values. The sum then has as
many slots as all of these numbers divide, so that each value fills a whole number of them.

The unit is the width of a stage; a formula alone does not know it, and does not need to: two
offsets are equal in channels when they are equal in units.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Literal, NamedTuple

from formula2net.ir.coefficient import reduced
from formula2net.ir.ops import (
    Activation,
    Apply,
    Concat,
    Constant,
    Input,
    LinComb,
    Op,
    Slice,
    Transition,
)

View = Literal["paper", "exact"]
VIEWS: tuple[View, ...] = ("paper", "exact")


class Stretch(NamedTuple):
    """How slots lie in a sum: ``times`` slots of the sum for one, ``ratio`` times as wide."""

    times: int
    ratio: Fraction

    def place(self, number: int, offset: int | Fraction) -> tuple[int, Fraction]:
        """The slot, and the offset, at which one begins."""
        return 1 + (number - 1) * self.times, offset * self.ratio


class Layout(NamedTuple):
    """How a value is laid out.

    Attributes:
        width: in units of a stage's width.
        slots: number of concatenated values; 1 unless something in it is concatenated.
        even: whether all slots have the same width.
    """

    width: int | Fraction
    slots: int
    even: bool = True

    def cuts(self, parts: int) -> bool:
        """Whether a split into so many parts cuts between slots, or what has only one."""
        return self.slots == 1 or (self.even and self.slots % parts == 0)

    def stretch_to(self, target: Layout) -> Stretch | None:
        """How a concatenation fills a sum that it stands in.

        None if it fills it as it is. Widths differ where a formula without a backbone does not tell
        them, and on paper, where a transition widens what was concatenated.
        """
        if self.slots == 1 or self[:2] == target[:2]:
            return None
        return Stretch(target.slots // self.slots, Fraction(target.width) / self.width)


WHOLE = Layout(1, 1)


def layout_of(op: Op, layouts: Sequence[Layout], view: View) -> Layout:
    """The layout of the value that ``op`` defines; in the exact view an activation is an atom."""
    match op:
        case Input(layout=layout):
            return Layout(*layout)
        case Constant():
            return Layout(0, 1)
        case Transition(_, arg, width=width) if view == "paper":
            return layouts[arg]._replace(width=width)
        case Apply(width=width) | Transition(width=width):
            return WHOLE if width == 1 else Layout(width, 1)
        case Concat(args):
            return concatenation([layouts[v] for v in args])
        case Slice(arg, _, parts):
            width, slots, even = layouts[arg]
            return Layout(reduced(Fraction(width) / parts), slots // parts or 1, even)
        case Activation(_, arg) if view == "exact":
            return Layout(layouts[arg].width, 1)
        case LinComb(terms) if not terms:
            return WHOLE
    return together([layouts[v] for v in op.operands])


def together(terms: Sequence[Layout]) -> Layout:
    """The layout of values that are added, or multiplied."""
    slots = lcm(*(term.slots for term in terms))
    return Layout(max(term.width for term in terms), slots, all(term.even for term in terms))


def concatenation(parts: Sequence[Layout]) -> Layout:
    """The layout of values side by side."""
    width = reduced(Fraction(sum(part.width for part in parts)))
    slots = sum(part.slots for part in parts)
    even = all(part.even and part.width * slots == width * part.slots for part in parts)
    return Layout(width, slots, even)
