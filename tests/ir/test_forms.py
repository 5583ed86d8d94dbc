"""Reduced forms: concatenations, parts, and what is the same value."""

from __future__ import annotations

from fractions import Fraction

import pytest

from formula2net.errors import PassError
from formula2net.ir.builder import Builder
from formula2net.ir.elements import Form
from formula2net.ir.ops import Apply, Norm, Transition, Value
from formula2net.ir.reduce import Reducer
from formula2net.paths.polynomial import PathPolynomial

X = 0  # the input's value
WHOLE = ((), ())


def form(builder: Builder, value: Value, view: str = "exact") -> Form:
    reducer = Reducer(builder.ops, view, keep=frozenset([value]))
    for _ in reducer.steps():
        pass
    return reducer.kept[value]


def halves(builder: Builder, value: Value) -> list[Value]:
    return [builder.slice(value, k, 2) for k in (1, 2)]


def paths(builder: Builder, value: Value, view: str = "paper") -> PathPolynomial:
    return PathPolynomial(builder.finish(value, {}), view=view)


@pytest.fixture
def builder() -> Builder:
    builder = Builder()
    assert builder.input("X_0") == X
    return builder


def test_nested_concatenations_are_flattened(builder: Builder) -> None:
    w, v = (builder.apply(Apply(name, X)) for name in "WV")
    nested = builder.concat([builder.concat([X, w]), v])
    flat = builder.concat([X, w, v])
    assert form(builder, nested) == form(builder, flat)
    assert form(builder, flat) == {
        (X, (), (1, 0, 1)): 1,
        (w, (), (2, 1, 1)): 1,
        (v, (), (3, 2, 1)): 1,
    }


def test_offsets_are_in_widths_of_a_stage(builder: Builder) -> None:
    wide = builder.apply(Apply("D", X, width=2))
    narrow = builder.apply(Apply("S", X, width=Fraction(1, 17)))
    value = builder.concat([narrow, wide, X])
    offset = Fraction(1, 17)
    assert form(builder, value) == {
        (narrow, (), (1, 0, Fraction(1, 17))): 1,
        (wide, (), (2, offset, 2)): 1,
        (X, (), (3, 2 + offset, 1)): 1,
    }


def test_a_norm_is_an_atom_in_the_exact_view(builder: Builder) -> None:
    w = builder.apply(Apply("W", X))
    norm = builder.norm(Norm("norm_1", builder.concat([X, w])))
    assert form(builder, norm) == {(norm, *WHOLE): 1}
    assert form(builder, norm, "paper") == {(X, (), (1, 0, 1)): 1, (w, (), (2, 1, 1)): 1}
    assert builder.layout(norm) == (2, 1, True)


def test_a_part_of_a_concatenation_is_what_was_concatenated(builder: Builder) -> None:
    w = builder.apply(Apply("W", X))
    four = builder.concat([X, w, w, X])
    assert form(builder, builder.slice(four, 2, 4)) == {(w, *WHOLE): 1}
    second = builder.slice(four, 2, 2)
    assert form(builder, second) == form(builder, builder.concat([w, X]))
    assert form(builder, builder.slice(second, 2, 2)) == {(X, *WHOLE): 1}


def test_all_parts_joined_are_the_value(builder: Builder) -> None:
    first, second = halves(builder, X)
    whole = builder.concat([first, second])
    assert form(builder, whole) == {(X, *WHOLE): 1}
    assert builder.apply(Apply("W", whole)) == builder.apply(Apply("W", X))
    assert paths(builder, whole).by_length()[0] == (2, 1, 1)  # two walks, one word


@pytest.mark.parametrize("order", [(1, 0), (0, 0)])
def test_parts_in_another_order_are_not(builder: Builder, order: tuple[int, int]) -> None:
    parts = halves(builder, X)
    whole = builder.concat([parts[k] for k in order])
    assert len(form(builder, whole)) == 2
    assert paths(builder, whole).total == 2


def test_parts_with_different_weights_are_not_joined(builder: Builder) -> None:
    first, second = halves(builder, X)
    mixed = builder.concat([builder.combine({first: 2}), second])
    assert paths(builder, mixed).by_length()[0] == (2, 2, 3)


def test_a_part_of_a_part_counts_in_the_whole(builder: Builder) -> None:
    quarter = builder.slice(builder.slice(X, 2, 2), 1, 2)
    assert form(builder, quarter) == {(X, ((3, 4),), ()): 1}
    assert builder.apply(Apply("W", quarter)) == builder.apply(Apply("W", builder.slice(X, 3, 4)))


