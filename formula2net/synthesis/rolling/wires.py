"""What the operations of a program are, and what each of them refers to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from formula2net.ir.coefficient import Coefficient, Polynomial
from formula2net.ir.ops import (
    Activation,
    Apply,
    LinComb,
    Norm,
    Op,
    Slice,
    Value,
)
from formula2net.ir.program import Program

INDEXED: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*_(\d+)(?![A-Za-z0-9])")  # W_3, F_3.K_2
Use = tuple[Value, int]  # a value; or a block, norm or scalar, by where it is used first


@dataclass(frozen=True)
class Wires:
    """What the operations of a one-stage program are, and what they refer to.

    Blocks, norms and scalars are known by the operation that uses them first, not by their names.
    """

    program: Program

    @property
    def ops(self) -> tuple[Op, ...]:
        """The operations."""
        return self.program.ops

    def step(self, op: Apply) -> int:
        """The step of a block: as the program tells, else by the first index of its name."""
        if self._tells:
            return op.step
        stem = INDEXED.match(op.block)
        return int(stem[1]) if stem else 0

    @cached_property
    def _tells(self) -> bool:
        return any(op.step for _, op in self.program.applications())

    @cached_property
    def readers(self) -> Counter[Value]:
        """How often every value is read."""
        return Counter(read for op in self.ops for read in op.operands)

    @cached_property
    def shapes(self) -> tuple[int, ...]:
        """A number for each operation; equal numbers, equal kinds and equal coefficients."""
        known: dict[Hashable, int] = {}
        return tuple(known.setdefault(shape(op), len(known)) for op in self.ops)

    @cached_property
    def uses(self) -> tuple[tuple[Use, ...], ...]:
        """For every operation the values it reads, then its block or norm, then its scalars."""
        first: dict[str, Use] = {}
        return tuple(
            tuple(
                part
                if isinstance(part, tuple)
                else first.setdefault(f"{kind} {part}", (value, rank))
                for rank, (kind, part) in enumerate(_parts(op))
            )
            for value, op in enumerate(self.ops)
        )


def module_of(op: Op) -> str:
    """The name of an operation's block or norm; empty where it has no weights."""
    return op.block if isinstance(op, Apply) else op.name if isinstance(op, Norm) else ""


def scalars_of(op: Op) -> Iterator[str]:
    """The scalars of a sum, term by term; those of one coefficient as their numbers count."""
    if isinstance(op, LinComb):
        for coefficient, _ in op.terms:
            if isinstance(coefficient, Polynomial):
                yield from _in_order(coefficient)


def _in_order(coefficient: Polynomial) -> list[str]:
    return sorted(coefficient.scalars, key=lambda name: [*map(_numeral, re.split(r"(\d+)", name))])


def _numeral(text: str) -> tuple[int, str]:
    return (int(text), "") if text.isdigit() else (-1, text)


def _parts(op: Op) -> Iterator[tuple[str, Use | str]]:
    for value in op.operands:
        yield "value", (value, 0)
    if module_of(op):
        yield type(op).__name__, module_of(op)
    for name in scalars_of(op):
        yield "scalar", name


def shape(op: Op) -> Hashable:
    """What an operation is, apart from what it reads and what its block is called."""
    own: Hashable = ()
    match op:
        case Apply(width=width, keeps=keeps):
            own = width, keeps
        case Norm():
            own = ()
        case Activation(name=name):
            own = name
        case Slice(part=part, parts=parts):
            own = part, parts
        case LinComb(terms):
            own = tuple(_anonymous(coefficient) for coefficient, _ in terms)
    return type(op).__name__, len(op.operands), own


def _anonymous(coefficient: Coefficient) -> Hashable:
    """A coefficient whose scalars go by their place in order."""
    if not isinstance(coefficient, Polynomial):
        return coefficient
    places = {name: f"#{place}" for place, name in enumerate(_in_order(coefficient))}
    return frozenset(
        (frozenset((places.get(str(g), g), e) for g, e in monomial), value)
        for monomial, value in coefficient.terms
    )
