"""Reduced forms: every value as an exact linear combination of atoms.

A form maps an element to its coefficient. An element is an atom (input, constant, application,
gate; in the exact view an activation or a transition), the chain of splits by which it leaves the
atom, and the slot of a concatenation that it enters (ordinal from 1, offset in units); the last two
are mostly empty. Cancellation happens here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction

from formula2net.errors import PassError
from formula2net.ir.coefficient import Coefficient
from formula2net.ir.layout import Layout
from formula2net.ir.ops import Activation, Concat, LinComb, Op, Slice, Transition, Value

Part = tuple[int, int]
Slot = tuple[int, int | Fraction]
Element = tuple[Value, tuple[Part, ...], Slot | tuple[()]]
Form = dict[Element, Coefficient]


def form_of(op: Op, known: Callable[[Value], Form], layouts: Sequence[Layout]) -> Form:
    """The form of a value that is no atom, from the forms of what it reads."""
    match op:
        case LinComb(terms):
            total: Form = {}
            for coefficient, value in terms:
                add_to(total, coefficient, known(value))
            return total
        case Concat(args):
            form = concatenated((known(v), layouts[v]) for v in args)
            return joined(form, sum(layouts[v].slots for v in args))
        case Slice(arg, part, parts):
            return sliced(known(arg), layouts[arg], part, parts)
        case Activation(_, arg) | Transition(_, arg):
            return dict(known(arg))
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


def scaled(form: Form, coefficient: Coefficient) -> Form:
    """``coefficient * form``."""
    return {element: coefficient * weight for element, weight in form.items()}


def concatenated(parts: Iterable[tuple[Form, Layout]], start: Slot = (0, 0)) -> Form:
    """The form of a concatenation: each part enters its own slots, nested ones flattened.

    Args:
        parts: forms and layouts, in order.
        start: slots and width that stand before the first part.
    """
    total: Form = {}
    ordinal, offset = start
    for form, layout in parts:
        for (atom, chain, slot), weight in form.items():
            inner, shift = slot or (1, 0)
            total[atom, chain, (ordinal + inner, offset + shift)] = weight
        ordinal += layout.slots
        offset += layout.width
    return total


def joined(form: Form, slots: int) -> Form:
    """The same form where all parts of a value, joined again in order, are the value."""
    groups: dict[tuple[Value, tuple[Part, ...]], dict[int, Element]] = {}
    for element in form:
        atom, chain, slot = element
        if chain and slot and chain[-1] == (slot[0], slots):
            groups.setdefault((atom, chain[:-1]), {})[slot[0]] = element
    for (atom, chain), parts in groups.items():
        weights = {form[element] for element in parts.values()}
        if len(parts) == slots and len(weights) == 1:
            for element in parts.values():
                del form[element]
            form[atom, chain, ()] = weights.pop()
    return form


def sliced(form: Form, layout: Layout, part: int, parts: int) -> Form:
    """The form of one of ``parts`` equal parts of a value.

    Raises:
        PassError: the value is a concatenation whose slots do not divide into so many parts.
    """
    if layout.slots > 1 and layout.slots % parts:
        raise PassError(f"a concatenation of {layout.slots} cannot be split into {parts} parts")
    size = layout.slots // parts
    before = (part - 1) * size
    total: Form = {}
    for (atom, chain, slot), weight in form.items():
        if not slot:
            total[atom, (*chain, (part, parts)), ()] = weight
        elif before < slot[0] <= before + size:
            offset = slot[1] - Fraction(layout.width) * (part - 1) / parts
            inner: Slot | tuple[()] = (slot[0] - before, offset) if size > 1 else ()
            total[atom, chain, inner] = weight
    return total
