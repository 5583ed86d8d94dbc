"""In which channel each slot of a concatenation begins.

The program knows slots by their number and by their offset in units of a stage's width; stages may
differ in width, so channels are counted along the program.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from formula2net.ir.layout import Layout, layout_of
from formula2net.ir.ops import Concat, LinComb, Slice
from formula2net.ir.program import Program

Place = tuple[int, int | Fraction]  # ordinal from 1, offset in units
Places = dict[Place, int]

FIRST: Place = (1, 0)


def slot_places(program: Program, widths: Sequence[int]) -> list[Places]:
    """The first channel of every slot of every value.

    Args:
        program: the program.
        widths: channels of every value.
    """
    layouts: list[Layout] = []
    places: list[Places] = []
    for value, op in enumerate(program.ops):
        layouts.append(layout_of(op, layouts, "exact"))
        match op:
            case Concat(args):
                places.append(_joined((places[v], layouts[v], widths[v]) for v in args))
            case Slice(arg, part, parts):
                places.append(_part(places[arg], layouts[arg], widths[arg], part, parts))
            case LinComb():
                read = [(places[v], layouts[v]) for v in op.operands]
                places.append(_together(read, layouts[-1], widths[value]))
            case _:
                places.append(_evenly(layouts[-1], widths[value]))
    return places


def _evenly(layout: Layout, width: int) -> Places:
    """A product of concatenations is one atom, but may be cut between their slots."""
    step = Fraction(layout.width) / layout.slots
    return {(k + 1, k * step): width * k // layout.slots for k in range(layout.slots)}


def _together(terms: Iterable[tuple[Places, Layout]], target: Layout, width: int) -> Places:
    """Those of all terms; what fills several slots of the sum may be cut between them."""
    found: Places = {FIRST: 0}
    for places, layout in terms:
        stretch = layout.stretch_to(target)
        if stretch is None:
            found |= places
            continue
        found |= {stretch.place(*slot): channel for slot, channel in places.items()}
        found |= _evenly(target, width) if target.even else {}
    return found


def _joined(parts: Iterable[tuple[Places, Layout, int]]) -> Places:
    """One after the other; what has slots of its own may also be there as a whole."""
    found: Places = {FIRST: 0}
    number, offset, channel = 0, Fraction(0), 0
    for places, layout, width in parts:
        for (inner, shift), start in places.items():
            found[number + inner, offset + shift] = channel + start
        number += layout.slots
        offset += layout.width
        channel += width
    return found


def _part(places: Places, layout: Layout, width: int, part: int, parts: int) -> Places:
    """Those slots of a value that stand in one of its equal parts."""
    size = layout.slots // parts
    number, offset = (part - 1) * size, Fraction(layout.width) * (part - 1) / parts
    channel = width * (part - 1) // parts
    inside = {
        (inner - number, shift - offset): start - channel
        for (inner, shift), start in places.items()
        if number < inner <= number + size
    }
    return {FIRST: 0} | inside
