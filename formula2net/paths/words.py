"""Words: the walks of the reduced graph, listed lazily in order of length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from formula2net.ir.coefficient import Coefficient
from formula2net.ir.ops import Value
from formula2net.paths.graded import Row, field_size, tables, unpack
from formula2net.paths.graph import SINK, Edge, ReducedGraph, Word

Weighted = tuple[Word, Coefficient]

SMALL = 512  # so many words from an atom on are kept as a list


@dataclass
class WordLister:
    """Lists the words of a graph by length.

    Only walks that reach the source with the right length are entered, and what follows an atom
    from which few words lead on is listed once.

    Attributes:
        graph: the reduced graph.
        rows: how the number of words of every value follows from others (``paths.rows``).
        output: the program's output.
    """

    graph: ReducedGraph
    rows: Sequence[Row]
    output: Value
    _counts: dict[Value, list[int]] = field(default_factory=dict)
    _limit: int = -1
    _lists: dict[tuple[Value, int], list[Weighted]] = field(default_factory=dict)

    def of_length(self, length: int) -> Iterator[Weighted]:
        """All words of one length, later letters first."""
        self._count_to(length)
        stack: list[tuple[Iterator[Edge], Word, Coefficient, int]]
        stack = [(self._open(SINK, length), (), 1, length)]
        if self._count(SINK, length) == 0:
            return
        while stack:
            edges, prefix, weight, rest = stack[-1]
            edge = next(edges, None)
            if edge is None:
                stack.pop()
                continue
            word = (*prefix, edge.letter) if edge.letter else prefix
            factor = edge.weight if weight == 1 else weight * edge.weight
            if self._count(edge.atom, rest) > SMALL:
                inner = rest - self.graph.lengths[edge.atom]
                stack.append((self._open(edge.atom, inner), word, factor, inner))
            elif not word and factor == 1:
                yield from self._suffixes(edge.atom, rest)
            else:
                for suffix, value in self._suffixes(edge.atom, rest):
                    yield word + suffix, factor * value

    def longest(self) -> int:
        """The length of the longest word; -1 where there is none."""
        reach = {self.graph.source: 0}
        for atom in [*sorted(set(self.graph.edges) - {self.graph.source, SINK}), SINK]:
            best = max(
                (reach[e.atom] for e in self.graph.edges[atom] if e.atom in reach), default=None
            )
            if best is not None:
                reach[atom] = best + self.graph.lengths[atom]
        return reach.get(SINK, -1)

    def _open(self, atom: Value, rest: int) -> Iterator[Edge]:
        """The edges of an atom by which the source is reached with this length."""
        return (e for e in self.graph.edges[atom] if self._count(e.atom, rest))

    def _count(self, atom: Value, length: int) -> int:
        """Number of words from an atom on, its own letter included."""
        counts = self._counts.get(atom, ())
        return counts[length] if 0 <= length < len(counts) else 0

    def _suffixes(self, atom: Value, length: int) -> list[Weighted]:
        """The words from an atom on; built from the source's side, without recursion."""
        stack = [(atom, length)]
        while stack:
            key = top, rest = stack[-1]
            inner = rest - self.graph.lengths[top]
            edges = [e for e in self.graph.edges[top] if self._count(e.atom, inner)]
            missing = [(e.atom, inner) for e in edges if (e.atom, inner) not in self._lists]
            if key in self._lists or (missing and top != self.graph.source):
                stack.pop() if key in self._lists else stack.extend(missing)
                continue
            self._lists[key] = (
                [((), 1)]
                if top == self.graph.source
                else [
                    ((e.letter, *suffix), e.weight * value)
                    for e in edges
                    for suffix, value in self._lists[e.atom, inner]
                ]
            )
            stack.pop()
        return self._lists[atom, length]

    def _count_to(self, length: int) -> None:
        """Counts words from every atom on, up to a length."""
        if length <= self._limit:
            return
        self._limit = max(length, 2 * self._limit)
        bits = field_size(self.rows, counting=True)
        atoms = [atom for atom in self.graph.edges if atom != SINK]
        found = tables(self.rows, [*atoms, self.output], bits, self._limit)
        for atom, table in zip([*atoms, SINK], found, strict=True):
            self._counts[atom] = unpack(table, bits)
