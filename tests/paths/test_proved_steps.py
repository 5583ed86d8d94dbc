"""When the matrix of one step is that of every step, and what late depths could change."""

from __future__ import annotations

import itertools

import pytest
from sympy import Symbol

from formula2net.formulas import get_formula
from formula2net.language.notation import parse
from formula2net.paths.alike import has_like_steps
from formula2net.paths.closed_form import find_closed_form
from formula2net.paths.families import few_lengths
from formula2net.paths.proved_steps import proved_step
from formula2net.paths.series import count_series
from formula2net.paths.steps import settled_step

L = Symbol("L")
KINDS = ("words", "wired", "total")
LATE = 2**41

# W_i is applied to 2^(i-1) X_0 and to 2^41 X_0: at i = 42 these are one value.
MEETING = f"""
Y_i = 2 Y_{{i-1}}
Z_i = Z_{{i-1}}
X_i = X_{{i-1}} + W_i({LATE} Z_{{i-1}}) + W_i(Y_{{i-1}})
Y_0 = X_0
Z_0 = X_0
output = X_i
"""
# In Y_i + Z_i a letter U that is n steps old has the coefficient 2^n - 2^41.
FADING = f"""
S_i = S_{{i-1}}
U_i = A_i(S_{{i-1}})
Y_i = 2 Y_{{i-1}} + U_i
Z_i = Z_{{i-1}} + {LATE} B_i(S_{{i-1}}) - {LATE} U_i
S_0 = X_0
Y_0 = X_0
Z_0 = X_0
X_i = S_{{i-1}}
output = Y_i + Z_i
"""


@pytest.mark.parametrize("of", ["words", "wired"])
def test_applications_that_become_one_late_are_not_overlooked(of: str) -> None:
    recursion = parse(MEETING)
    form = find_closed_form(recursion, of, "all")
    assert form.expr == 2 * L + 1
    assert (form.is_proved, form.proof) == (False, "Checked at the depths 1 to 40.")
    assert [getattr(recursion.paths(depth), of) for depth in (41, 42, 43)] == [83, 84, 86]
    total = find_closed_form(recursion, "total", "all")  # which does not mind
    assert total.is_proved
    assert total.expr.subs(L, 60) == recursion.paths(60).total


def test_letters_that_cancel_late_are_not_overlooked() -> None:
    recursion = parse(FADING)
    words = [recursion.paths(depth).words for depth in (40, 41, 42, 43, 44)]
    assert [b - a for a, b in itertools.pairwise(words)] == [2, 1, 2, 2]
    assert proved_step(recursion, "words") is None


def test_a_formula_without_subtraction_never_cancels() -> None:
    """Positive for some numbers is enough for Scalars; windows and ports do not matter."""
    for name in ("lm_resnet", "hyper_connection", "revnet", "seqconv_bottleneck"):
        assert proved_step(get_formula(name), "words") is not None
    assert proved_step(get_formula("second_order"), "words") is None
    assert settled_step(get_formula("second_order"), "words") is not None


def test_a_block_applied_twice_may_meet_itself() -> None:
    once = "X_i = X_{i-1} + W_i(X_{i-1}) + Y_{i-1}; Y_i = Y_{i-1} + V_i(X_{i-1}); Y_0 = X_0"
    twice = once.replace("V_i(X_{i-1})", "W_i(Y_{i-1})")
    assert [proved_step(parse(once), of) is not None for of in KINDS] == [True, True, True]
    assert [proved_step(parse(twice), of) is not None for of in KINDS] == [False, False, True]


def test_what_steps_are_alike() -> None:
    tied = parse("X_i = X_{i-1} + W(X_{i-1})")
    assert not has_like_steps(tied)
    assert has_like_steps(tied, tied=True)
    assert has_like_steps(get_formula("seqconv_bottleneck"))  # the parts 1 and 2 in each step
    assert not has_like_steps(get_formula("sparsenet"))


def test_a_few_lengths_have_as_many_recurrences() -> None:
    """Every sixth step is read: length 0 repeats with period 6, length 1 grows besides."""
    zeros = "".join(f"; X_{{-{k}}} = 0" for k in range(1, 6))
    recursion = parse(
        "X_i = X_{i-6} + W_i(Z_{i-1}); Z_i = Z_{i-1}; Z_0 = X_0; output = X_i" + zeros
    )
    (proposal,) = few_lengths(count_series(recursion, "words", 40))
    assert proposal.order == 6 + 7
    assert find_closed_form(recursion).is_proved
