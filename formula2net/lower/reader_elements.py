"""What forms consist of: parts of atoms, in slots of concatenations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import NamedTuple

from formula2net.ir.coefficient import Coefficient, reduced
from formula2net.lower.reader_lines import Line

Width = int | Fraction  # in widths of a stage


class Element(NamedTuple):
    """A part of an atom, and where it stands.

    Attributes:
        atom: its line.
        part: number of the part, from 1.
        parts: how many there are; 1 for the whole atom.
        slot: slot of a concatenation that it begins in, from 1; 0 if it is all of the value.
        offset: width of what stands before it.
    """

    atom: int
    part: int = 1
    parts: int = 1
    slot: int = 0
    offset: Width = 0

    def cut(self, part: int, parts: int) -> Element:
        """A part of it, that stands nowhere yet."""
        return Element(self.atom, (self.part - 1) * parts + part, self.parts * parts)


Form = dict[Element, Coefficient]


class Size(NamedTuple):
    """How wide a value is, and how many values are concatenated in it."""

    width: Width
    slots: int


def size_of(line: Line, inner: list[Size], view: str, widths: Mapping[str, Width]) -> Size:
    """The size of a line's value, from those of what it reads.

    Args:
        line: the line.
        inner: sizes of its reads.
        view: in the "paper" view letters are the identity.
        widths: of what modules hand on, where that is not the width of their stage.
    """
    letter = line.kind == "letter"
    if line.kind == "join":
        width = sum((size.width for size in inner), Fraction(0))
        return Size(reduced(width), sum(size.slots for size in inner))
    if line.kind == "part":
        ((width, slots),) = inner
        return Size(reduced(Fraction(width) / line.part[1]), slots // line.part[1] or 1)
    if letter and view == "paper":
        return inner[0]
    if letter and not line.name.startswith("transition_"):
        return Size(inner[0].width, 1)
    if letter or line.kind == "block":
        return Size(widths.get(line.name, 1), 1)
    widest = max((size.width for size in inner), default=int(line.kind != "one"))
    return Size(widest, max((size.slots for size in inner), default=1))


def pieces(element: Element, width: Width, part: int, parts: int, size: Size) -> Iterator[Element]:
    """What is left of an element in one of several equal parts of a value.

    Args:
        element: in the form of the value.
        width: of the element's atom.
        part: number of the part, from 1.
        parts: how many.
        size: of the value.
    """
    if not element.slot:
        yield element.cut(part, parts)
        return
    room, step = size.slots // parts, Fraction(size.width) / size.slots
    span = max(1, round(Fraction(width) / element.parts / step))  # slots that it covers
    begin = element.slot - (part - 1) * room
    offset = element.offset - (part - 1) * room * step
    if begin >= 1 and begin + span - 1 <= room:
        whole = span == room
        yield element._replace(slot=0 if whole else begin, offset=0 if whole else offset)
        return
    for k in range(span):  # where it is cut, it is cut slot by slot
        if 1 <= begin + k <= room:
            piece = element.cut(k + 1, span)
            alone = room == 1
            yield piece if alone else piece._replace(slot=begin + k, offset=offset + k * step)


def wholes(form: Form, slots: int) -> list[tuple[Element, list[Element]]]:
    """What has all its parts in the slots of a concatenation, in order, with equal weights."""
    found: dict[Element, list[Element]] = {}
    for element in form:
        if element.parts % slots == 0 and (element.part - 1) % slots + 1 == element.slot:
            number = (element.part - 1) // slots + 1
            whole = Element(element.atom, number, element.parts // slots)
            found.setdefault(whole, []).append(element)
    return [
        (whole, parts)
        for whole, parts in found.items()
        if len(parts) == slots and len({form[part] for part in parts}) == 1
    ]
