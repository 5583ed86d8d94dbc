"""Exact counts of one-state recursions, made for trying many of them.

This is the reduced program (docs/design.md) of a recursion with one state, and nothing else: values
are equal as the builder's are, forms reduce as the reducer's do. A table of counts by length is one
integer, with the coefficient of t**k in field k (N3); it grows with the state that it belongs to,
so the first steps of a recursion are counted once for all recursions that begin alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from formula2net.synthesis.searching.terms import Block, Number, Terms

Reads = Iterable[tuple[int, Terms]]
"""The right-hand side of a step: which step is read, and what it is multiplied by."""


Form = frozenset[tuple["Value", Number]]
"""Atoms and their coefficients."""


class Value:
    """A value of the program: its reduced form, and its three tables."""

    __slots__ = ("form", "key", "total", "wired", "words")

    form: dict[Value, Number] | None
    key: Form | None
    wired: int
    words: int
    total: Number

    def __init__(
        self, wired: int, words: int, total: Number, form: dict[Value, Number] | None = None
    ) -> None:
        self.wired, self.words, self.total = wired, words, total
        self.form = form  # None: an atom, whose form is itself
        self.key = None

    def reduced(self) -> Form:
        """The reduced form, which is equal for equal values."""
        if self.key is None:
            self.key = frozenset(((self, 1),) if self.form is None else self.form.items())
        return self.key


ZERO = Value(0, 0, 0, {})  # the empty sum: a plain 0, which no block may read (design 9)


class States:
    """The states that a recursion has so far.

    Args:
        bits: size of a field.
    """

    __slots__ = ("_atoms", "_sums", "at", "bits")

    def __init__(self, bits: int) -> None:
        self.bits = bits
        self.at: dict[int, Value] = {0: Value(1, 1, 1)}
        self._atoms: dict[tuple[Block, int | None, Form], Value] = {}
        self._sums: dict[tuple[tuple[Value, Number], ...], Value] = {(): ZERO}

    def copy(self) -> States:
        """The same states; steps of the copy are its own."""
        other = States.__new__(States)
        other.bits = self.bits
        other.at = self.at.copy()
        other._atoms = self._atoms.copy()
        other._sums = self._sums.copy()
        return other

    def step(self, step: int, reads: Reads, absolute: bool = False) -> Value | None:
        """Takes one step, and returns its value; None where a block reads a plain 0.

        Args:
            step: its number.
            reads: the terms of its equation; states that have no value are left out.
            absolute: whether blocks have steps of their own, as in an initial value.
        """
        combination: dict[Value, Number] = {}
        for read, terms in reads:
            state = self.at.get(read)
            if state is None:
                continue
            for coefficient, chain in terms:
                value = state
                for block, offset in reversed(chain):
                    if value is ZERO:
                        return None
                    place = offset if offset is None or absolute else step + offset
                    value = self._applied(block, place, value)
                if value is not ZERO:
                    combination[value] = combination.get(value, 0) + coefficient
        self.at[step] = result = self._combined(combination)
        return result

    def _applied(self, block: Block, place: int | None, value: Value) -> Value:
        """A block on a value; the same one on an equal value is there already (design 4)."""
        key = (block, place, value.key or value.reduced())
        found = self._atoms.get(key)
        if found is None:
            bits, total = self.bits, value.total
            shifted = total << bits if type(total) is int else total * 2**bits
            found = self._atoms[key] = Value(value.wired << bits, value.words << bits, shifted)
        return found

    def _combined(self, combination: Mapping[Value, Number]) -> Value:
        terms = tuple((v, c) for v, c in combination.items() if c != 0)
        if len(terms) == 1 and terms[0][1] == 1:
            return terms[0][0]
        found = self._sums.get(terms)
        if found is None:
            found = self._sums[terms] = _sum(terms)
        return found

    def makes_a_network(self, step: int) -> bool:
        """Whether there is a block, and every block is on a path from the input to a state."""
        source = {atom: key for key, atom in self._atoms.items()}
        walked: set[Value] = set()
        stack = [atom for atom, _ in self.at[step].reduced()]
        while stack:
            atom = stack.pop()
            if atom not in walked and atom in source:
                walked.add(atom)
                stack.extend(read for read, _ in source[atom][2])
        blocks = {key[:2] for key in self._atoms}
        return bool(blocks) and blocks == {source[atom][:2] for atom in walked if atom.words}


def _sum(terms: tuple[tuple[Value, Number], ...]) -> Value:
    """A linear combination; like atoms of its terms' forms are collected."""
    form: dict[Value, Number] = {}
    wired = 0
    total: Number = 0
    for value, coefficient in terms:
        wired += value.wired
        total += coefficient * value.total
        if value.form is None:
            form[value] = form.get(value, 0) + coefficient
        elif coefficient == 1 and not form:
            form = value.form.copy()
        else:
            for atom, weight in value.form.items():
                form[atom] = form.get(atom, 0) + coefficient * weight
    if 0 in form.values():
        form = {atom: weight for atom, weight in form.items() if weight}
    return Value(wired, sum([atom.words for atom in form]), total, form)
