"""Whether two values are the same: whether their reduced forms are (design 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import heappop, heappush

from formula2net.ir.coefficient import Coefficient
from formula2net.ir.elements import Form, atom_form
from formula2net.ir.forms import form_of, is_atom
from formula2net.ir.layout import Layout, View
from formula2net.ir.ops import Activation, LinComb, Op, Transition, Value, Zeros


class Equality:
    """Compares values of a growing list of operations.

    Args:
        ops: the operations.
        layouts: of their values.
        view: ``"exact"`` or ``"paper"`` (design 7).
        same: atoms that are equal to an earlier one, and that one.
    """

    def __init__(
        self,
        ops: Sequence[Op],
        layouts: Sequence[Layout],
        view: View,
        same: Mapping[Value, Value],
    ) -> None:
        self.ops = ops
        self.layouts = layouts
        self.view = view
        self.same = same

    def equal(self, a: Sequence[Value], b: Sequence[Value]) -> bool:
        """Whether two lists of arguments agree, in any order (only a gate has several)."""
        rest = list(b)
        for value in a:
            match = next((other for other in rest if self._equal(value, other)), None)
            if match is None:
                return False
            rest.remove(match)
        return not rest

    def _equal(self, a: Value, b: Value) -> bool:
        """Subtracts one from the other, the latest values first; most often little is left soon."""
        weights: dict[Value, Coefficient] = {}
        waiting: list[Value] = []
        atoms: dict[Value, Coefficient] = {}

        def add(value: Value, weight: Coefficient) -> None:
            if value not in weights:
                heappush(waiting, -value)
            weights[value] = weights.get(value, 0) + weight

        add(a, 1)
        add(b, -1)
        while waiting:
            value = -heappop(waiting)
            weight = weights.pop(value)
            op = self.ops[value]
            if weight == 0 or isinstance(op, Zeros):
                continue
            if is_atom(op, self.view):
                atom = self.same.get(value, value)
                atoms[atom] = atoms.get(atom, 0) + weight
            elif isinstance(op, LinComb):
                for coefficient, read in op.terms:
                    add(read, weight * coefficient)
            elif isinstance(op, Activation | Transition):
                add(op.arg, weight)
            else:  # slots and parts do not subtract one by one
                return self._form(a) == self._form(b)
        return all(weight == 0 for weight in atoms.values())

    def _form(self, value: Value) -> Form:
        """The form of one value from scratch; atoms count by what they are the same as."""
        needed, stack = {value}, [value]
        while stack:
            op = self.ops[stack.pop()]
            fresh = set() if is_atom(op, self.view) else set(op.operands) - needed
            needed |= fresh
            stack += fresh
        forms: dict[Value, Form] = {}
        for v in sorted(needed):
            if is_atom(self.ops[v], self.view):
                forms[v] = atom_form(self.same.get(v, v))
            else:
                forms[v] = form_of(self.ops[v], forms.__getitem__, self.layouts)
        return forms[value]
