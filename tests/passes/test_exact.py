"""SymPy numbers evaluated exactly."""

from __future__ import annotations

from fractions import Fraction
from math import prod

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from sympy import Eq, Expr, Integer, Max, Mod, Piecewise, Rational, Sum, cbrt, floor, log, sqrt

from formula2net.errors import FormulaError
from formula2net.ir.coefficient import Coefficient, Polynomial, radical
from formula2net.language.symbols import Index, Scalar
from formula2net.passes.exact import coefficient_value, scalar_name, to_sympy
from formula2net.passes.indices import index_value

i, j, k = Index("i"), Index("j"), Index("k")
a, b = Scalar("a"), Scalar("b")

numbers = st.one_of(
    st.integers(-4, 4).map(Integer),
    st.fractions(-3, 3, max_denominator=6).map(lambda f: Rational(f.numerator, f.denominator)),
    st.sampled_from([sqrt(2), sqrt(6) / 4, cbrt(5), i, j, a, b, 1 / (i + 1), i % 3, a**2]),
)


def _grown(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    return st.one_of(
        st.tuples(inner, inner).map(lambda pair: pair[0] + pair[1]),
        st.tuples(inner, inner).map(lambda pair: pair[0] * pair[1]),
        st.tuples(inner, st.integers(0, 2)).map(lambda pair: pair[0] ** pair[1]),
    )


@given(st.recursive(numbers, _grown, max_leaves=5), st.integers(1, 6), st.integers(1, 6))
def test_coefficients_are_those_of_sympy(expr: Expr, first: int, second: int) -> None:
    value = coefficient_value(expr, {i: first, j: second})
    wanted = expr.subs({i: first, j: second})
    assert sympy.expand(to_sympy(value) - wanted) == 0


@pytest.mark.parametrize(
    ("expr", "values"),
    [
        (Sum(j, (j, 1, i - 3)), [0, 0, 0, 1, 3]),  # SymPy's doit gives 1 for 1..-2
        (sqrt(1 + Sum(3, (j, 2, i - 1))), [1, 1, 2, radical(7, Fraction(1, 2))]),
        (Sum(Sum(j * k, (k, j, i - 2)), (j, 1, 2)), [0, 0, 1, 7]),
        (Sum(j * k, (k, j, i - 2), (j, 1, 2)), [0, 0, 1, 7]),
        (Sum(i, (i, 1, 3)), [6, 6]),
        (Max(2, Sum(-1, (j, 0, -i))), [2, 2, 2]),
        (i - Sum(a[j], (j, 3, i)), [1, 2, 3 + -coefficient_value(a[3], {})]),
    ],
    ids=str,
)
def test_a_sum_over_a_reversed_range_is_nothing(expr: Expr, values: list[Coefficient]) -> None:
    assert [coefficient_value(expr, {i: step}) for step in range(1, len(values) + 1)] == values


def test_an_index_may_be_a_sum() -> None:
    assert [index_value(i + Sum(j, (j, 1, i - 3)), {i: step}) for step in (1, 3, 5)] == [1, 3, 8]


@pytest.mark.parametrize(
    ("expr", "value"),
    [
        (Integer(3), 3),
        (Rational(6, 4), Fraction(3, 2)),
        (4 / (i + 1), 1),
        (1 / i, Fraction(1, 3)),
        (sqrt(i + 1), 2),
        (sqrt(8), 2 * radical(2, Fraction(1, 2))),
        (1 / sqrt(2), Fraction(1, 2) * radical(2, Fraction(1, 2))),
        ((-1) ** i, -1),
        (2**-i, Fraction(1, 8)),
        (Mod(i, 2), 1),
        (Piecewise((i, i < 3), (10, True)), 10),
        (floor(i / 2), 1),
        (1 / (1 + sqrt(2)), radical(2, Fraction(1, 2)) - 1),
        (sympy.binomial(i, 2), 3),
        (sympy.factorial(i), 6),
    ],
)
def test_coefficients_at_step_3(expr: Expr, value: object) -> None:
    found = coefficient_value(expr, {i: 3})
    assert found == value
    assert not isinstance(found, Fraction) or found.denominator > 1


def test_whole_numbers_are_ints() -> None:
    assert type(coefficient_value(Rational(1, 3) * i, {i: 3})) is int
    assert type(coefficient_value(sqrt(2) * sqrt(i), {i: 2})) is int


def test_scalars() -> None:
    assert str(coefficient_value(2 * a * b - a, {})) == "-1*a + 2*a*b"
    assert coefficient_value(a - a, {}) == 0
    assert isinstance(coefficient_value(a, {}), Polynomial)


def test_indexed_scalars_are_named_by_their_indices() -> None:
    assert scalar_name(a[i, j + 1], {i: 3, j: 1}) == "a_3_2"
    assert scalar_name(a[i - 4], {i: 3}) == "a_m1"
    assert str(coefficient_value(a[i] + a[i - 1], {i: 2})) == "a_1 + a_2"


@pytest.mark.parametrize(
    "expr", [1 / a, sympy.pi, sympy.exp(i), sqrt(a), sqrt(-i), sympy.cos(1), a**i * sympy.E]
)
def test_what_is_no_exact_coefficient(expr: Expr) -> None:
    with pytest.raises(FormulaError, match="is not an exact number"):
        coefficient_value(expr, {i: 3})


def test_a_refused_coefficient_names_the_step() -> None:
    with pytest.raises(FormulaError) as caught:
        coefficient_value(sympy.exp(i), {i: 3})
    assert (
        str(caught.value)
        == """\
The coefficient exp(3) is not an exact number at i = 3.
  got exp(3); expected integers, fractions, real roots of primes up to 47, polynomials in Scalars"""
    )
    with pytest.raises(FormulaError, match=r"The coefficient 1/\(i - 3\) divides by zero at i = 3"):
        coefficient_value(1 / (i - 3), {i: 3})


@pytest.mark.parametrize(
    ("expr", "value"),
    [
        (i - 1, 6),
        (Integer(-2), -2),
        (2 * i - 3, 11),
        (i - 2**j, 3),
        (floor(log(i, 2)), 2),
        (Mod(i, 4), 3),
        (i * (i + 1) / 2, 28),
        (sympy.Max(0, i - 9), 0),
    ],
)
def test_indices(expr: Expr, value: int) -> None:
    found = index_value(expr, {i: 7, j: 2})
    assert found == value
    assert type(found) is int


def test_logarithms_of_steps_are_exact() -> None:
    """Log-dense offsets reach as far as there is at powers of two, and one step before them."""
    for step in [*range(1, 130), *(2**n + d for n in range(8, 20) for d in (-1, 0, 1))]:
        assert index_value(floor(log(i, 2)), {i: step}) == step.bit_length() - 1


def test_an_index_that_is_no_integer() -> None:
    with pytest.raises(FormulaError) as caught:
        index_value(i / 2, {i: 7})
    assert str(caught.value) == "The index i/2 is 7/2 at i = 7.\n  got 7/2; expected an integer"


@given(st.integers(-50, 50), st.integers(1, 9), st.integers(-9, 9))
def test_index_arithmetic(step: int, factor: int, shift: int) -> None:
    expr = factor * i + shift - i % factor
    assert index_value(expr, {i: step}) == factor * step + shift - step % factor


@given(st.lists(st.sampled_from([1, 2, 3, 5, 7, 11, 43, 47]), min_size=1, max_size=6))
def test_square_roots(factors: list[int]) -> None:
    number = prod(factors)
    value = coefficient_value(sqrt(i), {i: number})
    assert value * value == number


def test_roots_of_large_primes_have_no_image() -> None:
    with pytest.raises(FormulaError, match="real roots of primes up to 47"):
        coefficient_value(sqrt(i), {i: 53})


def test_conditions_on_the_step() -> None:
    expr = Piecewise((1, Eq(i % 2, 0)), (Rational(1, 2), i > 4), (0, True))
    values = [coefficient_value(expr, {i: n}) for n in range(1, 7)]
    assert values == [0, 1, 0, 1, Fraction(1, 2), 1]
