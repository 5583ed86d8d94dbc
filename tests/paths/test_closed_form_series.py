"""Closed forms that are coefficients of series: powers, k-bonacci numbers, and why they hold."""

from __future__ import annotations

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Eq, Rational, RootSum, Symbol, chebyshevt, chebyshevu, symbols

from formula2net.errors import PathCountError
from formula2net.formulas import get_formula, load_tableau
from formula2net.language.recursion import Recursion
from formula2net.language.schemes.stability import stability_function, z
from formula2net.language.symbols import Scalar
from formula2net.paths.closed_form import find_closed_form
from formula2net.paths.series import count_series
from formula2net.paths.series_coefficient import SeriesCoefficient
from tests.paths.formulas import DENSE, DIFFERENCE, EULER_2, RESNET, W, X, i, window

L, k, x, t, a = *symbols("L k x t"), Scalar("a")


def test_words_of_a_scheme_are_coefficients_of_a_power() -> None:
    assert get_formula("rk4").closed_form() == SeriesCoefficient(
        (1 + 4 * t + 3 * t**2 + 2 * t**3 + t**4) ** L, (t, k)
    )
    assert EULER_2.closed_form() == SeriesCoefficient((1 + t + t**2) ** L, (t, k))


def test_totals_of_a_stack_are_powers_of_its_stability_function() -> None:
    assert get_formula("rk4").closed_form("total", by="all") == Rational(65, 24) ** L
    by_length = get_formula("rk4").closed_form("total")
    assert by_length == SeriesCoefficient((1 + t + t**2 / 2 + t**3 / 6 + t**4 / 24) ** L, (t, k))


@pytest.mark.parametrize("size", [3, 4, 5])
def test_windows_count_k_bonacci_numbers(size: int) -> None:
    found = window(size).closed_form(by="all")
    assert isinstance(found, SeriesCoefficient)
    numbers = [0] * (size - 1) + [1]
    for depth in range(1, 200):
        numbers.append(sum(numbers[-size:]))
        assert found.subs(L, depth) == numbers[-1] or depth % 40
    assert find_closed_form(window(size), by="all").is_proved


def test_a_coefficient_is_a_sum_over_roots() -> None:
    found = window(3).closed_form(by="all").rewrite(RootSum)
    assert isinstance(found, RootSum)
    assert [found.subs(L, n).doit() for n in (1, 2, 3, 4, 5)] == [1, 2, 4, 7, 13]


def start(first: object) -> Recursion:
    """Second differences with a factor a at the block; X_1 is given."""
    return Recursion(Eq(X[i], 2 * X[i - 1] - X[i - 2] + a * W[i](X[i - 1])), initial=first)


@pytest.mark.parametrize(
    ("first", "wanted"),
    [
        (X[0] + a / 2 * W[1](X[0]), chebyshevt(L, a / 2 + 1)),
        (2 * X[0] + a * W[1](X[0]), chebyshevu(L, a / 2 + 1)),
        (
            X[0] + a * W[1](X[0]),
            chebyshevu(L, a / 2 + 1) - chebyshevu(L - 1, a / 2 + 1),
        ),
    ],
)
def test_the_first_step_decides_the_kind_of_chebyshev(first: object, wanted: object) -> None:
    formula = start(Eq(X[1], first))
    assert formula.closed_form("total", by="all") == wanted
    assert formula.closed_form("words") == sympy.binomial(L, k)


def test_why_a_closed_form_holds() -> None:
    proved = find_closed_form(DENSE, by="all")
    assert proved.is_proved
    assert proved.proof == (
        "Proved: every step carries 2 values by the same matrix, and 40 depths agree."
    )
    checked = find_closed_form(get_formula("second_order"))
    assert not checked.is_proved
    assert checked.proof == "Checked at the depths 1 to 20."
    wired = find_closed_form(DIFFERENCE, "wired").generating
    assert wired is not None
    assert sympy.simplify(wired.expr * (1 - x * (1 + t) - t * x**2)) == 1


def test_a_rule_that_depends_on_the_step_is_checked_only() -> None:
    late = sympy.Piecewise((1, i < 60), (2, True))
    formula = Recursion(Eq(X[i], X[i - 1] + late * W[i](X[i - 1])))
    form = find_closed_form(formula, "total", by="all")
    assert (form.expr, form.is_proved) == (2**L, False)  # it is 3 times as much from step 60 on
    assert formula.paths(61).total == 9 * 2**59


