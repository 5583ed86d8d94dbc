"""Other blocks in a formula: formulas, operators, and multiples of them."""

from __future__ import annotations

import pytest
from sympy import Eq, Rational

from formula2net.errors import FormulaError
from formula2net.formulas import get_formula
from formula2net.language.notation import parse
from formula2net.language.recursion import Recursion
from formula2net.language.symbols import Index, Operator, Scalar, State

X, F, i = State("X"), Operator("F"), Index("i")
midpoint = get_formula("midpoint")


@pytest.mark.parametrize("factor", [2, Rational(6, 5), Scalar("h"), Scalar("h")[i]])
def test_a_multiple_multiplies_what_the_block_hands_on(factor) -> None:
    k1, k2 = State("K1")[i], State("K2")[i]
    written = Recursion(
        [
            Eq(k1, factor * F[i, 1](X[i - 1])),
            Eq(k2, factor * F[i, 2](X[i - 1] + Rational(1, 2) * k1)),
            Eq(X[i], X[i - 1] + k2),
        ]
    )
    scaled = midpoint.with_blocks(F=factor * F)
    assert scaled == written != midpoint
    assert parse(scaled.to_text()) == scaled


def test_the_operator_keeps_its_width_and_takes_over_name_and_indices() -> None:
    wide = midpoint.with_blocks(F=3 * Operator("G", width=2))
    assert wide.operators == ("F",)
    assert "operator F(width=2)" in wide.to_text()


def test_a_formula_may_be_multiplied_too() -> None:
    euler = get_formula("euler")
    nested = euler.with_blocks(F=Rational(1, 2) * euler.as_operator(1))
    assert str(nested.paths(1)) == "3/2 + 1/2*F_1_1.F_1_1"


@pytest.mark.parametrize("given", [1 + F, 2, "F", X[0], F(X[0])])
def test_what_is_no_block_is_refused(given) -> None:
    with pytest.raises(FormulaError) as raised:
        midpoint.with_blocks(F=given)
    expected = "expected formula.as_operator(depth), an Operator, or a multiple of one"
    assert str(raised.value) == f"{given!r} is no block.\n  {expected}"


def test_a_block_that_is_not_there_is_named() -> None:
    with pytest.raises(FormulaError) as raised:
        midpoint.with_blocks(G=2 * F)
    assert str(raised.value) == "The formula has no block G.\n  expected F"
