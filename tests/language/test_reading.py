"""What stands for a formula, and what is refused."""

from __future__ import annotations

import pytest
from sympy import Eq

from formula2net.errors import FormulaError, NotationError
from formula2net.formulas import formula_entry, get_formula, load_tableau
from formula2net.language.reading import as_recursion
from formula2net.language.schemes.tableau import ButcherTableau
from formula2net.language.symbols import Index, State
from formula2net.synthesis.designing.design import design

X, i = State("X"), Index("i")


def test_what_stands_for_a_formula() -> None:
    resnet = get_formula("resnet")
    (answer,) = design("prod(1 + W[L-j], j=0..m-1)")
    for given in (resnet, resnet.to_text(), formula_entry("resnet"), answer):
        assert as_recursion(given) == resnet
    assert as_recursion(load_tableau("rk4")) == load_tableau("rk4").recursion()


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        (design("prod(1 + W[L-j], j=0..m-1)"), "one of them, as answers[0]"),
        (Eq(X[i], X[i - 1]), "Recursion(...) of the equation"),
        (ButcherTableau, ""),
        (7, ""),
    ],
)
def test_what_is_no_formula(given: object, hint: str) -> None:
    with pytest.raises(FormulaError, match="is no formula") as caught:
        as_recursion(given)
    assert caught.value.problems[0].try_ == hint


@pytest.mark.parametrize("text", ["X_i", "X_i X_{i-1}", "difference"])
def test_a_name_is_no_formula(text: str) -> None:
    with pytest.raises(NotationError, match="This is no equation") as caught:
        as_recursion(text)
    hint = "get_formula('difference'), if it is a name"
    assert caught.value.problems[0].try_ == (hint if text == "difference" else "")


def test_an_answer_that_is_not_there() -> None:
    none = design("W[L]")
    assert list(none) == []
    with pytest.raises(IndexError, match="There is no answer 0 of 0: A target for every span"):
        none[0]
