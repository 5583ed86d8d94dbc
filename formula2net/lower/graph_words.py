"""Words of a networkx graph, written out one by one.

Two words are one when their letters are, and two letters are one when they stand for the same
module on values with the same words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from fractions import Fraction
from math import lcm
from typing import Any

import networkx as nx

from formula2net.ir.coefficient import Coefficient
from formula2net.ir.layout import View
from formula2net.ir.ops import (
    Activation,
    Apply,
    Concat,
    Constant,
    Hadamard,
    Input,
    Op,
    Slice,
    Transition,
    Zeros,
)
from formula2net.ir.program import letter_stem
from formula2net.lower.graph_tables import Size, Table, Word, concatenated, sliced, summed

SOURCE, CONSTANT = "source", "constant"


class WordWriter:
    """Writes out the words of a graph's nodes, those of the output at last."""

    def __init__(self, graph: nx.MultiDiGraph, view: View, longest: int, whole: bool) -> None:
        self.graph = graph
        self.view = view
        self.longest = longest
        self.whole = whole
        self.tables: dict[int, Table] = {}
        self.sizes: dict[int, Size] = {}
        self.known: dict[Hashable, int] = {}

    def words(self, output: int) -> dict[int, tuple[int, Coefficient]]:
        """Words and totals by length."""
        for node in nx.topological_sort(self.graph):
            reads = [read for read, _ in reads_of(self.graph, node)]
            op = self.graph.nodes[node]["op"]
            sizes = [self.sizes[read] for read in reads]
            self.sizes[node] = self._size(op, sizes)
            self.tables[node] = self._table(node, op, [self.tables[read] for read in reads], sizes)
        found: dict[int, tuple[int, Coefficient]] = {}
        for word, coefficient in self.tables[output].items():
            if word.letters[0] == SOURCE:
                count, total = found.get(word.length, (0, 0))
                found[word.length] = count + 1, total + coefficient
        return found

    def _size(self, op: Op, inner: list[Size]) -> Size:
        match op:
            case Input():
                return Size(Fraction(1), 1)
            case Concat():
                return Size(sum((s.width for s in inner), Fraction(0)), sum(s.slots for s in inner))
            case Slice(parts=parts):
                return Size(inner[0].width / parts, inner[0].slots // parts or 1)
            case Transition(width=width) if self.view == "paper":
                return Size(Fraction(width), inner[0].slots)
            case Apply(width=width) | Transition(width=width):
                return Size(Fraction(width), 1)
            case Activation() if self.view == "exact":
                return Size(inner[0].width, 1)
        return Size(
            max((s.width for s in inner), default=Fraction(0)),
            lcm(*(s.slots for s in inner)),
        )

    def _table(self, node: int, op: Op, tables: list[Table], sizes: list[Size]) -> Table:
        match op:
            case Input():
                return {Word(0, (SOURCE,)): 1}
            case Constant():
                return {Word(0, (CONSTANT,)): 1}
            case Zeros():
                return {}
            case Concat():
                return concatenated(tables, sizes)
            case Slice(part=part, parts=parts):
                return sliced(tables[0], part, parts, sizes[0])
            case Activation() if self.view == "paper":
                return tables[0]
            case Transition() if self.view == "paper":
                return summed([(1, tables[0], sizes[0])], self.sizes[node])
            case Apply() | Hadamard() | Activation() | Transition():
                return self._atom(node, op, tables)
        weights = (weight for _, weight in reads_of(self.graph, node))
        return summed(zip(weights, tables, sizes, strict=True), self.sizes[node])

    def _atom(self, node: int, op: Op, tables: list[Table]) -> Table:
        letter, ports = node, list[Hashable](range(len(tables)))
        if self.whole:
            values = [self._known(frozenset(table.items())) for table in tables]
            letter = self._known((letter_stem(op), frozenset(Counter(values).items())))
            # A gate's arguments have no order: a port is known by its value, equal ones by number.
            ports = [(value, values[:k].count(value)) for k, value in enumerate(values)]
        step = int(isinstance(op, Apply))
        found: Table = {}
        for port, table in zip(ports, tables, strict=True):
            for word, weight in table.items():
                if word.length + step <= self.longest:
                    last = (letter, port, word.part, word.place)
                    found[Word(word.length + step, (*word.letters, last))] = weight
        return found or {Word(step, (CONSTANT, letter)): 1}

    def _known(self, key: Hashable) -> int:
        """A number for whatever is equal to the key."""
        return self.known.setdefault(key, len(self.known))


def reads_of(graph: nx.MultiDiGraph, node: int) -> Iterable[tuple[int, Coefficient]]:
    """What a node reads, in order, with coefficients."""
    edges: list[Any] = sorted(graph.in_edges(node, data=True), key=lambda edge: edge[2]["port"])
    return ((read, data["weight"]) for read, _, data in edges)
