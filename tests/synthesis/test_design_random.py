"""Design: random targets, against words that are counted one by one."""

from __future__ import annotations

from functools import cache
from itertools import product

import sympy
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sympy import Min, Product, Rational, Sum

import formula2net as f2n
from formula2net.language.expressions import Identity
from formula2net.synthesis.designing.chains import automaton
from formula2net.synthesis.designing.design import design
from formula2net.synthesis.designing.every_span import every_span
from formula2net.synthesis.designing.expansion import expand
from formula2net.synthesis.designing.series import words
from formula2net.synthesis.designing.targets import read_target
from tests.synthesis.wanted import found, wanted

W, L, M, J = f2n.Operator("W"), f2n.Index("L"), f2n.Index("m"), f2n.Index("j")
QUICK = settings(
    max_examples=12,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@st.composite
def coefficients(draw):
    """Random A_1, ..., A_p: for each k some words of length k with their weights."""
    lag = draw(st.integers(1, 3))
    return {
        k: draw(
            st.dictionaries(
                st.sampled_from(words(k)),
                st.sampled_from([1, -1, 2]),
                max_size=3,
                min_size=k == lag,
            )
        )
        for k in range(1, lag + 1)
    }


def unrolled(rule):
    """The weight of a word: the sum over all ways to cut it into words of the coefficients."""

    @cache
    def weight(word):
        if not word:
            return 1
        return sum(
            c * weight(word[k:])
            for k, weights in rule.items()
            for part, c in weights.items()
            if word[:k] == part
        )

    return weight


@QUICK
@given(coefficients())
def test_the_coefficients_of_a_random_recursion_are_recovered(rule):
    weight = unrolled(rule)
    series, _ = read_target(weight, None)
    recovered = every_span(series, 8).coefficients
    assert {k: weights for k, weights in recovered.items() if weights} == {
        k: weights for k, weights in rule.items() if weights
    }
    answers = design(weight)
    assert {answer.lag for answer in answers} == {max(rule)}
    for answer in answers:
        for depth in range(1, 6):
            assert found(answer.recursion, depth) == wanted(weight, depth)


@st.composite
def sums_of_runs(draw):
    """Random formulas: runs between nested indices, whose ranges may be bounded, with powers."""
    indices = [f2n.Index(name) for name in "abc"[: draw(st.integers(1, 3))]]
    before, ranges = 0, []
    for index in indices:
        ends = [M, M - 1, Min(before + 2, M), before + 1]
        ranges.append((index, before + draw(st.integers(0, 2)), draw(st.sampled_from(ends))))
        before = index
    power = draw(st.sampled_from([1, (-1) ** indices[0], Rational(1, 2) ** (M - indices[-1])]))
    formula = power * Identity()
    for low, high in zip([0, *indices], [*indices, M], strict=True):
        block = W[L - J]
        body = draw(st.sampled_from([None, block, 1 + block, 2 - block / 2]))
        if body is not None:
            formula = formula * Product(body, (J, low + draw(st.integers(0, 1)), high - 1))
    for each in reversed(ranges):
        formula = Sum(formula, each)
    return formula + draw(st.sampled_from([0, 1, Product(1 + W[L - J], (J, 0, M - 1))]))


@settings(QUICK, max_examples=60)
@given(sums_of_runs())
def test_random_sums_of_runs_have_the_weights_of_their_representation(formula):
    linear = automaton(formula, None, 1)
    if linear is None:
        return  # its lengths depend on each other
    for span in range(1, 7):
        weights = expand(formula, {L: span, M: span})
        table = dict(zip(words(span), linear.table(span), strict=True))
        used = {w: tuple(span - n for n, yes in enumerate(w) if yes) for w in table}
        assert {used[w]: c for w, c in table.items() if c} == weights


@st.composite
def automata(draw):
    """Random linear representations with at most three states, whose empty word has weight 1."""
    size = draw(st.integers(1, 3))
    entries = st.sampled_from([0, 0, 1, 1, -1])
    square = st.lists(st.lists(entries, min_size=size, max_size=size), min_size=size, max_size=size)
    skip, use = draw(square), draw(square)
    column = [1, *draw(st.lists(entries, min_size=size - 1, max_size=size - 1))]
    return sympy.Matrix(skip), sympy.Matrix(use), sympy.Matrix(column)


def weight_of(automaton):
    skip, use, column = automaton
    size = skip.shape[0]

    @cache
    def value(word):
        return column if not word else (use if word[0] else skip) * value(word[1:])

    assert size == value(()).shape[0]
    return lambda word: int(value(word)[0])


def brute_force_rank(weight, longest=3):
    """The rank of f(u·v) over all u and v up to a length, by SymPy."""
    sides = [w for length in range(longest + 1) for w in product((False, True), repeat=length)]
    rows = [[weight((*u, *v)) for v in sides] for u in sides]
    used = [[weight((*u, True, *v)) for v in sides] for u in sides]
    return sympy.Matrix(rows).rank(), sympy.Matrix(used).rank()


@QUICK
@given(automata())
def test_random_series_have_as_many_states_and_applications_as_their_ranks(automaton):
    weight = weight_of(automaton)
    states, applications = brute_force_rank(weight)
    answers = design(weight, source=0)
    if "makes no network" in answers.proof:
        return  # a value cancels to nothing at some step, and a block reads it
    systems = [answer for answer in answers if answer.last_initial == 0]
    if not any(weight(w) for length in (5, 6, 7) for w in words(length)):
        assert not answers  # nothing is left of it
        return
    assert min(answer.states for answer in systems) == states
    assert min(a.applications for a in systems if a.states == states) == applications
    for answer in answers:
        for depth in range(1, 6):
            assert found(answer.recursion, depth) == wanted(weight, depth)
