"""What forms consist of: parts of atoms, in slots of concatenations."""

from __future__ import annotations

from typing import NamedTuple

from formula2net.ir.coefficient import Coefficient


class Element(NamedTuple):
    """A part of an atom, and where it stands.

    Attributes:
        atom: its line.
        part: number of the part, from 1.
        parts: how many there are; 1 for the whole atom.
        slot: first slot of a concatenation that it covers, from 1; 0 if it is all of the value.
        span: how many slots it covers.
    """

    atom: int
    part: int = 1
    parts: int = 1
    slot: int = 0
    span: int = 0

    def cut(self, part: int, parts: int) -> Element:
        """A part of it, that stands nowhere yet."""
        return Element(self.atom, (self.part - 1) * parts + part, self.parts * parts)


Form = dict[Element, Coefficient]


def inside(element: Element, first: int, size: int) -> list[Element]:
    """What of an element lies in the slots 1 to `size`, where it begins in slot `first`."""
    if first >= 1 and first + element.span - 1 <= size:
        whole = element.span == size
        return [element._replace(slot=0 if whole else first, span=0 if whole else element.span)]
    inside = range(max(1, first), min(size, first + element.span - 1) + 1)
    pieces = ((slot, element.cut(slot - first + 1, element.span)) for slot in inside)
    return [p if size == 1 else p._replace(slot=slot, span=1) for slot, p in pieces]


def wholes(form: Form, slots: int) -> list[tuple[Element, Coefficient]]:
    """What has all its parts in the slots of a concatenation, in order, with equal weights."""
    found: dict[Element, list[Coefficient]] = {}
    for element, weight in form.items():
        own = element.span == 1 and element.parts % slots == 0
        if own and (element.part - 1) % slots + 1 == element.slot:
            number = (element.part - 1) // slots + 1
            whole = Element(element.atom, number, element.parts // slots)
            found.setdefault(whole, []).append(weight)
    return [
        (whole, weights[0])
        for whole, weights in found.items()
        if len(weights) == slots and len(set(weights)) == 1
    ]
