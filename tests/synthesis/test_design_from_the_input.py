"""Design from the input: systems of least size, forms with one state, growth; word by word."""

from __future__ import annotations

from functools import cache

import pytest

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
    palindrome,
    prefixes,
    wanted,
)


def assert_source_0(answer, weight, last=7):
    for depth in range(1, last + 1):
        assert found(answer.recursion, depth) == wanted(weight, depth)


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


def test_a_weight_stands_outside_of_the_block_that_later_steps_read():
    answers = design(lambda w: (-1) ** sum(w) if prefixes(w) else 0, source=0)
    assert str(answers[-1].recursion) == (
        "X[i] = (1 - W[i])*X[i - 1] + W[i - 1]*X[i - 2]\nX[1] = X[0] - W[1](X[0])"
    )
    assert not any(answer.formal for answer in answers)


def test_paths_that_come_and_go_read_a_zero_that_has_a_shape():
    def alternating(w):  # from below: W_1 skipped, W_2 used, ...; nothing at odd depths
        return len(w) % 2 == 0 and all(used == (n % 2 == 0) for n, used in enumerate(w))

    answer = design(alternating, source=0)[0]
    assert "ZerosLike" in str(answer.recursion)
    for depth in (2, 4, 6):
        assert found(answer.recursion, depth) == wanted(alternating, depth)


def test_weights_that_count_have_an_exact_answer():
    best, formal = design(sum, source=0)[:2]
    assert str(best) == (
        "Y[i] = Y[i - 1] + W[i](Y[i - 1])\n"
        "X[i] = X[i - 1] + W[i](X[i - 1] + Y[i - 1])\n"
        "X[1] = W[1](X[0])\n"
        "Y[0] = 0\n"
        "Y[1] = X[0] + W[1](X[0])\n"
        "output = X\n"
        "  2 states, lag 1, 2 applications a step, 192 wired paths at depth 6\n"
        "  nothing cancels; checked for all words up to depth 12"
    )
    assert formal.formal
    assert_source_0(best, sum)
    for weight in (lambda w: len(w) + 1, lambda w: sum(w) ** 2, lambda w: 10**30 * sum(w) + 1):
        best = design(weight, source=0)[0]
        assert not best.formal
        assert_source_0(best, weight, 6)


def test_what_reads_one_state_reads_it_as_it_is():
    (answer,) = design("prod(1/2 - W[L-j]/3, j=0..m-1)", source=0)
    assert str(answer.recursion) == "X[i] = (1/2 - W[i]/3)*X[i - 1]"


def test_steps_are_given_only_where_a_block_would_read_nothing():
    (two,) = design(lambda w: sum(w) == 2, source=0)[:1]
    assert str(two.recursion) == (
        "Z[i] = Z[i - 1]\n"
        "Y[i] = Y[i - 1] + W[i](Z[i - 1])\n"
        "X[i] = X[i - 1] + W[i](Y[i - 1])\n"
        "X[1] = 0\n"
        "Y[0] = 0\n"
        "Y[1] = W[1](X[0])\n"
        "Z[0] = 0\n"
        "Z[1] = X[0]\n"
        "output = X"
    )
    late = design(lambda w: sum(w) >= 2 and w[-1], source=0)[0]
    assert_source_0(late, lambda w: sum(w) >= 2 and w[-1])


def spaced(lag):
    """X_i = X_{i-1} + W_i X_{i-lag}: each block that is used is followed by lag - 1 skipped."""

    @cache
    def weight(w):
        if not w:
            return 1
        alone = len(w) >= lag and w[0] and not any(w[1:lag])
        return (0 if w[0] else weight(w[1:])) + (weight(w[lag:]) if alone else 0)

    return weight


def test_a_lag_that_the_words_do_not_decide_about_gives_no_answer():
    *_, answer = design(spaced(7), source=0, lag=7)
    assert (answer.lag, answer.evidence) == (7, "checked for all words up to depth 14")
    none = design(spaced(8), source=0, lag=8)  # up to depth 15 no path uses two blocks
    assert not none
    assert "has a lag up to 7 and" in none.proof
    assert none.proof.endswith(" Words up to depth 14 do not decide about lag 8 and more.")
    far = design(even, source=0, lag=100)
    assert [answer.lag for answer in far] == [1]
    assert far.proof.endswith(" Words up to depth 14 do not decide about lag 13 and more.")


def test_what_is_wanted_from_some_depth_on_only_grows():
    none = design(lambda w: len(w) >= 7 and all(w), source=0)  # 0 for all rows and columns up to 6
    assert not none
    assert "up to length 0, 1, ..., 6 its ranks are 0, 1, 2, 3, 4, 5, 6." in none.proof


def test_an_answer_says_what_its_network_cannot_be():
    (answer,) = design(lambda w: w[0] and not any(w[1:]), source=0)
    assert answer.cancellation == (
        "nothing cancels; no path uses W_1, W_2, W_3, W_4, W_5 at depth 6, and compile refuses that"
    )
    with pytest.raises(f2n.FormulaError, match="W_1, W_2, W_3, W_4, W_5 is never reached"):
        f2n.compile(answer, f2n.Backbone.table(4, (6,), (4,), num_classes=2), "linear")
