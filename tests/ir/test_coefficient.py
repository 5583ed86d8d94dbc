"""Exact coefficients against SymPy, and their images modulo a prime."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from formula2net.ir.coefficient import Coefficient, Polynomial, evaluate, radical, reduced, scalar
from formula2net.ir.residues import PRIME, RADICAL_PRIMES, modular

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)
A, B = scalar("a"), scalar("b")
SYMBOLS = {"a": sympy.Symbol("a"), "b": sympy.Symbol("b")}

Pair = tuple[Coefficient, sympy.Expr]

ATOMS: tuple[Pair, ...] = (
    (2, sympy.Integer(2)),
    (-3, sympy.Integer(-3)),
    (Fraction(2, 3), sympy.Rational(2, 3)),
    (radical(2, HALF), sympy.sqrt(2)),
    (radical(3, HALF), sympy.sqrt(3)),
    (radical(5, THIRD), sympy.cbrt(5)),
    (radical(7, Fraction(-1, 4)), sympy.Integer(7) ** sympy.Rational(-1, 4)),
    (A, SYMBOLS["a"]),
    (B, SYMBOLS["b"]),
)


def _grown(pairs: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    def joined(left: Pair, right: Pair, kind: str) -> Pair:
        if kind == "sum":
            return left[0] + right[0], left[1] + right[1]
        if kind == "difference":
            return left[0] - right[0], left[1] - right[1]
        return left[0] * right[0], left[1] * right[1]

    return st.builds(joined, pairs, pairs, st.sampled_from(["sum", "difference", "product"]))


pairs = st.recursive(st.sampled_from(ATOMS), _grown, max_leaves=6)


def as_sympy(value: Coefficient) -> sympy.Expr:
    if not isinstance(value, Polynomial):
        return sympy.Rational(Fraction(value).numerator, Fraction(value).denominator)
    return sympy.Add(
        *(
            sympy.Rational(rational.numerator, rational.denominator)
            * sympy.Mul(
                *(
                    (SYMBOLS[g] if isinstance(g, str) else sympy.Integer(g))
                    ** sympy.Rational(e.numerator, e.denominator)
                    for g, e in monomial
                )
            )
            for monomial, rational in value.terms
        )
    )


@given(pairs)
def test_arithmetic_is_that_of_sympy(pair: Pair) -> None:
    value, expr = pair
    assert sympy.expand(as_sympy(value) - expr) == 0
    if sympy.expand(expr) == 0:
        assert value == 0


@given(pairs, pairs)
def test_images_respect_sums_and_products(left: Pair, right: Pair) -> None:
    a, b = left[0], right[0]
    assert modular(a + b) == (modular(a) + modular(b)) % PRIME
    assert modular(a * b) == modular(a) * modular(b) % PRIME
    assert (modular(a) == modular(b)) == (sympy.expand(left[1] - right[1]) == 0)


@given(pairs, st.integers(-5, 5), st.integers(1, 5))
def test_evaluating(pair: Pair, first: int, second: int) -> None:
    value, expr = pair
    wanted = expr.subs({SYMBOLS["a"]: first, SYMBOLS["b"]: sympy.Rational(1, second)})
    found = evaluate(value, {"a": float(first), "b": 1 / second})
    assert found == pytest.approx(float(wanted), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("prime", RADICAL_PRIMES)
@pytest.mark.parametrize("index", [2, 3, 4, 5, 6, 7])
def test_roots_have_exact_images(prime: int, index: int) -> None:
    assert pow(modular(radical(prime, Fraction(1, index))), index, PRIME) == prime


def test_roots_of_roots_agree() -> None:
    fourth, half = radical(3, Fraction(1, 4)), radical(3, HALF)
    assert fourth * fourth == half
    assert half * half == 3
    assert modular(fourth) ** 2 % PRIME == modular(half)


def test_a_rational_result_is_no_polynomial() -> None:
    assert type(radical(2, HALF) * radical(2, HALF)) is int
    assert type(A - A) is int
    assert type(reduced(Fraction(4, 2))) is int
    assert radical(2, Fraction(2)) == 4


def test_text() -> None:
    assert str(radical(2, HALF) * Fraction(3, 4)) == "(3/4)*2**(1/2)"
    assert str(A * A + 2 * B) == "a**2 + 2*b"
    assert str(1 + A) == "1 + a"
