"""Reduced forms as data: every value as an exact linear combination of atoms.

A form maps an element to its coefficient. An element is an atom (input, constant, application,
gate; in the exact view an activation or a transition), the part by which it leaves the atom (number
and of how many; parts of parts count in the whole), and the slot of a concatenation that it enters
(ordinal from 1, offset and width in units); the last two are mostly empty. The width is the
atom's own, but in the paper view, where a transition is the identity, a narrow atom may stand in a
wide place. Cancellation happens where forms are added, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from formula2net.ir.coefficient import Coefficient
from formula2net.ir.ops import Value

Part = tuple[int, int]
Slot = tuple[int, int | Fraction, int | Fraction]
Element = tuple[Value, tuple[Part, ...], Slot | tuple[()]]
Form = dict[Element, Coefficient]
Support = dict[Element, int]  # element -> +1 entered the form, -1 left it, 0 neither


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


def merge_support(total: Support, change: Support) -> None:
    """Adds one change of support to another, in place."""
    for element, step in change.items():
        total[element] = total.get(element, 0) + step


def scaled(form: Form, coefficient: Coefficient) -> Form:
    """``coefficient * form``."""
    return {element: coefficient * weight for element, weight in form.items()}
