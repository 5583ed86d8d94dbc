"""Counts and words against the expansion of random programs by definition."""

from __future__ import annotations

import networkx as nx
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from formula2net.ir import reduce
from formula2net.ir.ops import Apply, Constant, Zeros
from formula2net.ir.program import Program, source_of
from formula2net.paths import rows
from formula2net.paths.counts import number
from formula2net.paths.polynomial import PathPolynomial
from tests.paths.naive import Naive
from tests.paths.programs import Recipe, build, recipes, tied_blocks

MANY = 3000  # words; more are only counted


@pytest.fixture(params=[1, 8], ids=["short sums are wide", "long sums are wide"], scope="module")
def width(request: pytest.FixtureRequest) -> None:
    """What continues a wide sum is handled apart: random programs are short, so also from 2 on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reduce, "WIDE", request.param)
        patch.setattr(rows, "WIDE", request.param)
        yield


@pytest.mark.usefixtures("width")
@settings(max_examples=400)
@given(recipes, tied_blocks, st.sampled_from(["paper", "exact"]))
def test_counts_are_those_of_the_expansion(recipe: Recipe, tied: int, view: str) -> None:
    program = build(recipe, tied)
    _check(PathPolynomial(program, view=view), Naive(program, view), program)


@pytest.mark.usefixtures("width")
@settings(max_examples=300)
@given(recipes, tied_blocks, st.sampled_from(["paper", "exact"]), st.integers(0, 11))
def test_counts_from_any_source(recipe: Recipe, tied: int, view: str, back: int) -> None:
    program = build(recipe, tied)
    source = len(program) - 1 - back % len(program)
    assume(not isinstance(program.ops[source], Constant))
    _check(PathPolynomial(program, source, view), Naive(program, view, source), program)


def _check(paths: PathPolynomial, naive: Naive, program: Program) -> None:
    wanted = naive.counts(program.output)
    counts = paths.by_length()
    assert {k: c.words for k, c in counts.items() if c.words} == {
        k: words for k, (words, _) in wanted.items()
    }
    for k, (_, total) in wanted.items():
        assert sympy.expand(counts[k].total - number(total)) == 0
    assert paths.words == sum(words for words, _ in wanted.values())
    if paths.words > MANY:
        return
    words = list(paths)
    assert len({word for word, _ in words}) == len(words) == paths.words
    assert sorted(str(c) for _, c in words) == sorted(
        str(number(c)) for c in naive.words(program.output).values()
    )
    assert sympy.expand(sum((c for _, c in words), sympy.S.Zero) - paths.total) == 0


@settings(max_examples=300)
@given(recipes, tied_blocks)
def test_wired_paths_are_the_walks_of_the_program(recipe: Recipe, tied: int) -> None:
    program = build(recipe, tied)
    graph = program.to_networkx()
    walks = {source_of(program): {0: 1}}
    for value in nx.topological_sort(graph):
        op = program.ops[value]
        if value in walks or isinstance(op, Zeros):
            continue
        table: dict[int, int] = {}
        for read, _, _ in graph.in_edges(value, keys=True):
            for length, count in walks.get(read, {}).items():
                longer = length + isinstance(op, Apply)
                table[longer] = table.get(longer, 0) + count
        walks[value] = table
    for view in ("paper", "exact"):
        counts = PathPolynomial(program, view=view).by_length()
        assert {k: c.wired for k, c in counts.items() if c.wired} == walks.get(program.output, {})


@settings(max_examples=200)
@given(recipes)
def test_lengths_add_up(recipe: Recipe) -> None:
    paths = PathPolynomial(build(recipe))
    counts = paths.by_length().values()
    assert paths.wired == sum(c.wired for c in counts)
    assert paths.words == sum(c.words for c in counts)
    assert sympy.expand(paths.total - sum((c.total for c in counts), sympy.S.Zero)) == 0
