"""Path counts by brute force over a networkx graph: an oracle without any cleverness.

Walks are counted along the edges; words are written out, up to the length that a limit allows.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import networkx as nx

from formula2net.ir.coefficient import Coefficient
from formula2net.ir.layout import View
from formula2net.ir.ops import Activation, Apply, Hadamard, Input, Slice, Transition, Zeros
from formula2net.ir.program import Program, letter_stem
from formula2net.ir.residues import PRIME, modular
from formula2net.lower.graph_words import WordWriter, reads_of

LIMIT = 50_000  # words of all nodes together


@dataclass(frozen=True)
class GraphCounts:
    """What the oracle found.

    Attributes:
        wired: walks by length.
        totals: the sum of their coefficients modulo the 61-bit prime of `ir.coefficient`, by
            length; None where a split forgets some of them.
        words: words, and the sum of their coefficients, by length up to `longest`.
        longest: up to which length words were written out; -1 if they were not.
    """

    wired: dict[int, int]
    totals: dict[int, int] | None
    words: dict[int, tuple[int, Coefficient]]
    longest: int


def graph_counts(program: Program, view: View, limit: int = LIMIT) -> GraphCounts:
    """The counts of a program, from its networkx graph alone."""
    graph: nx.MultiDiGraph = program.to_networkx()
    graph = graph.subgraph(nx.ancestors(graph, program.output) | {program.output})
    wired, everywhere = _walks(graph, program.output)
    splits = any(isinstance(op, Slice) for _, op in graph.nodes(data="op"))
    totals = None if splits else _graded(_walks(graph, program.output, weighted=True)[0])
    longest, listed = -1, 0
    while longest + 1 < len(everywhere) and listed + everywhere[longest + 1] <= limit:
        longest += 1
        listed += everywhere[longest]
    whole = longest + 1 == len(everywhere)
    if not whole and view == "paper" and _may_merge(graph):
        longest = -1  # which letters are one, only whole values tell
    words = WordWriter(graph, view, longest, whole).words(program.output) if longest >= 0 else {}
    return GraphCounts(_graded(wired), totals, words, longest)


def _walks(
    graph: nx.MultiDiGraph, output: int, weighted: bool = False
) -> tuple[list[int], list[int]]:
    """Walks from the input by length: to the output, and to all nodes together.

    With weights, each walk counts as the product of its weights, modulo a prime.
    """
    tables: dict[int, list[int]] = {}
    everywhere: list[int] = []
    readers = dict(graph.out_degree())
    for node in nx.topological_sort(graph):
        op = graph.nodes[node]["op"]
        table = [1] if isinstance(op, Input) else []
        for read, weight in reads_of(graph, node):
            part = tables[read]
            if weighted:
                part = [modular(weight) * number % PRIME for number in part]
            table = table if isinstance(op, Zeros) else _added(table, part)
            readers[read] -= 1
            if not readers[read]:
                del tables[read]
        if weighted:
            table = [number % PRIME for number in table]
        tables[node] = [0, *table] if isinstance(op, Apply) else table
        everywhere = _added(everywhere, tables[node])
    return tables[output], everywhere


def _may_merge(graph: nx.MultiDiGraph) -> bool:
    """Whether the paper view may make one letter of two."""
    ops = [op for _, op in graph.nodes(data="op")]
    atoms = Counter(letter_stem(op) for op in ops if isinstance(op, Apply | Hadamard))
    forgotten = any(isinstance(op, Activation | Transition) for op in ops)
    return forgotten and max(atoms.values(), default=0) > 1


def _graded(table: list[int]) -> dict[int, int]:
    """The nonzero numbers by length."""
    return {k: number for k, number in enumerate(table) if number}


def _added(a: list[int], b: list[int]) -> list[int]:
    short, long = sorted((a, b), key=len)
    return [x + y for x, y in zip(short, long, strict=False)] + long[len(short) :]
