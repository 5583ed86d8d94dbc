"""Design: known answers, each compared with the target word by word."""

from __future__ import annotations

import pytest
from sympy import Product, Sum

import formula2net as f2n
from formula2net.synthesis.designing.design import design
from tests.synthesis.wanted import (
    EQ_12,
    at_most_three,
    balanced,
    by_three,
    even,
    found,
    longest_and_identity,
    no_neighbours,
    pairs_skipped,
    palindrome,
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


def assert_source_0(answer, weight, last=7):
    for depth in range(1, last + 1):
        assert found(answer.recursion, depth) == wanted(weight, depth)


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


SOURCE_0 = {
    "prefixes": (prefixes, 2, 1),
    "all paths": (lambda w: True, 1, 1),
    "the longest path": (all, 1, 1),
    "even lengths": (even, 2, 2),
    "no two neighbours": (no_neighbours, 2, 1),
    "lengths by three": (by_three, 3, 3),
    "at most three blocks": (at_most_three, 4, 3),
    "the longest and the identity": (longest_and_identity, 3, 1),
}


@pytest.mark.parametrize("name", SOURCE_0)
def test_the_least_states_and_applications_from_the_input(name):
    weight, states, applications = SOURCE_0[name]
    answers = design(weight, source=0)
    best = answers[0]
    assert (best.states, best.applications) == (states, applications)
    assert not best.formal
    assert best.evidence == "checked for all words up to depth 12"
    assert f"has rank {states}" in answers.proof
    for answer in answers:
        assert_source_0(answer, weight)


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


def test_the_proof_of_the_least_names_the_ranks():
    assert design(EQ_12, source=0).proof == (
        "The Hankel matrix f(u·v), over columns of length 0 and more, has rank 2, and f(u·use·v) "
        "has rank 1. So, with 0 as the last initial step, 2 values and 1 application a step "
        "suffice at every depth, and with coefficients that do not depend on the index fewer do "
        "not. Columns of one length have rank 2: with coefficients "
        "that depend on the index no less than 2 values will do."
    )


def test_eq_12_from_the_input_has_its_twin_first():
    twin, difference = design(EQ_12, source=0)
    compared = f2n.compare(twin, f2n.get_formula("difference_twin"))
    assert compared.equal_wiring
    assert difference.recursion == f2n.get_formula("difference")
    assert (twin.states, twin.lag, twin.wired) == (2, 1, 7)
    assert (difference.states, difference.lag, difference.wired) == (2, 2, 169)
    assert twin.evidence == difference.evidence == "proved for every depth"


def test_no_two_neighbours_has_a_form_with_one_state():
    _, answer = design(no_neighbours, source=0)
    assert answer.recursion == f2n.parse("X_i = X_{i-1} + W_i X_{i-2}; X_1 = (1 + W_1) X_0")


def test_the_longest_and_the_identity_need_less_where_x_1_is_given():
    at_0, later = design(longest_and_identity, source=0)
    assert (at_0.states, at_0.last_initial) == (3, 0)
    assert (later.states, later.last_initial) == (2, 1)
    (only,) = design(longest_and_identity, source=0, states=2)
    assert only == later


GROWING = {
    "palindromes": (palindrome, "1, 3, 7, 15, 31, 63, 127", "1, 2, 4, 8, 16"),
    "as many used as skipped": (balanced, "1, 3, 5, 7, 9, 11, 13", "1, 2, 3, 4, 5"),
}


@pytest.mark.parametrize("name", GROWING)
def test_growth_without_bound_is_said_with_the_ranks(name):
    weight, ranks, cuts = GROWING[name]
    answers = design(weight, source=0)
    assert len(answers) == 0
    assert f"with rows up to length 0, 1, ..., 6 its ranks are {ranks}." in answers.proof
    assert f"Columns of one length 0, ..., 4 have the ranks {cuts}:" in answers.proof
    assert "no end is seen among all words up to depth 12" in answers.proof
    assert len(design(weight)) == 0


def test_prefixes_from_below_are_formal_unless_they_are_gathered():
    exact, formal = design(FROM_BELOW)
    assert str(formal.recursion) == (
        "X[i] = (1 + W[i])*X[i - 1] - W[i]*X[i - 2]\nX[1] = (1 + W[1])*X[0]"
    )
    assert formal.formal
    assert formal.applications == 2
    assert formal.cancellation.startswith("formal: ")
    assert formal.recursion.paths(3).words == 5 + 5 + 2  # of X_2, W_3(X_2) and W_3(X_1)
    assert formal.recursion.paths(3, letters="block").words == 4
    assert str(exact.recursion).startswith("X[i] = X[i - 1] + W[i](X[i - 1] - X[i - 2])\n")
    assert not exact.formal
    assert exact.recursion.paths(3).words == 4
    for answer in (exact, formal):
        assert_every_span(answer, lambda w: prefixes(w[::-1]))


def test_a_weight_stands_outside_of_the_block_that_later_steps_read():
    answers = design(lambda w: (-1) ** sum(w) if prefixes(w) else 0, source=0)
    assert str(answers[-1].recursion) == (
        "X[i] = (1 - W[i])*X[i - 1] + W[i - 1]*X[i - 2]\nX[1] = X[0] - W[1](X[0])"
    )
    assert not any(answer.formal for answer in answers)


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


def test_paths_that_come_and_go_read_a_zero_that_has_a_shape():
    def alternating(w):  # from below: W_1 skipped, W_2 used, ...; nothing at odd depths
        return len(w) % 2 == 0 and all(used == (n % 2 == 0) for n, used in enumerate(w))

    answer = design(alternating, source=0)[0]
    assert "ZerosLike" in str(answer.recursion)
    for depth in (2, 4, 6):
        assert found(answer.recursion, depth) == wanted(alternating, depth)


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
