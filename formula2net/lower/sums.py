"""A linear combination as a person would write it: ``X_1 + W_2 - W_1``, ``0.5 * X_0``.

A term with another coefficient than 1 or -1 is added by ``torch.add(..., alpha=)``, one kernel
where a product and a sum would be two. A coefficient with scalars is a sum of its monomials, each
a chain of scalings.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch.fx import Node

from formula2net.ir.coefficient import Coefficient, monomials
from formula2net.ir.ops import Value
from formula2net.lower.numbers import as_number

Number = int | float


class Calls(Protocol):
    """What emits nodes."""

    def call(
        self,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any] | None = None,
        value: Value | None = None,
    ) -> Node:
        """A call of a function."""

    def scalar(self, name: str) -> Node:
        """The parameter of a trainable scalar."""


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a combination; without a node it is the constant feature."""

    coefficient: Coefficient
    node: Node | None


@dataclass(frozen=True, slots=True)
class Scaled:
    """A number times scalars times a node (or times 1)."""

    number: Number
    scalars: tuple[str, ...]
    node: Node | None

    @property
    def starts(self) -> bool:
        """Whether a sum can begin with it as it is."""
        return self.number == 1 or (self.node is None and not self.scalars)


class Sum:
    """Emits a combination of at least one feature.

    Args:
        calls: emits nodes.
        terms: in the formula's order; it is kept, but the sum begins with a term that needs no
            scaling where there is one.
    """

    def __init__(self, calls: Calls, terms: list[Term]) -> None:
        self.calls = calls
        parts = [
            Scaled(as_number(number), scalars, term.node)
            for term in terms
            for number, scalars in monomials(term.coefficient)
        ]
        first = next((k for k, part in enumerate(parts) if part.starts), 0)
        self.parts = [parts[first], *parts[:first], *parts[first + 1 :]]

    def emit(self, value: Value | None) -> Node:
        """Emits it; the last node is the program's value."""
        first, *rest = self.parts
        total: Any = self._first(first, None if rest else value)
        for number, part in enumerate(rest, start=1):
            total = self._added(total, part, value if number == len(rest) else None)
        node: Node = total
        return node

    def _first(self, part: Scaled, value: Value | None) -> Node | Number:
        """The term that a sum begins with."""
        if part.node is None and not part.scalars:
            return part.number
        if part.number == 1:
            return self._times(part.scalars, part.node, value)
        scaled = self._times(part.scalars, part.node, None)
        if part.number == -1:
            return self.calls.call(operator.neg, (scaled,), None, value)
        return self.calls.call(operator.mul, (part.number, scaled), None, value)

    def _added(self, total: Node | Number, part: Scaled, value: Value | None) -> Node:
        """The sum so far and one more term."""
        number = part.number
        if part.node is None and not part.scalars:
            sign = operator.sub if number < 0 else operator.add
            return self.calls.call(sign, (total, abs(number)), None, value)
        term = self._times(part.scalars, part.node, None)
        if number in (1, -1):
            sign = operator.add if number == 1 else operator.sub
            return self.calls.call(sign, (total, term), None, value)
        if isinstance(total, Node):
            return self.calls.call(torch.add, (total, term), {"alpha": number}, value)
        scaled = self.calls.call(operator.mul, (number, term))
        return self.calls.call(operator.add, (total, scaled), None, value)

    def _times(self, scalars: tuple[str, ...], node: Node | None, value: Value | None) -> Node:
        """A chain of scalings; the last one is the program's value."""
        product, *factors = ([] if node is None else [node]) + [*map(self.calls.scalar, scalars)]
        for k, factor in enumerate(factors, start=1):
            last = value if k == len(factors) else None
            product = self.calls.call(operator.mul, (factor, product), None, last)
        return product
