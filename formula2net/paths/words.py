"""Words: the walks of the reduced graph, listed lazily in order of length."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from formula2net.ir.coefficient import Coefficient
from formula2net.ir.forms import Element, Form
from formula2net.ir.layout import View
from formula2net.ir.ops import Apply, Hadamard, Value
from formula2net.ir.program import Program
from formula2net.ir.reduce import Reducer, is_atom
from formula2net.paths.graded import Row, field_size, tables, unpack

Word = tuple[str, ...]
Weighted = tuple[Word, Coefficient]

SMALL = 512  # so many words from an atom on are kept as a list


@dataclass(frozen=True, slots=True)
class Edge:
    """A step of a walk, towards the source: the letter it spells, its weight, where it leads."""

    letter: str
    weight: Coefficient
    atom: Value


@dataclass(frozen=True)
class ReducedGraph:
    """The atoms of a program and the edges between them.

    Attributes:
        edges: for every atom its edges, the latest first; ``SINK`` is where walks begin.
        lengths: length of every atom's letter (1 for an application).
        source: the atom where walks end.
    """

    edges: dict[Value, list[Edge]]
    lengths: dict[Value, int]
    source: Value

    def coefficient(self, word: Word) -> Coefficient:
        """The coefficient of a word, 0 where no walk spells it."""
        fronts: dict[Value, Coefficient] = {SINK: 1}
        fronts.update((e.atom, e.weight) for e in self.edges[SINK] if not e.letter)
        for letter in word:
            reached: dict[Value, Coefficient] = {}
            for atom, weight in fronts.items():
                for edge in self.edges[atom]:
                    if edge.letter == letter:
                        reached[edge.atom] = reached.get(edge.atom, 0) + weight * edge.weight
            fronts = reached
        return fronts.get(self.source, 0)


SINK = -1


def reduced_graph(
    program: Program, view: View, source: Value, letters: Callable[[Value], str]
) -> ReducedGraph:
    """The reduced graph of a program: atoms that the output depends on.

    Args:
        program: the program.
        view: paper or exact.
        source: the input.
        letters: the letter of an atom.
    """
    reads = {v for op in program.ops if is_atom(op, view) for v in op.operands}
    reducer = Reducer(program.ops, view, keep=frozenset(reads | {program.output}))
    for _ in reducer.steps():
        pass
    graph = ReducedGraph(
        {SINK: _edges([reducer.kept[program.output]], _sink_letter)}, {SINK: 0}, source
    )
    stack = [edge.atom for edge in graph.edges[SINK]]
    while stack:
        atom = stack.pop()
        if atom in graph.edges:
            continue
        op = program.ops[atom]
        ports = isinstance(op, Hadamard)
        forms = [reducer.kept[v] for v in op.operands] if atom != source else []
        graph.edges[atom] = _edges(forms, _spelling(letters(atom), ports))
        graph.lengths[atom] = int(isinstance(op, Apply) and atom != source)
        stack.extend(edge.atom for edge in graph.edges[atom])
    return graph


def _edges(forms: list[Form], letter: Callable[[int, Element], str]) -> list[Edge]:
    edges = [
        Edge(letter(port, element), weight, element[0])
        for port, form in enumerate(forms, start=1)
        for element, weight in form.items()
    ]
    return sorted(edges, key=lambda edge: -edge.atom)


def _sink_letter(port: int, element: Element) -> str:
    return _spelling("out", False)(port, element) if element[1] or element[2] else ""


def _spelling(name: str, ports: bool) -> Callable[[int, Element], str]:
    """A letter with the slot it is entered by, the part its argument leaves by, or its port."""

    def spell(port: int, element: Element) -> str:
        _, chain, slot = element
        marks = [str(port)] if ports else []
        marks += [str(slot[0])] if slot else []
        marks += [str(part) for part, _ in chain]
        return ":".join([name, *marks])

    return spell


@dataclass
class WordLister:
    """Lists the words of a graph by length.

    Only walks that reach the source with the right length are entered, and what follows an atom
    from which few words lead on is listed once.
    """

    graph: ReducedGraph
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
        order = [*sorted(set(self.graph.edges) - {SINK}), SINK]
        place = {atom: k for k, atom in enumerate(order)}
        rows = [
            Row(
                tuple((1, place[e.atom]) for e in self.graph.edges[atom]),
                self.graph.lengths[atom],
                atom == self.graph.source,
            )
            for atom in order
        ]
        self._limit = max(length, 2 * self._limit)
        bits = field_size(rows)
        for atom, (table, _) in zip(
            order, tables(rows, range(len(rows)), bits, self._limit), strict=True
        ):
            self._counts[atom] = unpack(table, bits)
