"""The reduced program: the one idea behind the analysis (docs/design.md).

Forms are computed front to back and freed after their last reader, so a form is kept only while it
is needed; what stays is how its support differs from the form that it was built on. That is all
that counting needs, and it is small where forms are long.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from formula2net.ir.elements import (
    Element,
    Form,
    Support,
    add_to,
    atom_form,
    merge_support,
    scaled,
)
from formula2net.ir.equality import Equality
from formula2net.ir.fingerprint import Fingerprints
from formula2net.ir.forms import form_of, is_atom
from formula2net.ir.layout import View
from formula2net.ir.ops import (
    Activation,
    Concat,
    LinComb,
    Op,
    Transition,
    Value,
)
from formula2net.ir.slots import concatenated

WIDE = 8  # longer sums and concatenations are compared with the one before them


@dataclass(frozen=True, slots=True)
class Built:
    """A value whose form is that of ``base`` with some elements more and some less."""

    base: Value | None
    added: tuple[Element, ...]
    removed: tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class Atom:
    """A value that is an atom; ``same`` is the first one that is equal to it (or itself)."""

    same: Value
    args: tuple[Value, ...]


Step = Built | Atom


class Reducer:
    """Computes the forms of a list of operations, front to back.

    Args:
        ops: the operations.
        view: ``"exact"`` or ``"paper"`` (design 7).
        keep: values whose forms are wanted afterwards, in :attr:`kept`.
    """

    def __init__(self, ops: Sequence[Op], view: View, keep: frozenset[Value] = frozenset()) -> None:
        self.ops = ops
        self.view = view
        self.kept: dict[Value, Form] = {}
        self._keep = keep
        self._forms: dict[Value, Form] = {}
        self._prints = Fingerprints(view)
        self._atoms: dict[tuple[object, ...], Value] = {}
        self._same: dict[Value, Value] = {}
        self._equality = Equality(ops, self._prints.layouts, view, self._same)
        self._last_read = last_reads(ops)
        self._wide: Value | None = None

    def steps(self) -> Iterator[Step]:
        """One step a value, in order."""
        for value, op in enumerate(self.ops):
            self._prints.append(op)
            yield self._atom(value, op) if is_atom(op, self.view) else self._build(value, op)
            if value in self._keep:
                self.kept[value] = dict(self._form(value))
            for read in op.operands:
                self._free(read, value)

    def _free(self, value: Value, reader: Value) -> None:
        if self._last_read[value] <= reader and value != self._wide:
            self._forms.pop(value, None)

    def _atom(self, value: Value, op: Op) -> Atom:
        key = self._prints.key(op)
        same = value if key is None else self._atoms.setdefault(key, value)
        reads = self.ops[same].operands
        if same != value and not self._equality.equal(reads, op.operands):
            return Atom(value, op.operands)
        if same != value:
            self._same[value] = same
        return Atom(same, reads)

    def _form(self, value: Value) -> Form:
        """The form of a value; an atom's is made when it is asked for."""
        form = self._forms.get(value)
        return atom_form(self._same.get(value, value)) if form is None else form

    def _own(self, value: Value, reader: Value) -> Form:
        """A form that may be changed: the value's own where nobody reads it any more."""
        if self._last_read[value] <= reader and value in self._forms and value not in self._keep:
            return self._forms.pop(value)
        return dict(self._form(value))

    def _build(self, value: Value, op: Op) -> Built:
        base, rest = self._continued(value, op)
        if base is not None:
            again = base in rest.operands  # then its own form must stay
            form = dict(self._form(base)) if again else self._own(base, value)
            return self._extend(value, form, base, rest)
        if self._stretches(value, op):
            return self._afresh(value, op)
        if isinstance(op, LinComb) and op.terms:
            longest = max(range(len(op.terms)), key=lambda k: len(self._form(op.terms[k][1])))
            scale, base = op.terms[longest]
            form = self._own(base, value) if scale == 1 else scaled(self._form(base), scale)
            rest = LinComb(op.terms[:longest] + op.terms[longest + 1 :])
            return self._extend(value, form, base, rest)
        if isinstance(op, Activation | Transition):
            self._forms[value] = self._own(op.arg, value)
            return Built(op.arg, (), ())
        return self._afresh(value, op)

    def _afresh(self, value: Value, op: Op) -> Built:
        """A value that is built on no other."""
        self._forms[value] = form_of(op, self._form, self._prints.layouts)
        return Built(None, tuple(self._forms[value]), ())

    def _stretches(self, value: Value, op: Op) -> bool:
        """Whether what a sum, or a transition, reads fills other slots there than by itself."""
        if not isinstance(op, LinComb | Transition):
            return False
        layouts = self._prints.layouts
        return any(layouts[v].stretch_to(layouts[value]) for v in op.operands)

    def _extend(self, value: Value, form: Form, base: Value, rest: Op) -> Built:
        """Adds the rest of a sum, or of a concatenation, to the form that it is built on."""
        layouts = self._prints.layouts
        support: Support = {}
        if isinstance(rest, LinComb):
            for coefficient, term in rest.terms:
                merge_support(support, add_to(form, coefficient, self._form(term)))
        else:
            width, slots, _ = layouts[base]
            parts = ((self._form(v), layouts[v]) for v in rest.operands)
            support = add_to(form, 1, concatenated(parts, (slots, width)))
        self._forms[value] = form
        added = tuple(e for e, step in support.items() if step > 0)
        return Built(base, added, tuple(e for e, step in support.items() if step < 0))

    def _continued(self, value: Value, op: Op) -> tuple[Value | None, Op]:
        """The last wide operation, where this one only continues it, and what is added to it."""
        if not isinstance(op, LinComb | Concat) or len(op.operands) <= WIDE:
            return None, op
        last, self._wide = self._wide, value
        if last is None or last not in self._forms:
            return None, op
        before = self.ops[last]
        match before, op:
            case LinComb(known), LinComb(terms) if terms[: len(known)] == known:
                if self._stretches(value, op):
                    return None, op
                rest: Op = LinComb(terms[len(known) :])
            case Concat(known), Concat(args) if args[: len(known)] == known:
                rest = Concat(args[len(known) :])
                whole = any(not slot for _, _, slot in self._forms[last])
                if whole or any(chain for v in rest.operands for _, chain, _ in self._form(v)):
                    return None, op  # parts of a split are joined, or may be: build it whole
            case _:
                if last not in op.operands:
                    self._free(last, value)
                return None, op
        return last, rest


def last_reads(ops: Sequence[Op]) -> list[Value]:
    """For every value the last one that reads it (-1: none)."""
    last = [-1] * len(ops)
    for value, op in enumerate(ops):
        for read in op.operands:
            last[read] = value
    return last
