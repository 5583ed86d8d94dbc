"""Graph isomorphism against networkx, and where refinement alone does not decide."""

from __future__ import annotations

import random

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networkx.algorithms.isomorphism import categorical_multiedge_match, categorical_node_match

from formula2net.paths.isomorphism import Coloured, isomorphism

kinds = st.sampled_from(["a", "b"])
labels = st.integers(0, 1)


@st.composite
def graphs(draw: st.DrawFn, size: int | None = None) -> Coloured:
    """Acyclic graphs with few colours and labels, so that many are alike."""
    graph = Coloured()
    for node in range(draw(st.integers(1, 6)) if size is None else size):
        reads = st.lists(st.tuples(labels, st.integers(0, max(0, node - 1))), max_size=2)
        graph.node(draw(kinds), draw(reads) if node else ())
    return graph


def shuffled(graph: Coloured, seed: int) -> Coloured:
    """The same graph with its nodes in another order that keeps reads before readers."""
    rng = random.Random(seed)
    place: dict[int, int] = {}
    other = Coloured()
    while len(place) < len(graph.kinds):
        ready = [
            node
            for node, reads in enumerate(graph.reads)
            if node not in place and all(read in place for _, read in reads)
        ]
        node = rng.choice(ready)
        reads = [(label, place[read]) for label, read in graph.reads[node]]
        rng.shuffle(reads)
        place[node] = other.node(graph.kinds[node], reads)
    return other


def as_networkx(graph: Coloured) -> nx.MultiDiGraph:
    result = nx.MultiDiGraph()
    for node, kind in enumerate(graph.kinds):
        result.add_node(node, kind=kind)
    for node, reads in enumerate(graph.reads):
        result.add_edges_from((read, node, {"label": label}) for label, read in reads)
    return result


def is_isomorphism(a: Coloured, b: Coloured, found: dict[int, int]) -> bool:
    if sorted(found.values()) != list(range(len(b.kinds))):
        return False
    return all(
        a.kinds[node] == b.kinds[image]
        and sorted((label, found[read]) for label, read in a.reads[node]) == sorted(b.reads[image])
        for node, image in found.items()
    )


@settings(max_examples=300)
@given(graphs(), st.integers(0, 1000))
def test_a_shuffled_graph_is_the_same(graph: Coloured, seed: int) -> None:
    other = shuffled(graph, seed)
    found = isomorphism(graph, other)
    assert found is not None
    assert is_isomorphism(graph, other, found)


@settings(max_examples=400)
@given(st.integers(2, 4).flatmap(lambda size: st.tuples(graphs(size), graphs(size))))
def test_it_agrees_with_networkx(pair: tuple[Coloured, Coloured]) -> None:
    wanted = nx.is_isomorphic(
        *map(as_networkx, pair),
        node_match=categorical_node_match("kind", None),
        edge_match=categorical_multiedge_match("label", None),
    )
    found = isomorphism(*pair)
    assert (found is not None) == wanted
    assert found is None or is_isomorphism(*pair, found)


def cycles(*sizes: int) -> Coloured:
    """Rings of nodes; an edge of a ring is a node that reads its two ends."""
    graph = Coloured()
    for size in sizes:
        ring = [graph.node("corner") for _ in range(size)]
        for k, corner in enumerate(ring):
            graph.node("side", [("end", corner), ("end", ring[k - 1])])
    return graph


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ((6,), (6,), True),
        ((6,), (3, 3), False),
        ((3, 4, 5), (5, 3, 4), True),
        ((3, 5), (4, 4), False),
    ],
)
def test_where_all_nodes_look_alike(one: tuple[int, ...], two: tuple[int, ...], same: bool) -> None:
    """Every corner has two sides and every side two corners: only trying partners decides."""
    found = isomorphism(cycles(*one), cycles(*two))
    assert (found is not None) == same
    assert found is None or is_isomorphism(cycles(*one), cycles(*two), found)


def applications(blocks: str) -> Coloured:
    """A chain of applications of the blocks with these names."""
    graph = Coloured()
    last = graph.node("input")
    for name in blocks:
        last = graph.node("apply", [("block", graph.block(name)), ("argument", last)])
    return graph


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [("WVW", "KUK", True), ("WVW", "KKU", False), ("WWVV", "WVWV", False), ("W", "WW", False)],
)
def test_blocks_are_tied_in_the_same_way(one: str, two: str, same: bool) -> None:
    assert (isomorphism(applications(one), applications(two)) is not None) == same


def test_a_long_chain_is_no_recursion() -> None:
    names = [f"W_{k}" for k in range(3000)]
    one, two = Coloured(), Coloured()
    for graph in (one, two):
        last = graph.node("input")
        for name in names:
            last = graph.node("apply", [("block", graph.block(name)), ("argument", last)])
    assert isomorphism(one, two) is not None