def test_quarters_join_to_a_half(builder: Builder) -> None:
    joined = builder.concat([builder.slice(X, 3, 4), builder.slice(X, 4, 4)])
    assert form(builder, joined) == {(X, ((2, 2),), ()): 1}
    middle = builder.concat([builder.slice(X, 2, 4), builder.slice(X, 3, 4)])
    assert len(form(builder, middle)) == 2  # no equal part of X


def test_a_part_meets_the_same_part(builder: Builder) -> None:
    """Res2Net's residual: X + [first half, something]; its first half is twice X's."""
    first, second = halves(builder, X)
    k = builder.apply(Apply("K", second, width=Fraction(1, 2)))
    total = builder.combine({X: 1, builder.concat([first, k]): 1})
    assert form(builder, builder.slice(total, 1, 2)) == {(X, ((1, 2),), ()): 2}
    assert form(builder, builder.slice(total, 2, 2)) == {(X, ((2, 2),), ()): 1, (k, *WHOLE): 1}
    w, v = (builder.apply(Apply(name, X)) for name in "WV")
    longer = builder.combine(
        {builder.combine({X: 1, w: 1, v: 1}): 1, builder.concat([first, k]): 1}
    )
    assert form(builder, builder.slice(longer, 1, 2))[X, ((1, 2),), ()] == 2
    less = builder.combine({X: 1, builder.concat([first, k]): -1})
    assert form(builder, builder.slice(less, 1, 2)) == {}


def test_a_part_inside_what_was_joined(builder: Builder) -> None:
    """X, joined of its halves, takes two of four slots: a quarter of the whole is one half."""
    first, second = halves(builder, X)
    w, v = (builder.apply(Apply(name, X, width=Fraction(1, 2))) for name in "WV")
    four = builder.concat([builder.concat([first, second]), w, v])
    assert form(builder, builder.slice(four, 1, 4)) == {(X, ((1, 2),), ()): 1}
    assert form(builder, builder.slice(four, 2, 4)) == {(X, ((2, 2),), ()): 1}
    assert form(builder, builder.slice(four, 3, 4)) == {(w, *WHOLE): 1}
    assert form(builder, builder.slice(four, 1, 2)) == {(X, *WHOLE): 1}


def test_a_gate_is_cut_where_its_arguments_are(builder: Builder) -> None:
    pair = builder.concat([X, X])
    gate = builder.hadamard([pair, pair])
    assert form(builder, builder.slice(gate, 2, 2)) == {(gate, ((2, 2),), ()): 1}


def test_a_split_cuts_between_concatenated_values(builder: Builder) -> None:
    half = builder.slice(X, 1, 2)
    three, uneven = builder.concat([X, X, X]), builder.concat([half, X])
    with pytest.raises(PassError, match="a concatenation of 3 values cannot be split into 2 parts"):
        builder.slice(three, 1, 2)
    with pytest.raises(PassError, match="of 2 values of unequal width cannot be split into 2"):
        builder.slice(uneven, 1, 2)


def test_a_split_is_refused_where_one_view_cannot_make_it(builder: Builder) -> None:
    """In the paper view an activation is the identity, and what it reads has two slots."""
    active = builder.activation("relu", builder.concat([X, X]))
    with pytest.raises(PassError, match="cannot be split into 4 parts"):
        builder.slice(active, 1, 4)
    half = builder.slice(active, 1, 2)
    assert form(builder, half) == {(active, ((1, 2),), ()): 1}
    assert form(builder, half, "paper") == {(X, *WHOLE): 1}


def test_a_narrow_value_is_cut_as_the_place_that_it_stands_in(builder: Builder) -> None:
    """On paper a transition is the identity, but what it widens goes into every slot below it."""
    half = Fraction(1, 2)
    v, p, q, r = (builder.apply(Apply(name, X, width=half)) for name in "VPQR")
    wide = builder.transition(Transition("transition_V", v, 1))
    total = builder.combine({wide: 1, builder.concat([p, q]): 1})
    three = builder.concat([total, r])
    parts = [builder.slice(three, k, 3) for k in (1, 2, 3)]
    assert [form(builder, part, "paper") for part in parts] == [
        {(p, *WHOLE): 1, (v, ((1, 2),), ()): 1},
        {(q, *WHOLE): 1, (v, ((2, 2),), ()): 1},
        {(r, *WHOLE): 1},
    ]


