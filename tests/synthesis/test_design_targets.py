"""Targets of a design: what is read, what is refused, and linear representations of formulas."""

from __future__ import annotations

from fractions import Fraction

import numpy
import pytest
from sympy import Integer, Min, Product, Rational, S, Sum

import formula2net as f2n
from formula2net.language.notation.general import parse_general
from formula2net.synthesis.designing.chains import automaton
from formula2net.synthesis.designing.design import design
from formula2net.synthesis.designing.expansion import expand
from tests.synthesis.wanted import EQ_12, even, found

W = f2n.Operator("W")
L, m, j, k, n = (f2n.Index(name) for name in "Lmjkn")

SPELLINGS = [
    EQ_12,
    "1 + sum(prod(W[L-j], j=0..k-1), k=1..m)",
    "1 + sum(prod(W_{L-j}, 0 <= j < k), 1 <= k <= m)",
    r"1 + \sum_{k=1}^{m} prod(W_{L-j}, j = 0, ..., k-1)",
]


@pytest.mark.parametrize("text", SPELLINGS)
def test_a_general_formula_has_spellings(text):
    assert parse_general(text) == 1 + Sum(Product(W[L - j], (j, 0, k - 1)), (k, 1, m))


def test_a_formula_is_multiplied_out_in_order():
    both = (1 + W[L]) * (2 + W[L - 1])
    assert expand(both, {L: 5}) == {(): 2, (5,): 2, (4,): 1, (5, 4): 1}
    half = W[L] * Product(W[L - j] / 2, (j, 1, m - 1))
    assert expand(half, {L: 5, m: 3}) == {(5, 4, 3): Fraction(1, 4)}
    assert expand(Sum(W[L - k], (k, 0, m - 1)), {L: 3, m: 0}) == {}
    assert expand(Product(W[L - k], (k, 0, m - 1)), {L: 3, m: 0}) == {(): 1}


LINEAR = {
    "prefixes": 1 + Sum(Product(W[L - j], (j, 0, k - 1)), (k, 1, m)),
    "prefixes from below": 1 + Sum(Product(W[L - m + k - j], (j, 0, k - 1)), (k, 1, m)),
    "any blocks": Product(1 + W[L - j] / 3, (j, 0, m - 1)),
    "two blocks": Sum(W[L - k] * W[L - n], (k, 0, n - 1), (n, 1, m - 1)),
    "neighbours": 1 + Sum(W[L - k] * W[L - k - 1], (k, 0, m - 2)),
    "at most three": Sum(Product(W[L - j], (j, 0, k - 1)), (k, 0, Min(3, m))),
    "near neighbours": Sum(W[L - k] * W[L - n], (n, k + 1, Min(k + 2, m - 1)), (k, 0, m - 2)),
    "signs by length": Sum((-1) ** k * Product(W[L - j], (j, 0, k - 1)), (k, 0, m)),
    "halves by what is skipped": Sum(2 ** (k - m) * Product(W[L - j], (j, 0, k - 1)), (k, 0, m)),
    "a run inside": Sum(Product(2 * W[L - j], (j, n, k)), (n, 0, k), (k, 0, m - 1)),
}


@pytest.mark.parametrize("name", LINEAR)
def test_a_linear_representation_has_the_weights_of_the_formula(name):
    expr = LINEAR[name]
    linear = automaton(expr, None)
    assert linear is not None
    for span in range(8):
        words = expand(expr, {L: span, m: span})
        weights = {tuple(span - n in word for n in range(span)): c for word, c in words.items()}
        table = {
            word: linear.weight(word) for word in weights.keys() | {(False,) * span, (True,) * span}
        }
        assert {word: c for word, c in table.items() if c} == weights
        assert sum(linear.table(span)) == sum(weights.values())


@pytest.mark.parametrize(
    "expr",
    [
        Sum(Product(W[L - j], (j, 0, 2 * k - 1)), (k, 0, m)),
        Product(1 + W[L - 2 * j], (j, 0, m - 1)),
        Sum(W[L - k] / (k + 1), (k, 0, m - 1)),
        Sum(W[L - k] * W[L - 2 * k], (k, 1, (m - 1) / 2)),
        Sum(Product(1 + 2 ** (-j) * W[L - j], (j, 0, k - 1)), (k, 0, m)),
    ],
)
def test_no_representation_is_claimed_for_other_formulas(expr):
    assert automaton(expr, None) is None


def test_weights_that_are_powers_are_proved():
    (answer,) = design(LINEAR["signs by length"])
    assert str(answer.recursion) == (
        "X[i] = (1 - W[i])*X[i - 1] + W[i - 1]*X[i - 2]\nX[1] = (1 - W[1])*X[0]"
    )
    assert answer.evidence.endswith("2 in a row prove it for every span")
    text = "sum((-1)^k prod(W[L-j], j=0..k-1), k=0..m)"
    assert design(text)[0].recursion == answer.recursion


def test_weights_may_be_fractions_and_are_exact():
    target = Product(1 + W[L - j] / 2, (j, 0, m - 1))
    (answer,) = design(target)
    assert answer.recursion == f2n.parse("X_i = X_{i-1} + 1/2 W_i X_{i-1}")
    (same,) = design(lambda w: Rational(1, 2) ** sum(w))
    assert same.recursion == answer.recursion


def test_a_formula_for_source_0_may_speak_of_l_alone():
    (answer,) = design("prod(1 + W[L-j], j=0..L-1)", source=0)
    assert answer.recursion == f2n.get_formula("resnet")
    assert answer.evidence == "proved for every depth"


def test_another_name_of_the_block_is_kept():
    (answer,) = design("prod(1 + F[L-j], j=0..m-1)")
    assert str(answer.recursion) == "X[i] = (1 + F[i])*X[i - 1]"


def test_a_weight_that_knows_no_empty_word_begins_at_depth_1():
    def latest(w):
        return w[0]  # there is no w[0] at depth 0

    answers = design(latest, source=0)
    assert {answer.last_initial for answer in answers} == {1}
    for answer in answers:
        weights = found(answer.recursion, 3)
        assert set(weights) == {(True, a, b) for a in (False, True) for b in (False, True)}
        assert set(weights.values()) == {1}


YES = [bool, Integer, numpy.bool_, numpy.int64, lambda yes: S.true if yes else S.false]


@pytest.mark.parametrize("spelled", YES)
def test_yes_and_no_and_whole_numbers_have_spellings(spelled):
    answers = design(lambda w: spelled(sum(w) % 2 == 0), source=0)
    assert [answer.recursion for answer in answers] == [design(even, source=0)[0].recursion]


def test_nothing_wanted_gives_no_answer():
    assert design("0*W[L]").proof == "No path is wanted up to span 12."
    assert design(lambda w: False, source=0).proof == "No path is wanted at depths 1 to 12."
    assert design(lambda w: len(w) < 3, source=0).proof == "No path is wanted at depths 3 to 12."
