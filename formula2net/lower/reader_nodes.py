"""An fx graph as lines, node by node.

Roles are told by module names alone: `stem`, `head`, `transition_*` and the names of activations
are reserved, every other module is a block. A product with a number or a `get_attr` is a scaling,
one of two features a gate. Parts are `chunk` and `getitem`; `zeros_like` and `ones_like` are
constants. `args` are read, so `cat([x, x])` reads x twice.

Sums: fx has one node for each plus sign, a formula one combination for each equation. A node that
has fx's own name (`add`, `sub_3`) and one reader, which goes on with the sum, belongs to its
reader's equation; terms with the same value are collected there. A node with a name of the formula
ends an equation.

A graph does not know how wide its values are: slots of concatenations are told by their number.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import torch
from torch.fx import Graph, Node

from formula2net.blocks import ACTIVATIONS
from formula2net.errors import PathCountError, Problem
from formula2net.ir.coefficient import Coefficient
from formula2net.ir.generic import random_value
from formula2net.lower.reader_lines import ONE, Line, Reading

SUMS: Final[Mapping[Any, int]] = {
    operator.add: 1,
    torch.add: 1,
    operator.sub: -1,
    torch.sub: -1,
}
UNNAMED: Final = re.compile(r"(add|sub|mul|neg)(_\d+)?")

Terms = dict[int, Coefficient]


def read_lines(graph: Graph, exact: Mapping[float, Iterable[Coefficient]]) -> Reading:
    """The lines of a graph, in order.

    Args:
        graph: of a network.
        exact: for every float the exact coefficients that round to it.

    Raises:
        PathCountError: a node is none of those above, or a float stands for no coefficient, or
            for two.
    """
    reader = _Reader(exact)
    for node in graph.nodes:
        reader.read(node)
    if reader.output is None:
        raise PathCountError("The graph calls no head, so it has no X_L.")
    return Reading(tuple(reader.lines), reader.output)


class _Reader:
    """Reads the nodes of a graph, one after the other."""

    def __init__(self, exact: Mapping[float, Iterable[Coefficient]]) -> None:
        self.exact = exact
        self.lines = [Line("one")]
        self.known: dict[Node, int] = {}
        self.partial: dict[Node, Terms] = {}  # sums that their reader goes on with
        self.scalars: dict[Node, Coefficient] = {}
        self.chunks: dict[Node, tuple[int, int]] = {}
        self.input: Node | None = None
        self.output: int | None = None
        self.functions: dict[Any, Callable[[Node], Line | Terms]] = {
            **dict.fromkeys(SUMS, self._sum),
            operator.mul: self._product,
            operator.neg: lambda node: scaled(self._terms(node.args[0]), -1),
            operator.getitem: self._part,
            torch.cat: self._join,
            torch.zeros_like: lambda node: Line("zero", (self._line(node.args[0]),)),
            torch.ones_like: lambda node: {ONE: 1},
        }

    def read(self, node: Node) -> None:
        """Reads one node."""
        target: Any = node.target
        if node.op == "placeholder" and self.input is None:
            self.input = node
        elif node.op == "get_attr":
            self.scalars[node] = random_value(str(node.target))
        elif node.op == "call_module":
            self._module(node, str(node.target))
        elif target is torch.chunk:
            whole, parts = _args(node)
            self.chunks[node] = self._line(whole), parts
        elif node.op == "call_function" and target in self.functions:
            self._function(node, self.functions[target](node))
        elif node.op != "output":
            raise _unknown(node)

    def _module(self, node: Node, name: str) -> None:
        (arg,) = _args(node)
        if name == "head":
            self.output = self._line(arg)
        elif name == "stem":
            if arg is not self.input:
                raise PathCountError("The stem does not read the network's input.")
            self._append(node, Line("input"))
        else:
            letter = name.startswith("transition_") or name in ACTIVATIONS
            self._append(node, Line("letter" if letter else "block", (self._line(arg),), name=name))

    def _function(self, node: Node, found: Line | Terms) -> None:
        """Files what a function gives: a line, or the terms of a sum."""
        if isinstance(found, Line):
            self._append(node, found)
        elif self._goes_on(node):
            self.partial[node] = found
        else:
            terms = {line: weight for line, weight in found.items() if weight != 0}
            self._append(node, Line("sum", tuple(terms), tuple(terms.values())))

    def _append(self, node: Node, line: Line) -> None:
        self.known[node] = len(self.lines)
        self.lines.append(line)

    def _goes_on(self, node: Node) -> bool:
        """Whether a sum is only a part of its one reader's equation."""
        if len(node.users) != 1 or not UNNAMED.fullmatch(node.name):
            return False
        (user,) = node.users
        if user.target is operator.mul and not any(map(self._is_number, user.args)):
            return False
        return user.target in (*SUMS, operator.mul, operator.neg) and user.args.count(node) == 1

    def _is_number(self, arg: Any) -> bool:
        return isinstance(arg, int | float) or (isinstance(arg, Node) and arg.op == "get_attr")

    def _number(self, arg: Any) -> Coefficient:
        """The exact number that an argument stands for."""
        if isinstance(arg, Node):
            return self.scalars[arg]
        if isinstance(arg, int):
            return arg
        found = list(self.exact.get(arg, ()))
        if len(found) != 1:
            what = f"{arg!r} in the graph does not stand for one coefficient of the formula."
            got = ", ".join(map(str, found)) or "none that rounds to it"
            raise PathCountError(Problem(what, got=got, expected="exactly one"))
        return found[0]

    def _line(self, arg: Any) -> int:
        """The line of a feature."""
        if arg not in self.known:
            raise PathCountError(Problem("A feature is expected here.", got=str(arg)))
        return self.known[arg]

    def _terms(self, arg: Any) -> Terms:
        """An argument as terms of a sum; the caller may change them."""
        if self._is_number(arg):
            return {ONE: self._number(arg)}
        found = self.partial.pop(arg, None)
        return {self._line(arg): 1} if found is None else found

    def _sum(self, node: Node) -> Terms:
        left, right = map(self._terms, _args(node))
        weight = SUMS[node.target] * self._number(node.kwargs.get("alpha", 1))
        if len(right) > len(left):
            left, right = right, left
            left = scaled(left, weight)
            weight = 1
        for line, value in right.items():
            left[line] = left.get(line, 0) + weight * value
        return left

    def _product(self, node: Node) -> Line | Terms:
        left, right = _args(node)
        if self._is_number(left):
            return scaled(self._terms(right), self._number(left))
        if self._is_number(right):
            return scaled(self._terms(left), self._number(right))
        return Line("gate", (self._line(left), self._line(right)))

    def _join(self, node: Node) -> Line:
        (args,) = _args(node)
        return Line("join", tuple(self._line(arg) for arg in args))

    def _part(self, node: Node) -> Line:
        chunks, number = _args(node)
        if chunks not in self.chunks:
            raise _unknown(node)
        whole, parts = self.chunks[chunks]
        return Line("part", (whole,), part=(number + 1, parts))


def scaled(terms: Terms, number: Coefficient) -> Terms:
    """The terms times a number."""
    return {line: number * weight for line, weight in terms.items()}


def _args(node: Node) -> tuple[Any, ...]:
    return node.args


def _unknown(node: Node) -> PathCountError:
    return PathCountError(
        Problem(
            "The path reader does not know a node of this graph.",
            got=str(node.format_node()),
            expected="nodes as the compiler emits them",
        )
    )
