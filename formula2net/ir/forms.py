"""Which values are atoms, and the reduced forms of those that are not."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from formula2net.ir.elements import Form, add_to
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
from formula2net.ir.slots import concatenated, joined, sliced, stretched


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
