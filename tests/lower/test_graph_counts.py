"""Brute force over the networkx graph, which the other counts are checked against."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest

from formula2net.formulas import get_formula
from formula2net.ir.builder import Builder
from formula2net.ir.layout import VIEWS
from formula2net.ir.ops import Apply
from formula2net.ir.program import Program
from formula2net.language.backbone import Backbone
from formula2net.lower.graph_counts import graph_counts
from formula2net.passes.unroll import unroll
from tests.lower.cases import CASES


def test_binomials() -> None:
    found = graph_counts(unroll(get_formula("resnet"), 6), "exact")
    binomials = {k: comb(6, k) for k in range(7)}
    assert (found.wired, found.totals, found.longest) == (binomials, binomials, 6)
    assert found.words == {k: (n, n) for k, n in binomials.items()}


def test_pell_numbers() -> None:
    for depth, wired in enumerate([2, 5, 12, 29, 70, 169, 408, 985], start=1):
        found = graph_counts(unroll(get_formula("difference"), depth), "paper")
        assert sum(found.wired.values()) == wired
        assert found.words == dict.fromkeys(range(depth + 1), (1, 1))


@pytest.mark.parametrize(("stages", "words"), [((2, 2, 2, 2), 233), ((3, 4, 6, 3), 2447)])
def test_transitions_keep_terms_from_cancelling(stages: tuple[int, ...], words: int) -> None:
    program = unroll(get_formula("difference"), Backbone.cifar(stages, (4, 8, 16, 32)))
    limit = 10**7
    assert sum(n for n, _ in graph_counts(program, "exact", limit).words.values()) == words
    paper = graph_counts(program, "paper", limit).words
    assert sum(n for n, _ in paper.values()) == sum(stages) + 1


def test_activations_keep_all_walks() -> None:
    program = unroll(get_formula("published_a5"), 6)
    exact = graph_counts(program, "exact")
    assert {k: n for k, (n, _) in exact.words.items()} != {
        k: n for k, (n, _) in graph_counts(program, "paper").words.items()
    }


def build(output: int, builder: Builder) -> Program:
    return builder.finish(output, {})


def words(program: Program, view: str = "exact") -> dict[int, tuple[int, object]]:
    return dict(graph_counts(program, view).words)  # type: ignore[arg-type]


def test_all_parts_joined_are_the_value() -> None:
    builder = Builder()
    x = builder.input("X_0")
    parts = [builder.slice(x, k, 3) for k in (1, 2, 3)]
    in_order = build(builder.concat(parts), builder)
    assert words(in_order) == {0: (1, 1)}
    assert graph_counts(in_order, "exact").wired == {0: 3}
    assert words(build(builder.concat(parts[::-1]), builder)) == {0: (3, 3)}
    assert words(build(builder.concat(parts[:2]), builder)) == {0: (2, 2)}


def test_a_part_of_a_concatenation_is_what_stands_there() -> None:
    builder = Builder()
    x = builder.input("X_0")
    a, b = (builder.apply(Apply(name, x)) for name in "AB")
    pair = builder.concat([a, b])
    difference = builder.combine({builder.slice(pair, 1, 2): 1, a: -1, x: 1})
    assert words(build(difference, builder)) == {0: (1, 1)}
    nested = builder.concat([pair, builder.concat([x, a])])
    assert words(build(builder.slice(nested, 3, 4), builder)) == {0: (1, 1)}
    assert words(build(builder.slice(nested, 2, 2), builder)) == {0: (1, 1), 1: (1, 1)}


def test_slots_and_ports_are_letters() -> None:
    builder = Builder()
    x = builder.input("X_0")
    assert words(build(builder.concat([x, x]), builder)) == {0: (2, 2)}
    assert words(build(builder.hadamard([x, x]), builder)) == {0: (2, 2)}
    one_minus = builder.combine({builder.constant(): 1, x: -1})
    assert words(build(builder.hadamard([one_minus, x]), builder)) == {0: (2, 0)}


def test_gates_have_no_order() -> None:
    builder = Builder()
    x = builder.input("X_0")
    w = builder.apply(Apply("W", x))
    relu = builder.activation("relu", w)
    gates = builder.combine({builder.hadamard([x, w]): 1, builder.hadamard([relu, x]): -1})
    program = build(gates, builder)
    assert words(program, "paper") == {}
    assert words(program, "exact") == {0: (2, 0), 1: (2, 0)}


def test_tied_blocks_are_one_letter_on_equal_values() -> None:
    builder = Builder()
    x = builder.input("X_0")
    plain = builder.apply(Apply("W", x))
    rectified = builder.apply(Apply("W", builder.activation("relu", x)))
    program = build(builder.combine({plain: 1, rectified: Fraction(1, 2)}), builder)
    assert words(program, "paper") == {1: (1, Fraction(3, 2))}
    assert words(program, "exact") == {1: (2, Fraction(3, 2))}


def test_constants_have_no_words_but_tell_letters_apart() -> None:
    builder = Builder()
    x = builder.input("X_0")
    constant = builder.apply(Apply("C", builder.zeros(x)))
    shifted = builder.apply(Apply("W", builder.combine({x: 1, constant: 1})))
    plain = builder.apply(Apply("W", x))
    program = build(builder.combine({shifted: 1, plain: -1}), builder)
    assert words(program) == {1: (2, 0)}


def test_the_limit_cuts_by_length() -> None:
    program = unroll(get_formula("resnet"), 40)
    found = graph_counts(program, "exact", limit=5000)
    assert 0 < found.longest < 5
    assert found.words == {k: (comb(40, k), comb(40, k)) for k in range(found.longest + 1)}
    assert found.wired == {k: comb(40, k) for k in range(41)}


def test_where_letters_may_merge_the_limit_is_all_or_nothing() -> None:
    tied = unroll(CASES["tied"].formula, 30)
    assert graph_counts(tied, "paper", limit=500).longest >= 0  # no letters to look through
    highway = unroll(get_formula("highway"), 30)
    assert graph_counts(highway, "paper", limit=500).longest == -1
    assert graph_counts(highway, "exact", limit=500).longest >= 0


@pytest.mark.parametrize("view", VIEWS)
def test_totals_are_not_known_beside_splits(view: str) -> None:
    case = CASES["revnet"]
    program = unroll(case.formula, case.backbone)
    assert graph_counts(program, view).totals is None  # type: ignore[arg-type]
