"""Fingerprints: a linear image of every value modulo a 61-bit prime.

A value's reduced form is a linear combination of atoms; its fingerprint is the same combination
of fixed random residues, so it costs a few multiplications an operation where the form itself may
grow with depth. Equal forms have equal fingerprints; equal fingerprints are checked exactly by
whoever acts on them (:class:`formula2net.ir.equality.Equality`).

A concatenation is a sum with each part multiplied by ``Z ** offset``, and the parts of a split are
chosen such that all of them joined again give the whole: flattening and joining hold by themselves.
"""

from __future__ import annotations

from fractions import Fraction
from math import lcm

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
    Zeros,
)
from formula2net.ir.residues import PRIME, modular, part_residue, random_residue, shift

Piece = tuple[Value, int, int]  # value, part, parts
Term = tuple[Coefficient, int | Fraction, Piece]


class Fingerprints:
    """Fingerprints of a growing list of operations, in one view (design 7)."""

    def __init__(self, view: View = "exact") -> None:
        self.view = view
        self.ops: list[Op] = []
        self.layouts: list[Layout] = []
        self._values: list[int] = []
        self._parts: dict[tuple[Value, int, int], int] = {}

    def __getitem__(self, value: Value) -> int:
        return self._values[value]

    def append(self, op: Op) -> int:
        """Adds an operation; returns the fingerprint of its value."""
        residue = self._residue(op)
        self.ops.append(op)
        self.layouts.append(layout_of(op, self.layouts, self.view))
        self._values.append(residue)
        return residue

    def key(self, op: Op) -> tuple[object, ...] | None:
        """What an atom is shared by: its name and its reduced arguments; None for the rest."""
        match op:
            case Apply(block, arg):
                return "apply", block, self[arg]
            case Hadamard(args):
                return ("gate", *sorted(self[v] for v in args))
            case Activation(name, arg) if self.view == "exact":
                return "activation", name, self[arg]
            case Transition(name, arg) if self.view == "exact":
                return "transition", name, self[arg]
            case Input(name):
                return "input", name
            case Constant():
                return ("constant",)
            case _:
                return None

    def _residue(self, op: Op) -> int:
        key = self.key(op)
        if key is not None:
            return random_residue(*key)
        match op:
            case LinComb(terms):
                return self._sum([(c, self[v]) for c, v in terms])
            case Concat(args):
                return self._concat([(v, self[v]) for v in args])
            case Slice(arg, part, parts):
                return self._slice(arg, part, parts)
            case Activation(_, arg):
                return self[arg]
            case Transition(_, arg, width=width):
                return self._widened(arg, width)
        return 0  # Zeros

    def _sum(self, terms: list[tuple[Coefficient, int]]) -> int:
        return sum(modular(c) * residue for c, residue in terms) % PRIME

    def _concat(self, parts: list[tuple[Value, int]]) -> int:
        total = 0
        offset: int | Fraction = 0
        for value, residue in parts:
            total += shift(offset) * residue
            offset += self.layouts[value].width
        return total % PRIME

    def _widened(self, arg: Value, width: int | Fraction) -> int:
        """On paper a transition is the identity; what was concatenated moves apart."""
        known, slots, even = self.layouts[arg]
        if slots == 1 or width == known or not even:
            return self[arg]
        parts = (self._slice(arg, k, slots) for k in range(1, slots + 1))
        step = Fraction(width) / slots
        return sum(shift(k * step) * part for k, part in enumerate(parts)) % PRIME

    def _slice(self, arg: Value, part: int, parts: int) -> int:
        """Slicing goes through sums and concatenations down to the atoms, without recursion."""
        stack: list[Piece] = [(arg, part, parts)]
        while stack:
            piece = stack[-1]
            below = self._below(*piece)
            missing = [p for _, _, p in below if p[2] > 1 and p not in self._parts]
            if missing:
                stack.extend(missing)
                continue
            stack.pop()
            self._parts[piece] = self._piece_residue(piece, below)
        return self._parts[arg, part, parts]

    def _piece_residue(self, piece: Piece, below: list[Term]) -> int:
        value, part, parts = piece
        if not below and not isinstance(self.ops[value], Zeros | LinComb):
            return part_residue(self[value], self.layouts[value].width, part, parts)
        return (
            sum(
                modular(c) * shift(offset) * (self._parts[p] if p[2] > 1 else self[p[0]])
                for c, offset, p in below
            )
            % PRIME
        )

    def _below(self, value: Value, part: int, parts: int) -> list[Term]:
        """What a part is made of: (coefficient, offset, piece); empty for parts of an atom."""
        op = self.ops[value]
        match op:
            case LinComb(terms):
                return [(c, 0, (v, part, parts)) for c, v in terms]
            case Concat(args):
                width, slots, _ = self.layouts[value]
                if parts % slots == 0:
                    return self._inside(args, part - 1, parts // slots)
                if slots % parts == 0:
                    return self._cut(args, part, slots // parts)
                return _finer(value, part, parts, lcm(slots, parts), width)
            case Slice(arg, outer, n):
                return [(1, 0, (arg, (outer - 1) * parts + part, n * parts))]
            case Activation(_, arg) | Transition(_, arg) if self.view == "paper":
                return [(1, 0, (arg, part, parts))]
            case _:
                return []

    def _inside(self, args: tuple[Value, ...], before: int, times: int) -> list[Term]:
        """A part of one slot, of ``times`` in each; ``before`` of them stand before it."""
        slot, part = divmod(before, times)
        for value in args:
            slots = self.layouts[value].slots
            if slot < slots:
                return [(1, 0, (value, slot * times + part + 1, slots * times))]
            slot -= slots
        return []

    def _cut(self, args: tuple[Value, ...], part: int, size: int) -> list[Term]:
        """The slots of part ``part`` of a concatenation, ``size`` slots a part."""
        pieces: list[Term] = []
        slot = (1 - part) * size
        offset: int | Fraction = 0
        for value in args:
            width, slots, _ = self.layouts[value]
            if slot >= 0 and slot + slots <= size:
                pieces.append((1, offset, (value, 1, 1)))
                offset += width
            else:
                inside = range(max(0, -slot), min(slots, size - slot))
                for k in inside:
                    pieces.append((1, offset, (value, k + 1, slots)))
                    offset += Fraction(width) / slots
            slot += slots
        return pieces


def _finer(value: Value, part: int, parts: int, finest: int, width: int | Fraction) -> list[Term]:
    """A part that does not end between slots, as several of the ``finest`` parts, which do."""
    each = finest // parts
    first, step = (part - 1) * each, Fraction(width) / finest
    return [(1, k * step, (value, first + k + 1, finest)) for k in range(each)]