def test_a_sum_of_concatenations_is_cut_where_each_of_them_is(builder: Builder) -> None:
    """Of two and of three values, or of four, in the same channels."""
    third = Fraction(1, 3)
    a, b = (builder.apply(Apply(name, X, width=Fraction(1, 2))) for name in "AB")
    p, q, r = (builder.apply(Apply(name, X, width=third)) for name in "PQR")
    total = builder.combine({builder.concat([a, b]): 1, builder.concat([p, q, r]): 1})
    assert builder.layout(total) == (1, 6, True)
    sixth = Fraction(1, 6)
    assert [form(builder, part) for part in halves(builder, total)] == [
        {(a, *WHOLE): 1, (p, (), (1, 0, third)): 1, (q, ((1, 2),), (3, third, sixth)): 1},
        {(b, *WHOLE): 1, (q, ((2, 2),), (1, 0, sixth)): 1, (r, (), (2, sixth, third)): 1},
    ]


def test_without_a_backbone_the_wider_concatenation_tells_the_width(builder: Builder) -> None:
    a, b, p, q, r, s = (builder.apply(Apply(name, X)) for name in "ABPQRS")
    total = builder.combine({builder.concat([a, b]): 1, builder.concat([p, q, r, s]): 1})
    assert [form(builder, part) for part in halves(builder, total)] == [
        {(a, *WHOLE): 1, (p, (), (1, 0, 1)): 1, (q, (), (2, 1, 1)): 1},
        {(b, *WHOLE): 1, (r, (), (1, 0, 1)): 1, (s, (), (2, 1, 1)): 1},
    ]


def test_parts_that_were_widened_are_joined_on_paper(builder: Builder) -> None:
    """Also where only one of them stands in a sum that has the wide width."""
    wide = [
        builder.transition(Transition(f"t_{k}", v, 1)) for k, v in enumerate(halves(builder, X))
    ]
    w = builder.apply(Apply("W", wide[0]))
    value = builder.concat([builder.combine({wide[0]: 1, w: 1}), wide[1]])
    assert form(builder, value, "paper") == {(X, *WHOLE): 1, (w, (), (1, 0, 1)): 1}
    doubled = builder.transition(Transition("t", builder.concat([X, w]), 1, width=4))
    assert form(builder, doubled, "paper") == {(X, (), (1, 0, 2)): 1, (w, (), (2, 2, 2)): 1}


def test_slots_of_parts_have_offsets_in_units(builder: Builder) -> None:
    first, second = halves(builder, X)
    half = Fraction(1, 2)
    swapped = builder.concat([second, first])
    assert form(builder, swapped) == {
        (X, ((2, 2),), (1, 0, half)): 1,
        (X, ((1, 2),), (2, half, half)): 1,
    }


def test_a_zero_has_width_and_no_form(builder: Builder) -> None:
    zero = builder.zeros(X)
    assert form(builder, zero) == {}
    assert form(builder, builder.concat([zero, X])) == {(X, (), (2, 1, 1)): 1}


@pytest.mark.parametrize("first", [True, False], ids=["continued", "not continued"])
def test_a_wide_sum_may_read_the_wide_one_before_it(builder: Builder, first: bool) -> None:
    """A sum of more than eight terms is compared with the one before it."""
    many = dict.fromkeys((builder.apply(Apply(f"W_{k}", X)) for k in range(12)), 1)
    before = builder.combine(many)
    more = {builder.apply(Apply("V", X)): 1, before: 1}
    after = builder.combine({**many, **more} if first else {**more, **many})
    assert paths(builder, after).by_length()[1][1:] == (13, 25)


@pytest.mark.parametrize("first", [True, False], ids=["continued", "not continued"])
def test_a_wide_concatenation_may_read_the_wide_one_before_it(
    builder: Builder, first: bool
) -> None:
    many = [builder.apply(Apply(f"W_{k}", X)) for k in range(12)]
    before = builder.concat(many)
    after = builder.concat([*many, before] if first else [before, *many])
    assert paths(builder, after).by_length()[1] == (24, 24, 24)


def test_twelve_parts_joined_and_one_value_more(builder: Builder) -> None:
    parts = [builder.slice(X, k, 12) for k in range(1, 13)]
    w = builder.apply(Apply("W", X))
    joined = builder.concat(parts)
    longer = builder.concat([*parts, w])
    assert form(builder, joined) == {(X, *WHOLE): 1}
    assert len(form(builder, longer)) == 13
    last = builder.combine({joined: 1, X: 1})
    assert paths(builder, last).by_length()[0] == (13, 1, 2)
    assert paths(builder, longer).by_length()[0].words == 12
