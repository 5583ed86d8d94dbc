"""Counts that the author of a formula promises."""

from __future__ import annotations

from typing import Any

import pytest
import sympy
from sympy import Eq, KroneckerDelta, Rational, Symbol, binomial, symbols

from formula2net.errors import FormulaError, PathCountError
from formula2net.language.backbone import Backbone
from formula2net.language.recursion import Recursion
from formula2net.language.symbols import Scalar
from formula2net.passes.unroll import unroll
from formula2net.paths.promises import check_promises
from tests.paths.formulas import DIFFERENCE, FIRST, RESNET, K, W, X, i

L, k = symbols("L k")
x = X[i - 1]


def difference(expects: dict[Any, Any]) -> Recursion:
    return Recursion(DIFFERENCE.equations[0].as_argument(), initial=FIRST, expects=expects)


@pytest.mark.parametrize(
    "expects",
    [
        {},
        {"words": L + 1, "total": L + 1, ("words", "length"): 1, ("total", "length"): 1},
        {"wired": DIFFERENCE.closed_form(of="wired", by="all")},
        {"words": Symbol("L", integer=True, positive=True) + 1},
        {"words": 7},
    ],
    ids=["none", "difference", "Pell", "another L", "a number"],
)
def test_kept(expects: dict[Any, Any]) -> None:
    formula = difference(expects)
    check_promises(formula, 6)
    check_promises(formula, unroll(formula, 6))
    check_promises(formula, Backbone.cifar(blocks=(2, 2, 1, 1)))


def test_of_other_formulas() -> None:
    half = Recursion(
        Eq(X[i], x + W[i](x) / 2),
        expects={"total": Rational(3, 2) ** L, ("total", "length"): binomial(L, k) / 2**k},
    )
    check_promises(half, 9)
    plain = Recursion(Eq(X[i], W[i](x)), expects={("words", "length"): KroneckerDelta(L, k)})
    check_promises(plain, 9)


def test_totals_with_scalars() -> None:
    a = Scalar("a")
    formula = Recursion(Eq(X[i], x + a * W[i](x)), expects={"total": (1 + a) ** L})
    check_promises(formula, 5)
    wrong = Recursion(Eq(X[i], x + 2 * a * W[i](x)), expects={"total": (1 + a) ** L})
    with pytest.raises(PathCountError, match="does not hold at L = 5"):
        check_promises(wrong, 5)


def test_broken_promises_are_all_shown() -> None:
    formula = difference({"words": L, ("words", "length"): binomial(L, k), "total": L + 1})
    with pytest.raises(PathCountError) as caught:
        check_promises(formula, 4)
    assert (
        str(caught.value)
        == """\
expects["words"] = L does not hold at L = 4.
  got 5; expected 4

expects["words", "length"] = binomial(L, k) does not hold at L = 4.
  length  promised  found
       0         1      1
       1         4      1  *
       2         6      1  *
       3         4      1  *
       4         1      1"""
    )


def test_a_length_without_paths_has_the_count_0() -> None:
    plain = Recursion(Eq(X[i], W[i](x)), expects={("words", "length"): 1})
    with pytest.raises(PathCountError) as caught:
        check_promises(plain, 2)
    table = str(caught.value).splitlines()[2:]
    assert table == [
        "       0         1      0  *",
        "       1         1      0  *",
        "       2         1      1",
    ]


def test_lengths_beyond_the_depth_must_be_promised_too() -> None:
    pairs = Eq(X[i], x + K[i](W[i](x)))
    kept = sympy.Piecewise((binomial(L, k / 2), Eq(sympy.Mod(k, 2), 0)), (0, True))
    check_promises(Recursion(pairs, expects={("words", "length"): kept}), 3)
    inside = sympy.Piecewise((kept, k <= L), (0, True))
    with pytest.raises(PathCountError) as caught:
        check_promises(Recursion(pairs, expects={("words", "length"): inside}), 3)
    assert str(caught.value).splitlines()[-1] == "       6         0      1  *"


def test_a_promise_that_is_no_number_is_broken() -> None:
    formula = difference({("words", "length"): 1 / k})
    with pytest.raises(PathCountError, match="zoo"):
        check_promises(formula, 2)


def test_long_tables_show_where_they_differ() -> None:
    formula = difference({("words", "length"): sympy.Piecewise((2, Eq(k, 70)), (1, True))})
    with pytest.raises(PathCountError) as caught:
        check_promises(formula, 99)
    lines = str(caught.value).splitlines()
    assert lines[1:] == ["  length  promised  found", "      70         2      1  *"]
    formula = difference({("words", "length"): 2})
    with pytest.raises(PathCountError) as caught:
        check_promises(formula, 99)
    lines = str(caught.value).splitlines()
    assert len(lines) == 27
    assert lines[-1] == "  and 76 more lengths that differ"


def test_other_symbols_stand_for_nothing() -> None:
    formula = difference({"words": L + k})
    with pytest.raises(FormulaError) as caught:
        check_promises(formula, 4)
    assert str(caught.value) == (
        'expects["words"] = L + k has k, which stands for nothing.\n  expected L'
    )
    formula = difference({("words", "length"): L + symbols("n")})
    with pytest.raises(FormulaError, match="has n, which stands for nothing"):
        check_promises(formula, 4)


def test_promises_speak_of_the_paper_view() -> None:
    formula = difference({"words": L + 1})
    backbone = Backbone.cifar(blocks=(2, 2, 2, 2))
    assert formula.paths(backbone, view="exact").words == 233
    check_promises(formula, backbone)


def test_a_formula_without_promises_is_not_counted() -> None:
    check_promises(RESNET, 10**9)
