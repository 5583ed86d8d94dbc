"""What concatenating, adding and cutting do to the slots of a form."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from formula2net.errors import PassError
from formula2net.ir.elements import Element, Form, Part, Slot, add_to
from formula2net.ir.layout import Layout
from formula2net.ir.ops import Value


def concatenated(
    parts: Iterable[tuple[Form, Layout]], before: tuple[int, int | Fraction] = (0, 0)
) -> Form:
    """The form of a concatenation: each part enters its own slots, nested ones flattened.

    Args:
        parts: forms and layouts, in order.
        before: slots and width that stand before the first part.
    """
    total: Form = {}
    ordinal, offset = before
    for form, layout in parts:
        for (atom, chain, slot), weight in form.items():
            inner, shift, width = slot or (1, 0, layout.width)
            element = atom, chain, (ordinal + inner, offset + shift, width)
            # In the paper view a whole value may stand where a first slot does.
            total[element] = total[element] + weight if element in total else weight
        ordinal += layout.slots
        offset += layout.width
    return {element: weight for element, weight in total.items() if weight != 0}


def stretched(form: Form, layout: Layout, target: Layout) -> Form:
    """The form of a value in a sum, or widened: what was concatenated fills the target's slots."""
    stretch = layout.stretch_to(target)
    if stretch is None:
        return form
    total: Form = {}
    for (atom, chain, slot), weight in form.items():
        if slot:
            number, offset, width = slot
            slot = (*stretch.place(number, offset), width * stretch.ratio)
        total[atom, chain, slot] = weight
    return total


def joined(form: Form, slots: int) -> Form:
    """The same form where all parts of a value, joined again in order, are the value."""
    groups: dict[tuple[Value, tuple[Part, ...]], list[Element]] = {}
    for element in form:
        atom, chain, slot = element
        if chain and slot and _joins(chain[0], slot[0], slots):
            part, parts = (chain[0][0] - 1) // slots + 1, chain[0][1] // slots
            groups.setdefault((atom, _chain(part, parts)), []).append(element)
    for (atom, chain), pieces in groups.items():
        weights = {form[element] for element in pieces}
        if len(pieces) == slots and len(weights) == 1:
            for element in pieces:
                del form[element]
            form[atom, chain, ()] = weights.pop()
    return form


def _joins(part: Part, slot: int, slots: int) -> bool:
    """Whether a part stands in the slot that it has among ``slots`` parts of something."""
    number, parts = part
    return parts % slots == 0 and (number - 1) % slots + 1 == slot


def sliced(form: Form, layout: Layout, part: int, parts: int) -> Form:
    """The form of one of ``parts`` equal parts of a value.

    Args:
        form: the value's form.
        layout: the value's layout.
        part: which one, from 1.
        parts: how many.

    Raises:
        PassError: the value is a concatenation, and the split does not cut between its slots.
    """
    if not layout.cuts(parts):
        raise PassError(f"a concatenation of {layout.slots} cannot be split into {parts} parts")
    size = layout.slots // parts
    slot_width = Fraction(layout.width) / layout.slots
    before = (part - 1) * size * slot_width
    total: Form = {}
    for (atom, chain, slot), weight in form.items():
        if not slot:
            add_to(total, weight, {(atom, _within(chain, part, parts), ()): 1})
            continue
        first, offset, width = slot[0] - (part - 1) * size, slot[1] - before, slot[2]
        # 1, unless it was joined; on paper a value may be narrower than the sum that it stands in.
        span = max(1, round(width / slot_width))
        if first >= 1 and first + span - 1 <= size:
            inner: Slot | tuple[()] = (first, offset, width) if span < size else ()
            add_to(total, weight, {(atom, chain, inner): 1})
            continue
        for k in range(max(0, 1 - first), min(span, size + 1 - first)):
            inner = (first + k, offset + k * slot_width, slot_width) if size > 1 else ()
            add_to(total, weight, {(atom, _within(chain, k + 1, span), inner): 1})
    return total


def _within(chain: tuple[Part, ...], part: int, parts: int) -> tuple[Part, ...]:
    """A part of a part, counted in the whole."""
    outer, of = chain[0] if chain else (1, 1)
    return _chain((outer - 1) * parts + part, of * parts)


def _chain(part: int, parts: int) -> tuple[Part, ...]:
    return ((part, parts),) if parts > 1 else ()
