"""What a design refuses, to the letter."""

from __future__ import annotations

import pytest
from sympy import Product, Symbol, sqrt

import formula2net as f2n
from formula2net.errors import FormulaError, NotationError
from formula2net.synthesis.designing.design import design
from tests.synthesis.wanted import EQ_12

W, F, X = f2n.Operator("W"), f2n.Operator("F"), f2n.State("X")
L, m, j, n = (f2n.Index(name) for name in "Lmjn")
WEIGHTS = "\n  expected True, False, an integer or a fraction"
LATEST_FIRST = "\n  try: Product(W[L - j], (j, 0, m - 1)), which begins with W[L]"

REFUSED = [
    pytest.param(
        lambda w: 0.5,
        f"() has the weight 0.5, which is a float.{WEIGHTS}\n  try: write Rational(1, 2)",
        id="a float",
    ),
    pytest.param(
        lambda w: float("nan"),
        f"() has the weight nan, which is a float.{WEIGHTS}",
        id="no number",
    ),
    pytest.param(
        lambda w: sqrt(2) ** sum(w), f"(True,) has the weight sqrt(2).{WEIGHTS}", id="a root"
    ),
    pytest.param(lambda w: Symbol("a"), f"() has the weight a.{WEIGHTS}", id="a symbol"),
    pytest.param(lambda w: "yes", f"() has the weight 'yes'.{WEIGHTS}", id="a word"),
    pytest.param(
        3,
        "3 is no target.\n"
        "  expected a formula in L and m, its text, or a function of a tuple of booleans",
        id="no target",
    ),
    pytest.param(
        Product(1 + 0.5 * W[L - j], (j, 0, m - 1)),
        "0.5 is a float.\n  Product(1 + 0.5*W[L - j], (j, 0, m - 1))\n  try: write Rational(1, 2)",
        id="a float inside",
    ),
    pytest.param(
        sqrt(2) * W[L],
        "A weight is no rational number.\n  got sqrt(2); expected 1/2, -1, 3",
        id="a root inside",
    ),
    pytest.param(
        W[L] + F[L],
        "A target speaks of one kind of block.\n  W[L] + F[L]\n  got F, W",
        id="two blocks",
    ),
    pytest.param(
        W[L - n],
        'A target is free in L and m only.\n  W[L - n]\n  got n; expected Index("L"), Index("m")',
        id="a free index",
    ),
    pytest.param(
        Product(1 + W[j], (j, L - m + 1, L)),
        "W_1*W_2 is no path from X_0 to X_2.\n"
        "  Product(1 + W[j], (j, L - m + 1, L))\n"
        f"  expected distinct blocks of W_2, W_1, the latest first{LATEST_FIRST}",
        id="an earlier block first",
    ),
    pytest.param(
        (1 + W[L]) ** 2,
        "W_1*W_1 is no path from X_0 to X_1.\n"
        "  (1 + W[L])**2\n"
        f"  expected distinct blocks of W_1, the latest first{LATEST_FIRST}",
        id="a block twice",
    ),
    pytest.param(
        W[L] * W[L - 1],
        "W_1*W_0 is no path from X_0 to X_1.\n"
        "  W[L]*W[L - 1]\n"
        "  expected blocks of W_1\n"
        "  try: ranges such that 0 <= j < m for each W[L - j], for every span m from 1 on",
        id="a block beyond",
    ),
    pytest.param(
        Product(1 + W[L - j] / (L - j), (j, 0, m - 1)),
        "The paths of span 1 are others at L = 1 than at greater depths.\n"
        "  Product(1 + W[L - j]/(L - j), (j, 0, m - 1))\n"
        "  expected indices L - j and weights that do not depend on L\n"
        "  try: design(target, source=0), where m is L",
        id="weights by depth",
    ),
    pytest.param(
        X[L],
        "X[L] is no part of a general formula.\n"
        "  expected numbers, blocks W[L - j], and sums and products of these\n"
        "  try: 1 + Sum(Product(W[L - j], (j, 0, k - 1)), (k, 1, m))",
        id="a state",
    ),
]


@pytest.mark.parametrize(("target", "text"), REFUSED)
def test_what_is_no_target_is_refused(target, text):
    with pytest.raises(FormulaError) as raised:
        design(target)
    assert str(raised.value) == text


TEXTS = {
    "X = 3": "A relation or a range is no value.",
    "prod(W[L])": "A product needs a value and the range",
    "1; W[L]": "A general formula is one value.",
    "W[i]": "i is not known in an index.",
}


@pytest.mark.parametrize("text", TEXTS)
def test_text_that_is_no_general_formula_is_refused(text):
    with pytest.raises(NotationError) as raised:
        design(text)
    assert str(raised.value).startswith(TEXTS[text])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"source": 1}, "A target has no source 1.\n  expected None for every span, or 0"),
        (
            {"source": False},
            "A target has no source False.\n  expected None for every span, or 0",
        ),
        ({"lag": 0}, "lag is 0.\n  expected an integer from 1 on"),
        ({"states": True}, "states is True.\n  expected an integer from 1 on"),
    ],
)
def test_wrong_options_are_refused(options, message):
    with pytest.raises(FormulaError) as raised:
        design(EQ_12, **options)
    assert str(raised.value) == message


def test_an_error_of_a_function_comes_through():
    with pytest.raises(ZeroDivisionError):
        design(lambda w: 1 // (3 - len(w)), source=0)
