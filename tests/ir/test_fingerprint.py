"""Fingerprints: equal for equal forms, and for nothing else that was ever drawn."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from formula2net.ir.builder import Builder
from formula2net.ir.fingerprint import Fingerprints
from formula2net.ir.layout import VIEWS, View
from formula2net.ir.ops import Apply, Op
from formula2net.ir.reduce import Reducer
from tests.paths.programs import Recipe, build, recipes, tied_blocks


def prints_of(ops: list[Op], view: View) -> Fingerprints:
    prints = Fingerprints(view)
    for op in ops:
        prints.append(op)
    return prints


@pytest.mark.parametrize("view", VIEWS)
@settings(max_examples=300)
@given(recipes, tied_blocks)
def test_equal_forms_have_equal_fingerprints(view: View, recipe: Recipe, tied: int) -> None:
    program = build(recipe, tied)
    prints = prints_of(list(program.ops), view)
    reducer = Reducer(program.ops, view, keep=frozenset(range(len(program))))
    for _ in reducer.steps():
        pass
    known: dict[object, int] = {}
    for value in range(len(program)):
        layout = prints.layouts[value]
        form = frozenset(reducer.kept[value].items()), layout.width, layout.slots
        assert known.setdefault(form, prints[value]) == prints[value]


@settings(max_examples=300)
@given(recipes, tied_blocks)
def test_different_forms_have_different_fingerprints(recipe: Recipe, tied: int) -> None:
    """Among forms without parts and slots, which have one spelling each."""
    program = build(recipe, tied)
    prints = prints_of(list(program.ops), "exact")
    reducer = Reducer(program.ops, "exact", keep=frozenset(range(len(program))))
    for _ in reducer.steps():
        pass
    known: dict[int, object] = {}
    for value, form in reducer.kept.items():
        if not any(chain or slot for _, chain, slot in form):
            assert known.setdefault(prints[value], form) == form


def test_parts_that_are_joined_are_the_whole() -> None:
    """Whichever way X is cut: its fingerprint is that of its parts, side by side."""
    builder = Builder()
    x = builder.input("X_0")
    w = builder.apply(Apply("W", x))
    total = builder.combine({x: 2, w: 1})
    halves = [builder.slice(total, k, 2) for k in (1, 2)]
    quarters = [builder.slice(total, k, 4) for k in (1, 2, 3, 4)]
    mixed = [halves[0], *(builder.slice(halves[1], k, 2) for k in (1, 2))]
    whole = [builder.concat(parts) for parts in (halves, quarters, mixed)]
    longer = [builder.concat([*halves, w]), builder.concat([total, w])]
    prints = prints_of(builder.ops, "exact")
    assert {prints[value] for value in whole} == {prints[total]}
    assert len({prints[value] for value in longer}) == 1


def test_fingerprints_are_the_same_in_every_process() -> None:
    builder = Builder()
    x = builder.input("X_0")
    builder.combine({x: 1, builder.apply(Apply("W_1", x)): -2})
    prints = prints_of(builder.ops, "exact")
    assert [prints[value] for value in range(3)] == [
        1386730212386397029,
        229354992132780751,
        928020228120835527,
    ]
