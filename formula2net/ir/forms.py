"""Reduced forms: every value as an exact linear combination of atoms.

A form maps an element to its coefficient. An element is an atom (input, constant, application,
gate; in the exact view an activation or a transition), the part by which it leaves the atom (number
and of how many; parts of parts count in the whole), and the slot of a concatenation that it enters
(ordinal from 1, offset and width in units); the last two are mostly empty. The width is the
atom's own, but in the paper view, where a transition is the identity, a narrow atom may stand in a
wide place. Cancellation happens here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction

from formula2net.errors import PassError
from formula2net.ir.coefficient import Coefficient
from formula2net.ir.layout import Layout, View, layout_of
from formula2net.ir.ops import (
    Activation,
    Apply,
    Concat,
    Constant,
    Hadamard,
    Input,
    LinComb,
    Op,
    Slice,
    Transition,
    Value,
)

Part = tuple[int, int]
Slot = tuple[int, int | Fraction, int | Fraction]
Element = tuple[Value, tuple[Part, ...], Slot | tuple[()]]
Form = dict[Element, Coefficient]


def is_atom(op: Op, view: View) -> bool:
    """Whether an operation's value is an atom in this view."""
    if isinstance(op, Activation | Transition):
        return view == "exact"
    return isinstance(op, Input | Constant | Apply | Hadamard)


def form_of(op: Op, known: Callable[[Value], Form], layouts: Sequence[Layout]) -> Form:
    """The form of a value that is no atom, from the forms of what it reads."""
    match op:
        case LinComb(terms):
            total: Form = {}
            target = layout_of(op, layouts, "exact")
            for coefficient, value in terms:
                add_to(total, coefficient, stretched(known(value), layouts[value], target))
            return total
        case Concat(args):
            form = concatenated((known(v), layouts[v]) for v in args)
            return joined(form, sum(layouts[v].slots for v in args))
        case Slice(arg, part, parts):
            return sliced(known(arg), layouts[arg], part, parts)
        case Activation(_, arg):
            return dict(known(arg))
        case Transition(_, arg):
            return dict(stretched(known(arg), layouts[arg], layout_of(op, layouts, "paper")))
        case _:
            return {}  # Zeros


def atom_form(value: Value) -> Form:
    """The form of an atom: itself, once."""
    return {(value, (), ()): 1}


def add_to(form: Form, coefficient: Coefficient, other: Mapping[Element, Coefficient]) -> Support:
    """Adds ``coefficient * other`` in place; returns how the support changed."""
    change: Support = {}
    for element, weight in other.items():
        term = coefficient * weight if coefficient != 1 else weight
        old = form.get(element)
        if old is None:
            form[element] = term
            change[element] = change.get(element, 0) + 1
        elif (new := old + term) == 0:
            del form[element]
            change[element] = change.get(element, 0) - 1
        else:
            form[element] = new
    return change


Support = dict[Element, int]  # element -> +1 entered the form, -1 left it, 0 neither


def merge_support(total: Support, change: Support) -> None:
    """Adds one change of support to another, in place."""
    for element, step in change.items():
        total[element] = total.get(element, 0) + step


def stretched(form: Form, layout: Layout, target: Layout) -> Form:
    """The form of a value in a sum, or widened: what was concatenated fills the target's slots."""
    stretch = layout.stretch_to(target)
    if stretch is None:
        return form
    times, ratio = stretch
    total: Form = {}
    for (atom, chain, slot), weight in form.items():
        if slot:
            number, offset, width = slot
            slot = 1 + (number - 1) * times, offset * ratio, width * ratio
        total[atom, chain, slot] = weight
    return total


def scaled(form: Form, coefficient: Coefficient) -> Form:
    """``coefficient * form``."""
    return {element: coefficient * weight for element, weight in form.items()}


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
