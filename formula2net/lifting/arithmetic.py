"""Sums and products of an fx graph: linear combinations, and gates.

fx has one node for each plus sign, a formula one combination for each equation. A sum that one
other sum alone goes on with is a part of that one's equation; terms of one value are collected
there.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, Final, Protocol

import torch
from torch.fx import Node

from formula2net.errors import LiftError
from formula2net.ir.coefficient import Coefficient, reduced
from formula2net.ir.ops import Hadamard, Value
from formula2net.lifting.writer import Terms, Writer

aten: Final = torch.ops.aten

SUM, PRODUCT, QUOTIENT, NEGATIVE = "sum", "product", "quotient", "negative"
KINDS: Final[Mapping[Any, tuple[str, int]]] = {
    # target: what it is; for a sum the sign of its second argument
    operator.add: (SUM, 1),
    operator.sub: (SUM, -1),
    operator.mul: (PRODUCT, 0),
    operator.truediv: (QUOTIENT, 0),
    operator.neg: (NEGATIVE, 0),
    torch.add: (SUM, 1),
    torch.sub: (SUM, -1),
    aten.add.Tensor: (SUM, 1),
    aten.add.Scalar: (SUM, 1),
    aten.sub.Tensor: (SUM, -1),
    aten.sub.Scalar: (SUM, -1),
    aten.mul.Tensor: (PRODUCT, 0),
    aten.mul.Scalar: (PRODUCT, 0),
    aten.div.Tensor: (QUOTIENT, 0),
    aten.div.Scalar: (QUOTIENT, 0),
    aten.neg.default: (NEGATIVE, 0),
}
REVERSED: Final = (aten.rsub.Scalar, aten.rsub.Tensor)  # rsub(x, y, alpha) is y - alpha x


class Operands(Protocol):
    """What knows the arguments of nodes."""

    def value(self, arg: Node) -> Value:
        """The value of a feature."""

    def number(self, arg: Any) -> Coefficient | None:
        """The number that an argument is; None if it is a feature."""

    def goes_on(self, node: Node) -> bool:
        """Whether a sum or a product is only a part of its one reader's."""


def is_arithmetic(node: Node) -> bool:
    """Whether a node is a sum or a product by its target."""
    return node.op == "call_function" and (node.target in KINDS or node.target in REVERSED)


class Arithmetic:
    """Reads sums and products.

    Args:
        writer: takes what they are.
        operands: knows their arguments.
    """

    def __init__(self, writer: Writer, operands: Operands) -> None:
        self.writer = writer
        self.operands = operands
        self._sums: dict[Node, Terms] = {}  # those that their reader goes on with
        self._gates: dict[Node, list[Value]] = {}

    def read(self, node: Node) -> Value | None:
        """The value of a node; None where its reader goes on with it."""
        if node.target in REVERSED:
            right, left, *alpha = node.args
            return self._sum(node, left, right, -1, *alpha)
        kind, sign = KINDS[node.target]
        if kind == SUM:
            return self._sum(node, *node.args[:2], sign, *node.args[2:])
        if kind == NEGATIVE:
            return self._finished(node, scaled(self._terms(node.args[0]), -1))
        left, right = node.args[:2]
        if kind == QUOTIENT:
            return self._finished(node, scaled(self._terms(left), self._inverse(right)))
        for number, feature in ((left, right), (right, left)):
            factor = self.operands.number(number)
            if factor is not None:
                return self._finished(node, scaled(self._terms(feature), factor))
        return self._gate(node, (left, right))

    def _sum(self, node: Node, left: Any, right: Any, sign: int, alpha: Any = 1) -> Value | None:
        """``left + sign * alpha * right``."""
        weight = self.operands.number(node.kwargs.get("alpha", alpha))
        terms, others = self._terms(left), self._terms(right)
        weight = sign * (1 if weight is None else weight)
        if len(others) > len(terms):  # the longer one is changed in place
            terms, others, weight = scaled(others, weight), terms, 1
        for value, number in others.items():
            terms[value] = terms.get(value, 0) + weight * number
        return self._finished(node, terms)

    def _gate(self, node: Node, args: Iterable[Node]) -> Value | None:
        values = [value for arg in args for value in self._factors(arg)]
        if self.operands.goes_on(node) and self._is_gate(next(iter(node.users))):
            self._gates[node] = values
            return None
        return self.writer.add(Hadamard(tuple(values)))

    def _finished(self, node: Node, terms: Terms) -> Value | None:
        if self.operands.goes_on(node) and not self._is_gate(next(iter(node.users))):
            self._sums[node] = terms
            return None
        return self.writer.sum(terms)

    def _is_gate(self, node: Node) -> bool:
        """Whether a product has no number in it."""
        kind, _ = KINDS.get(node.target, ("", 0))
        numbers = (self.operands.number(arg) for arg in node.args[:2])
        return kind == PRODUCT and all(number is None for number in numbers)

    def _terms(self, arg: Any) -> Terms:
        """An argument as terms, which the caller may change."""
        number = self.operands.number(arg)
        if number is not None:
            return {self.writer.constant(): number}
        found = self._sums.pop(arg, None)
        return {self.operands.value(arg): 1} if found is None else found

    def _factors(self, arg: Node) -> list[Value]:
        found = self._gates.pop(arg, None)
        return [self.operands.value(arg)] if found is None else found

    def _inverse(self, divisor: Any) -> Coefficient:
        if isinstance(divisor, Node):
            divisor = self.operands.number(divisor)
        if divisor == 0:
            raise LiftError("A value is divided by 0.")
        if isinstance(divisor, float):
            return self.operands.number(1 / divisor) or 0
        return reduced(1 / Fraction(divisor))


def scaled(terms: Terms, number: Coefficient) -> Terms:
    """The terms times a number."""
    return {value: number * weight for value, weight in terms.items()}
