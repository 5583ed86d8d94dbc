"""Sums and products of an fx graph: scalings, linear combinations, gates.

fx has one node for each plus sign, a formula one combination for each equation. A node that has
fx's own name (`add`, `sub_3`) and one reader, which goes on with the sum, belongs to its reader's
equation; terms with the same value are collected there. A node with a name of the formula ends an
equation.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import torch
from torch.fx import Node

from formula2net.errors import PathCountError, Problem
from formula2net.ir.coefficient import Coefficient
from formula2net.ir.generic import random_value
from formula2net.lower.reader_lines import ONE, Line

SUMS: Final[Mapping[Any, int]] = {
    operator.add: 1,
    torch.add: 1,
    operator.sub: -1,
    torch.sub: -1,
}
UNNAMED: Final = re.compile(r"(add|sub|mul|neg)(_\d+)?")

Terms = dict[int, Coefficient]


class SumReader:
    """Reads arithmetic.

    Args:
        exact: for every float the exact coefficients that round to it.
        line: the line of a feature.
    """

    def __init__(
        self, exact: Mapping[float, Iterable[Coefficient]], line: Callable[[Any], int]
    ) -> None:
        self.exact = exact
        self.line = line
        self.open: dict[Node, Terms] = {}  # sums that their reader goes on with

    def sum(self, node: Node) -> Terms:
        """``a + b``, ``a - b``, ``torch.add(a, b, alpha=c)``."""
        left, right = map(self.terms, node.args)
        weight = SUMS[node.target] * self.number(node.kwargs.get("alpha", 1))
        if len(right) > len(left):  # the longer one is changed in place
            left, right, weight = scaled(right, weight), left, 1
        for line, value in right.items():
            left[line] = left.get(line, 0) + weight * value
        return left

    def negative(self, node: Node) -> Terms:
        """``-a``."""
        return scaled(self.terms(node.args[0]), -1)

    def product(self, node: Node) -> Line | Terms:
        """A scaling, or a gate."""
        left, right = node.args
        if is_number(left):
            return scaled(self.terms(right), self.number(left))
        if is_number(right):
            return scaled(self.terms(left), self.number(right))
        return Line("gate", (self.line(left), self.line(right)))

    def finished(self, node: Node, terms: Terms) -> Line | None:
        """The line of a sum; None where the sum goes on."""
        if goes_on(node):
            self.open[node] = terms
            return None
        kept = {line: weight for line, weight in terms.items() if weight != 0}
        return Line("sum", tuple(kept), tuple(kept.values()))

    def terms(self, arg: Any) -> Terms:
        """An argument as terms; the caller may change them."""
        if is_number(arg):
            return {ONE: self.number(arg)}
        found = self.open.pop(arg, None)
        return {self.line(arg): 1} if found is None else found

    def number(self, arg: Any) -> Coefficient:
        """The exact number that an argument stands for; of a trainable scalar, a random one.

        Raises:
            PathCountError: a float stands for no coefficient, or for two.
        """
        if isinstance(arg, Node):
            return random_value(str(arg.target))
        if isinstance(arg, int):
            return arg
        found = list(self.exact.get(arg, ()))
        if len(found) != 1:
            what = f"{arg!r} in the graph does not stand for one coefficient of the formula."
            got = ", ".join(map(str, found)) or "none that rounds to it"
            raise PathCountError(Problem(what, got=got, expected="exactly one"))
        return found[0]


def is_number(arg: Any) -> bool:
    """Whether an argument is a number or a trainable scalar."""
    return isinstance(arg, int | float) or (isinstance(arg, Node) and arg.op == "get_attr")


def goes_on(node: Node) -> bool:
    """Whether a sum is only a part of its one reader's equation."""
    if len(node.users) != 1 or not UNNAMED.fullmatch(node.name):
        return False
    (user,) = node.users
    if user.target is operator.mul and not any(map(is_number, user.args)):
        return False
    return user.target in (*SUMS, operator.mul, operator.neg) and user.args.count(node) == 1


def scaled(terms: Terms, number: Coefficient) -> Terms:
    """The terms times a number."""
    return {line: number * weight for line, weight in terms.items()}
