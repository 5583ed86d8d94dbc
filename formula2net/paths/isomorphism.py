"""Whether two graphs are the same up to the names of their nodes.

Colours are refined until they are stable; where several nodes still share one, a node of the first
graph is tried with each possible partner in the second.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

Colours = list[int]


@dataclass
class Coloured:
    """An acyclic graph with coloured nodes and labelled edges, and nodes for blocks beside it.

    Attributes:
        kinds: what every node is, its first colour.
        reads: for every node its labelled edges to nodes before it, or to blocks.
        blocks: nodes of the blocks by name; the applications of a tied block meet in one.
    """

    kinds: list[Hashable] = field(default_factory=list)
    reads: list[list[tuple[Hashable, int]]] = field(default_factory=list)
    blocks: dict[str, int] = field(default_factory=dict)

    def node(self, kind: Hashable, reads: Iterable[tuple[Hashable, int]] = ()) -> int:
        """A new node."""
        self.kinds.append(kind)
        self.reads.append(list(reads))
        return len(self.kinds) - 1

    def block(self, name: str) -> int:
        """The node of a block."""
        if name not in self.blocks:
            self.blocks[name] = self.node("block")
        return self.blocks[name]


def isomorphism(a: Coloured, b: Coloured) -> dict[int, int] | None:
    """A map from the nodes of ``a`` to those of ``b`` that keeps kinds and edges; None if none."""
    graphs = [_Refined(graph) for graph in (a, b)]
    known: dict[Hashable, int] = {}
    stack = [tuple([_number(kind, known) for kind in graph.kinds] for graph in (a, b))]
    while stack:
        left, right = (
            graph.refine(colours, known) for graph, colours in zip(graphs, stack.pop(), strict=True)
        )
        classes = Counter(left)
        if classes != Counter(right):
            continue
        shared = next((colour for colour, size in classes.items() if size > 1), None)
        if shared is None:
            partner = {colour: node for node, colour in enumerate(right)}
            return {node: partner[colour] for node, colour in enumerate(left)}
        chosen = _number(("chosen", shared), known)
        first = left.index(shared)
        for node, colour in enumerate(right):
            if colour == shared:
                stack.append((_recoloured(left, first, chosen), _recoloured(right, node, chosen)))
    return None


class _Refined:
    """A graph with the sweeps that refine its colours; each uses what the one before has found."""

    def __init__(self, graph: Coloured) -> None:
        self.reads = graph.reads
        self.readers: list[list[tuple[Hashable, int]]] = [[] for _ in graph.reads]
        for node, reads in enumerate(graph.reads):
            for label, read in reads:
                self.readers[read].append((label, node))
        self.blocks = list(graph.blocks.values())
        apart = set(self.blocks)
        self.order = [node for node in range(len(graph.reads)) if node not in apart]

    def refine(self, colours: Colours, known: dict[Hashable, int]) -> Colours:
        """The coarsest stable colours that refine these."""
        size = 0
        while size < len(set(colours)):
            size = len(set(colours))
            for nodes, edges in (
                (self.order, self.reads),
                (reversed(self.order), self.readers),
                (self.blocks, self.readers),
            ):
                colours = list(colours)
                for node in nodes:
                    around = Counter((label, colours[other]) for label, other in edges[node])
                    colours[node] = _number((colours[node], frozenset(around.items())), known)
        return colours


def _number(key: Hashable, known: dict[Hashable, int]) -> int:
    return known.setdefault(key, len(known))


def _recoloured(colours: Colours, node: int, colour: int) -> Colours:
    return [*colours[:node], colour, *colours[node + 1 :]]