@pytest.mark.parametrize("size", [9, 15, 30])
def test_a_window_that_still_grows_proves_nothing(size: int) -> None:
    """Up to as many steps as the window is wide it counts as a dense sum."""
    for of, by in (("words", "all"), ("wired", "length")):
        try:
            form = find_closed_form(window(size), of, by)
        except PathCountError:
            assert size > 9
            continue
        counts = window(size).paths(70).by_length()
        total = sum(getattr(n, of) for n in counts.values())
        right = by == "all" and form.expr.subs(L, 70) == total
        right |= by == "length" and form.expr.subs({L: 70, k: 40}) == getattr(counts[40], of)
        assert right or not form.is_proved


def test_a_tied_block_is_checked_only() -> None:
    assert not find_closed_form(Recursion(Eq(X[i], X[i - 1] + W(X[i - 1])))).is_proved
    assert find_closed_form(RESNET).is_proved


@pytest.mark.parametrize(
    "expr",
    [
        1 / (1 - x - x**2 - x**3),
        (1 + x) / (1 - sympy.sqrt(6) * x),
        (x + x**4) / (1 - x / 2 - 2 * x**3),
        1 / (1 - Symbol("a") * x),
    ],
)
def test_coefficients_are_those_of_the_series(expr: sympy.Expr) -> None:
    expanded = sympy.series(expr, x, 0, 9).removeO()
    found = SeriesCoefficient(expr, (x, L))
    for n in range(9):
        assert sympy.expand(found.subs(L, n) - expanded.coeff(x, n)) == 0


@pytest.mark.parametrize(
    "base",
    [
        1 + t,
        2 * t**2,
        t**2 + 3 * t**3 + Rational(2, 3) * t**4,
        1 - sympy.sqrt(6) * t / 5 + t**3,
        Symbol("a") + t + Symbol("b") * t**2,
    ],
)
def test_coefficients_of_powers_are_those_of_the_expansion(base: sympy.Expr) -> None:
    found = SeriesCoefficient(base**L, (t, k))
    for n in (1, 2, 5):
        expanded = sympy.expand(base**n)
        for length in range(3 * n + 3):
            got = found.subs({L: n, k: length})
            assert sympy.expand(got - expanded.coeff(t, length)) == 0


def test_totals_with_roots_are_powers_too() -> None:
    form = find_closed_form(get_formula("verner8_fixed"), "total")
    r = stability_function(load_tableau("verner8_fixed")).subs(z, t)
    assert form.is_proved
    assert sympy.expand(form.expr.function.base - r) == 0
    assert form.expr.args[1:] == ((t, k),)


def test_a_root_of_a_product_is_one_root() -> None:
    """The field of sqrt(6) has the degree 2, that of sqrt(2) and sqrt(3) has 4."""
    series = count_series(get_formula("verner8_fixed"), "total", 2)
    assert series.domain == sympy.QQ.algebraic_field(sympy.sqrt(6))


def test_a_coefficient_as_an_expression() -> None:
    found = SeriesCoefficient(1 / (1 - x - x * t), (x, L), (t, k))
    assert found.free_symbols == {L, k}
    assert found.subs(x, 5) == found
    assert str(found) == "SeriesCoefficient(1/(-t*x - x + 1), (x, L), (t, k))"
    assert sympy.latex(found) == r"\left[x^{L} t^{k}\right] \frac{1}{- t x - x + 1}"
    assert found.subs({L: 200, k: 100}) == sympy.binomial(200, 100)
    assert found.subs({L: 3, k: 9}) == found.subs({L: 3, k: -1}) == 0
    assert found.rewrite(RootSum) == found
    power = SeriesCoefficient((1 + t) ** L, (t, k))
    assert power.subs({k: 2}).subs({L: 5}) == 10


@st.composite
def linear_recursions(draw: st.DrawFn) -> Recursion:
    """Up to three states back, each with a number and a block with a number."""
    lag = draw(st.integers(1, 3))
    value = draw(st.integers(1, 2)) * X[i - 1] + draw(st.integers(1, 2)) * W[i](X[i - 1])
    for back in range(2, lag + 1):
        for term in (X[i - back], W[i - back + 1](X[i - back])):
            factor = draw(st.sampled_from([-2, -1, 0, 1, 2, Rational(1, 2)]))
            value = value + factor * term if factor else value
    first = [Eq(X[n], X[n - 1] + W[n](X[n - 1])) for n in range(1, lag)]
    return Recursion(Eq(X[i], value), initial=first or None)


@settings(max_examples=12, deadline=None)
@given(linear_recursions(), st.sampled_from(["wired", "total"]))
def test_random_linear_recursions(formula: Recursion, of: str) -> None:
    form = find_closed_form(formula, of)
    assert form.is_proved
    series = count_series(formula, of, 50)
    for depth in (1, 2, 3, 7, 50):
        for length in range(0, depth + 2, 1 if depth < 8 else 7):
            exact = series.domain.to_sympy(series.at(depth, length))
            assert sympy.expand(form.expr.subs({L: depth, k: length}) - exact) == 0
