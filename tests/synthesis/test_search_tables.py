"""The fast counts are the library's: random recursions, at every depth, by length."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Eq, Integer, Rational

from formula2net.errors import FormulaError
from formula2net.language.symbols import Index, Operator, State
from formula2net.lower.unused import unused_blocks
from formula2net.passes.unroll import unroll
from formula2net.synthesis.searching.coefficients import read_coefficients
from formula2net.synthesis.searching.counts import Tables
from formula2net.synthesis.searching.family import Family
from formula2net.synthesis.searching.initial import read_initial

X, W, V, T, i = State("X"), Operator("W"), Operator("V"), Operator("T"), Index("i")
DEPTH = 6

BLOCKS = [W[i], W[i - 1], W[i - 2], W[i + 1], V[i], V[i - 1], T, W[i, 1], V[i] * W[i - 1], T * W[i]]
NUMBERS = st.sampled_from([*map(Integer, (1, -1, 1, -1, 2, -3)), Rational(1, 2), Rational(-2, 3)])
INITIAL = [
    None,
    Eq(X[1], (1 + W[1]) * X[0]),
    [Eq(X[1], X[0]), Eq(X[2], X[1] / 2 - W[1](X[0]) + T(X[1]))],
    [Eq(X[-2], X[0]), Eq(X[-1], 2 * X[-2])],
    Eq(X[-2], X[0] - V[1](X[0])),
    [Eq(X[-1], -X[0]), Eq(X[2], W[2] * X[1] - X[0])],
    Eq(X[1], 0),
]


@st.composite
def expressions(draw: st.DrawFn) -> object:
    """A number, or a sum of multiples of blocks."""
    parts = [draw(NUMBERS) for _ in range(draw(st.integers(0, 1)))]
    blocks = draw(st.lists(st.sampled_from(BLOCKS), max_size=2, unique_by=str))
    parts += [draw(NUMBERS) * block for block in blocks]
    return sum(draw(st.permutations(parts)), Integer(0))


def counted(family: Family, candidate: tuple[object, ...]) -> list[Tables] | None:
    states = family.start()
    counts: list[Tables] = []
    for step in range(1, family.depth + 1):
        value = family.take(states, step, candidate)
        if value is None:
            return None
        counts.append(Tables(value, step, family.bits, family.scale, tuple(counts)))
    blocks = states.makes_a_network(family.depth)
    program = unroll(family.recursion(candidate), family.depth)
    assert blocks == (bool(program.blocks) and not unused_blocks(program))
    return counts


@settings(max_examples=400, deadline=None)
@given(st.lists(expressions(), min_size=1, max_size=3), st.sampled_from(INITIAL))
def test_fast_counts_are_exact(chosen: list[object], initial: object) -> None:
    if chosen[-1] == 0:
        chosen[-1] = 1 + W[i]
    sets = read_coefficients([[each] for each in chosen], len(chosen))
    family = Family(sets, i, read_initial(initial), DEPTH)
    candidate = tuple(each[-1] for each in sets)
    recursion = family.recursion(candidate)
    counts = counted(family, candidate)
    if counts is None:
        with pytest.raises(FormulaError, match="which is 0 here"):
            unroll(recursion, DEPTH)
        return
    for at in counts:
        paths = recursion.paths(at.depth)
        assert at.by_length == paths.by_length()
        assert (at.words, at.wired, at.total) == (paths.words, paths.wired, paths.total)
        lengths = [k for k, count in paths.by_length().items() if count.words]
        assert (at.shortest, at.longest) == (min(lengths, default=-1), max(lengths, default=-1))


def test_a_fraction_that_only_looks_whole() -> None:
    """Thirds at two lengths may add up to a whole number in one packed integer."""
    sets = read_coefficients([Rational(1, 3) + Rational(2, 3) * W[i]], 1)
    family = Family(sets, i, read_initial(None), 2)
    (at, _) = counted(family, (sets[0][-1],))
    totals = {k: count.total for k, count in at.by_length.items()}
    assert totals == {0: Rational(1, 3), 1: Rational(2, 3)}
    assert at.total == 1
    assert Fraction(1, 3) + Fraction(2, 3) == 1
