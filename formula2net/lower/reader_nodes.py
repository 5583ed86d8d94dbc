"""An fx graph as lines, node by node.

Roles are told by module names alone: `stem`, `head`, `transition_*`, `norm` and the names of
activations are reserved, every other module is a block. A product with a number or a `get_attr` is
a scaling, one of two features a gate. Parts are `chunk` and `getitem`; `zeros_like` and `ones_like`
are constants. `args` are read, so `cat([x, x])` reads x twice.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch
from torch.fx import Graph, Node

from formula2net.blocks import FUNCTIONS
from formula2net.errors import PathCountError, Problem
from formula2net.ir.coefficient import Coefficient
from formula2net.lower.reader_lines import ONE, Line, Reading
from formula2net.lower.reader_sums import SUMS, SumReader, Terms


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


NORM = re.compile(r"(^|\.)norm\d*(_m?\d+)*$")  # `norm_3`, `S_1.norm_2_4`


class _Reader:
    """Reads the nodes of a graph, one after the other."""

    def __init__(self, exact: Mapping[float, Iterable[Coefficient]]) -> None:
        self.lines = [Line("one")]
        self.known: dict[Node, int] = {}
        self.chunks: dict[Node, tuple[int, int]] = {}
        self.input: Node | None = None
        self.output: int | None = None
        self.sums = SumReader(exact, self._line)
        self.functions: dict[Any, Callable[[Node], Line | Terms]] = {
            **dict.fromkeys(SUMS, self.sums.sum),
            operator.mul: self.sums.product,
            operator.neg: self.sums.negative,
            operator.getitem: self._part,
            torch.cat: self._join,
            torch.zeros_like: lambda node: Line("zero", (self._line(node.args[0]),)),
            torch.ones_like: lambda node: {ONE: 1},
        }

    def read(self, node: Node) -> None:
        """Reads one node."""
        if node.kwargs.get("dim", 1) != 1:
            raise _unknown(node)
        if node.op == "placeholder" and self.input is None:
            self.input = node
        elif node.op == "call_module":
            self._module(node, str(node.target))
        elif node.op == "call_function":
            self._function(node, node.target)
        elif node.op not in ("get_attr", "output"):
            raise _unknown(node)

    def _module(self, node: Node, name: str) -> None:
        (arg,) = node.args
        if name == "head":
            self.output = self._line(arg)
        elif name == "stem":
            if arg is not self.input:
                raise PathCountError("The stem does not read the network's input.")
            self._append(node, Line("input"))
        else:
            letter = name.startswith("transition_") or name in FUNCTIONS or NORM.search(name)
            self._append(node, Line("letter" if letter else "block", (self._line(arg),), name=name))

    def _function(self, node: Node, function: Any) -> None:
        if function is torch.chunk:
            whole, parts = _args(node)
            self.chunks[node] = self._line(whole), parts
            return
        if function not in self.functions:
            raise _unknown(node)
        found = self.functions[function](node)
        line = found if isinstance(found, Line) else self.sums.finished(node, found)
        if line is not None:
            self._append(node, line)

    def _append(self, node: Node, line: Line) -> None:
        self.known[node] = len(self.lines)
        self.lines.append(line)

    def _line(self, arg: Any) -> int:
        """The line of a feature."""
        if arg not in self.known:
            raise PathCountError(Problem("A feature is expected here.", got=str(arg)))
        return self.known[arg]

    def _join(self, node: Node) -> Line:
        (args,) = _args(node)
        return Line("join", tuple(self._line(arg) for arg in args))

    def _part(self, node: Node) -> Line:
        chunks, number = _args(node)
        if chunks not in self.chunks:
            raise _unknown(node)
        whole, parts = self.chunks[chunks]
        return Line("part", (whole,), part=(number + 1, parts))


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
