"""Design: known answers, each compared with the target word by word."""

from __future__ import annotations

from functools import cache

import pytest
from sympy import Product, Sum

import formula2net as f2n
from formula2net.synthesis.designing.design import design
from tests.synthesis.wanted import (
    EQ_12,
    even,
    found,
    pairs_skipped,
    prefixes,
    single_skips,
    wanted,
)

X, W = f2n.State("X"), f2n.Operator("W")
i, L, m, j, k = (f2n.Index(name) for name in "iLmjk")
FROM_BELOW = 1 + Sum(Product(W[L - m + k - j], (j, 0, k - 1)), (k, 1, m))


def assert_every_span(answer, weight, depth=6):
    alone = answer.recursion.initial and answer.recursion.paths(1).words == 1  # X_1 = W_1(X_0)
    for source in (step for step in range(depth) if step != 1 or not alone):
        assert found(answer.recursion, depth, source) == wanted(weight, depth - source)


EVERY_SPAN = {
    "difference": (EQ_12, prefixes),
    "resnet": ("prod(1 + W[L-j], j=0..m-1)", lambda w: True),
    "plain": ("prod(W[L-j], j=0..m-1)", all),
    "additional_example_1": (pairs_skipped, pairs_skipped),
    "additional_example_2": (single_skips, single_skips),
}


@pytest.mark.parametrize("name", EVERY_SPAN)
def test_a_formula_is_recovered_from_its_paths_for_every_span(name):
    target, weight = EVERY_SPAN[name]
    (answer,) = design(target)
    assert answer.recursion == f2n.get_formula(name)
    assert not answer.formal
    assert_every_span(answer, weight)


def test_eq_12_gives_eq_20_with_its_initial_value():
    target = 1 + Sum(Product(W[L - j], (j, 0, k - 1)), (k, 1, m))
    (answer,) = design(target)
    assert str(answer.recursion) == (
        "X[i] = (1 + W[i])*X[i - 1] - W[i - 1]*X[i - 2]\nX[1] = (1 + W[1])*X[0]"
    )
    assert (answer.states, answer.lag, answer.applications, answer.wired) == (2, 2, 1, 169)
    assert answer.cancellation == (
        "terms cancel exactly within a stage, and formally where the stage changes"
    )
    assert answer.evidence == "A_k is 0 for k = 3..12, and 2 in a row prove it for every span"
    (checked,) = design(prefixes)
    assert checked.recursion == answer.recursion
    assert checked.evidence == "A_k is 0 for k = 3..12, checked and not proved beyond"


def test_even_lengths_have_no_form_of_finite_lag():
    none = design(even, lag=10)
    assert not none
    assert none.proof == (
        "A target for every span has at most one form X_L = sum of A_k(L) X_{L-k}, and its lag is "
        "p only if A_k = 0 for all k > p. A_12 has the one word W_L*W_{L-11}, so no form has a lag "
        "up to 11."
    )
    (answer,) = design(even, source=0, lag=10)
    assert str(answer.recursion).splitlines()[:2] == [
        "Y[i] = Y[i - 1] + W[i](X[i - 1])",
        "X[i] = X[i - 1] + W[i](Y[i - 1])",
    ]
    assert (
        "No form with one State symbol has a lag up to 10" in design(even, source=0, lag=10).proof
    )


def test_prefixes_from_below_are_formal_unless_they_are_gathered():
    exact, formal = design(FROM_BELOW)
    assert str(formal.recursion) == (
        "X[i] = (1 + W[i])*X[i - 1] - W[i]*X[i - 2]\nX[1] = (1 + W[1])*X[0]"
    )
    assert formal.formal
    assert formal.applications == 2
    assert formal.cancellation == (
        "formal: applications of one block to several values cancel on paper only; "
        'over several stages with transition="layer"'
    )
    assert formal.recursion.paths(3).words == 5 + 5 + 2  # of X_2, W_3(X_2) and W_3(X_1)
    assert formal.recursion.paths(3, letters="block").words == 4
    assert str(exact.recursion).startswith("X[i] = X[i - 1] + W[i](X[i - 1] - X[i - 2])\n")
    assert not exact.formal
    assert exact.recursion.paths(3).words == 4
    for answer in (exact, formal):
        assert_every_span(answer, lambda w: prefixes(w[::-1]))


def test_applications_that_cancel_late_are_formal_as_well():
    """X_i = (1 + W_i) X_{i-1} - W_i X_{i-7}: W_7 is the first block that is applied twice."""

    @cache
    def weight(w):
        if not w:
            return 1
        again = len(w) >= 7 and w[0] and not any(w[1:7])
        return weight(w[1:]) - (weight(w[7:]) if again else 0)

    exact, formal = design(weight)
    assert (exact.lag, exact.formal, exact.applications) == (7, False, 1)
    assert (formal.lag, formal.formal, formal.applications) == (7, True, 2)


def test_formal_answers_rank_last():
    answers = design(FROM_BELOW, source=0)
    assert [answer.formal for answer in answers] == [False, False, True]
    assert [answer.states for answer in answers] == [2, 2, 2]


def test_bounds_leave_nothing_and_say_so():
    none = design(EQ_12, lag=1)
    assert not none
    assert "A_2 has the one word -1*W_{L-1}, so no form has a lag up to 1." in none.proof
    assert none.proof.endswith("The form has lag 2.")
    few = design(EQ_12, states=1)
    assert not few
    assert few.proof.endswith("The form carries 2 values, and states=1.")
    none = design(even, source=0, states=1)
    assert not none
    assert "has rank 2" in none.proof
    assert none.proof.endswith("Every answer carries 2 values or more, and states=1.")


def test_answers_are_a_sequence():
    answers = design(EQ_12, source=0)
    assert len(answers) == 2
    assert answers[:1] == [answers[0]]
    assert list(answers) == [answers[0], answers[1]]
    assert str(answers[1]) == (
        "X[i] = (1 + W[i])*X[i - 1] - W[i - 1]*X[i - 2]\n"
        "X[1] = X[0] + W[1](X[0])\n"
        "  2 states, lag 2, 1 application a step, 169 wired paths at depth 6\n"
        "  terms cancel exactly within a stage, and formally where the stage changes; "
        "proved for every depth"
    )
    assert repr(answers) == f"<2 answers: {answers.proof}>"


def test_a_form_whose_values_cancel_to_nothing_is_named_and_no_answer():
    def weight(w):  # 1, 1, 0, -1, -1, 0, ... for the longest path alone
        return (1, 1, 0, -1, -1, 0)[len(w) % 6] if all(w) else 0

    answers = design(weight)
    assert not answers
    assert (
        "X[i] = W[i]*X[i - 1] - W[i]*W[i - 1]*X[i - 2]; X[1] = W[1]*X[0] makes no network: "
        "W_3 reads X[i - 1], which is 0 here and has no shape."
    ) in answers.proof
