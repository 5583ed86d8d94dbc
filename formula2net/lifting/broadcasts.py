"""Where values are repeated: what a program leaves to its sums and products, and what it may not.

A sum of a value and a smaller one repeats the smaller one, in code as in a program. Where both are
repeated, as in a table of all pairs, numbers meet that have different places. Then a repetition is
a function like any other, and so it is where no sum or product reads it.
"""

from __future__ import annotations

from collections.abc import Set
from typing import Final

import torch
from torch.fx import Graph, Node

from formula2net.lifting.arithmetic import is_arithmetic
from formula2net.lifting.axes import shape_of

MARK: Final = "repeats"  # of a node's meta
EXPAND: Final = torch.ops.aten.expand.default


def mark_repeats(graph: Graph, data: Set[Node]) -> None:
    """Marks repetitions that are functions; before sums of pairs it writes them into the graph.

    Args:
        graph: of aten operations.
        data: the nodes that depend on the input.
    """
    for node in list(graph.nodes):
        if node not in data:
            continue
        if node.target is EXPAND and shape_of(node) != shape_of(node.args[0]):
            node.meta[MARK] = not all(map(is_arithmetic, node.users))
        elif is_arithmetic(node) and _joins_pairs(node, data):
            for read in list(node.all_input_nodes):
                _mark(graph, node, read)


def repeats(node: Node) -> bool:
    """Whether an operation repeats a value, and is a function of it."""
    return bool(node.meta.get(MARK))


def _joins_pairs(node: Node, data: Set[Node]) -> bool:
    """Whether a sum or a product repeats both its values."""
    reads = node.all_input_nodes
    both = len(reads) > 1 and data.issuperset(reads)
    return both and all(shape_of(_unrepeated(read)) != shape_of(node) for read in reads)


def _unrepeated(node: Node) -> Node:
    while node.target is EXPAND:
        node = node.args[0]
    return node


def _mark(graph: Graph, node: Node, read: Node) -> None:
    """Marks the repetition that a sum or a product reads; writes it down where there is none."""
    if read.target is EXPAND:
        read.meta[MARK] = True
        return
    with graph.inserting_before(node):
        repeated = graph.call_function(EXPAND, (read, list(shape_of(node))))
    repeated.meta = {**node.meta, MARK: True}
    node.replace_input_with(read, repeated)
