"""The reduced graph: the atoms of a program, and the edges between them that walks run along."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from formula2net.ir.coefficient import Coefficient
from formula2net.ir.elements import Element, Form
from formula2net.ir.forms import is_atom
from formula2net.ir.layout import View
from formula2net.ir.ops import Apply, Hadamard, Value
from formula2net.ir.program import Program
from formula2net.ir.reduce import Reducer

Word = tuple[str, ...]

SINK = -1  # where walks begin: the output


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
    graph = ReducedGraph({SINK: _edges("", [reducer.kept[program.output]])}, {SINK: 0}, source)
    stack = [edge.atom for edge in graph.edges[SINK]]
    while stack:
        atom = stack.pop()
        if atom in graph.edges:
            continue
        op = program.ops[atom]
        forms = [reducer.kept[v] for v in op.operands] if atom != source else []
        graph.edges[atom] = _edges(letters(atom), forms, ports=isinstance(op, Hadamard))
        graph.lengths[atom] = int(isinstance(op, Apply) and atom != source)
        stack.extend(edge.atom for edge in graph.edges[atom])
    return graph


def _edges(name: str, forms: list[Form], ports: bool = False) -> list[Edge]:
    """The edges of one atom, by its name; the output has none, and most often no letter."""
    reads = [
        (port if ports else 0, element, weight)
        for port, form in enumerate(forms, start=1)
        for element, weight in form.items()
    ]
    edges = [Edge(_letter(name, port, e), weight, e[0]) for port, e, weight in reads]
    if any(chain for _, (_, chain, _), _ in reads) and _alike(edges):
        edges = [Edge(_letter(name, port, e, full=True), w, e[0]) for port, e, w in reads]
    return sorted(edges, key=lambda edge: -edge.atom)


def _alike(edges: list[Edge]) -> bool:
    return len({(edge.letter, edge.atom) for edge in edges}) < len(edges)


def _letter(name: str, port: int, element: Element, full: bool = False) -> str:
    """A letter with its port, the slot it is entered by, and the part its argument leaves by.

    A part also says of how many, if its number alone would not tell it from another.
    """
    _, chain, slot = element
    if not (chain or slot or port):
        return name
    marks = [str(port)] if port else []
    marks += [str(slot[0])] if slot else []
    marks += [f"{part}/{parts}" if full else str(part) for part, parts in chain]
    return ":".join([name or "out", *marks])
