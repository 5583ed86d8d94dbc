"""Builds programs. Its hash-consing is the only place where values are shared (design 4)."""

from __future__ import annotations

from collections.abc import Sequence

from formula2net.errors import PassError
from formula2net.ir.coefficient import Coefficient
from formula2net.ir.equality import Equality
from formula2net.ir.fingerprint import Fingerprints
from formula2net.ir.forms import is_atom
from formula2net.ir.layout import Layout, layout_of
from formula2net.ir.ops import (
    Activation,
    Apply,
    Concat,
    Constant,
    Hadamard,
    Input,
    LinComb,
    Norm,
    Op,
    Slice,
    Transition,
    Value,
    Zeros,
)
from formula2net.ir.program import Program, StateKey

Combination = dict[Value, Coefficient]


class Builder:
    """Appends operations; equal ones are one.

    Two applications of a block are one when their arguments' exact reduced forms agree (design 4),
    likewise activations, transitions and gates.
    """

    def __init__(self) -> None:
        self.ops: list[Op] = []
        self._prints = Fingerprints("exact")
        self._paper: list[Layout] = []
        self._equality = Equality(self.ops, self._prints.layouts, "exact", {})
        self._known: dict[Op, Value] = {}
        self._atoms: dict[tuple[object, ...], Value] = {}

    def layout(self, value: Value) -> Layout:
        """Width in units of a stage, and slots, of a value."""
        return self._prints.layouts[value]

    def input(self, name: str) -> Value:
        """The stem's output."""
        return self._add(Input(name))

    def constant(self) -> Value:
        """The constant feature 1."""
        return self._add(Constant())

    def zeros(self, like: Value) -> Value:
        """A zero that has the shape of ``like``."""
        return self._add(Zeros(like))

    def apply(self, op: Apply) -> Value:
        """One application of a block."""
        return self._add(op)

    def combine(self, combination: Combination) -> Value:
        """A linear combination; one value with coefficient 1 is that value itself."""
        terms = tuple((c, value) for value, c in combination.items() if c != 0)
        if len(terms) == 1 and terms[0][0] == 1:
            return terms[0][1]
        return self._add(LinComb(terms))

    def is_zero(self, value: Value) -> bool:
        """Whether a value is the empty sum: a plain 0, which is nothing at all (design 9)."""
        return self.ops[value] == LinComb(())

    def concat(self, args: Sequence[Value]) -> Value:
        """A concatenation."""
        return args[0] if len(args) == 1 else self._add(Concat(tuple(args)))

    def slice(self, arg: Value, part: int, parts: int) -> Value:
        """One of several equal parts.

        Raises:
            PassError: the split does not cut between the slots of a concatenation, in either view.
        """
        for layout in (self._prints.layouts[arg], self._paper[arg]):
            if not layout.cuts(parts):
                values = f"{layout.slots} values" + ("" if layout.even else " of unequal width")
                raise PassError(f"a concatenation of {values} cannot be split into {parts} parts")
        return arg if parts == 1 else self._add(Slice(arg, part, parts))

    def hadamard(self, args: Sequence[Value]) -> Value:
        """A gate."""
        return self._add(Hadamard(tuple(args)))

    def activation(self, name: str, arg: Value) -> Value:
        """An activation."""
        return self._add(Activation(name, arg))

    def norm(self, op: Norm) -> Value:
        """A norm, which has weights of its own."""
        return self._add(op)

    def transition(self, op: Transition) -> Value:
        """A transition to another stage's shape."""
        return self._add(op)

    def finish(self, output: Value, states: dict[StateKey, Value]) -> Program:
        """The program, verified."""
        return Program(tuple(self.ops), output, states).verify()

    def _add(self, op: Op) -> Value:
        found = self._known.get(op)
        if found is None:
            found = self._known[op] = self._shared(op)
        return found

    def _shared(self, op: Op) -> Value:
        """The value of an operation that is not there to the letter."""
        value = len(self.ops)
        key = self._prints.key(op) if is_atom(op, "exact") else None
        same = value if key is None else self._atoms.setdefault(key, value)
        if same != value and self._equality.equal(self.ops[same].operands, op.operands):
            return same
        self.ops.append(op)
        self._prints.append(op)
        self._paper.append(layout_of(op, self._paper, "paper"))
        return value
