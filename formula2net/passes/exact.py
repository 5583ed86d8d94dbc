"""SymPy numbers as :data:`formula2net.ir.coefficient.Coefficient`, exactly: no float."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from math import prod
from operator import add, mul

import sympy
from sympy.core.numbers import Integer, Rational

from formula2net.errors import FormulaError, Problem
from formula2net.ir.coefficient import Coefficient, Polynomial, radical, reduced, scalar
from formula2net.ir.residues import has_radical
from formula2net.language.symbols import Scalar, ScalarAt
from formula2net.passes.indices import Env, index_value, substituted, where


def coefficient_value(expr: sympy.Expr, env: Env) -> Coefficient:
    """A coefficient, exactly.

    Raises:
        FormulaError: it is no polynomial in scalars with real radical coefficients.
    """
    match expr:
        case Integer():
            return int(expr)
        case Rational():
            return Fraction(int(expr.p), int(expr.q))
        case Scalar():
            return scalar(expr.name)
        case ScalarAt():
            return scalar(scalar_name(expr, env))
        case sympy.Add():
            return _tidy(reduce(add, (coefficient_value(a, env) for a in expr.args)))
        case sympy.Mul():
            return _tidy(reduce(mul, (coefficient_value(a, env) for a in expr.args)))
        case sympy.Pow():
            return _power(expr, env)
    simpler = substituted(expr, env)
    if simpler == expr:
        raise _refused(expr, env)
    return coefficient_value(simpler, env)


def scalar_name(expr: ScalarAt, env: Env) -> str:
    """The name of one indexed scalar, ``a[3, 1]`` as ``a_3_1``."""
    indices = (str(index_value(index, env)).replace("-", "m") for index in expr.indices)
    return "_".join((expr.scalar.name, *indices))


def to_sympy(value: Coefficient) -> sympy.Expr:
    """A coefficient as SymPy writes it; scalars by their names."""
    if not isinstance(value, Polynomial):
        return sympy.Rational(Fraction(value).numerator, Fraction(value).denominator)
    total = sympy.S.Zero
    for monomial, rational in value.terms:
        powers = (
            (Scalar(g) if isinstance(g, str) else sympy.Integer(g))
            ** sympy.Rational(e.numerator, e.denominator)
            for g, e in monomial
        )
        total += sympy.Rational(rational.numerator, rational.denominator) * sympy.Mul(*powers)
    return total


def _power(expr: sympy.Pow, env: Env) -> Coefficient:
    base, exponent = coefficient_value(expr.base, env), coefficient_value(expr.exp, env)
    if isinstance(exponent, int) and exponent >= 0:
        return _tidy(prod([base] * exponent, start=1))
    if isinstance(exponent, Polynomial) or isinstance(base, Polynomial):
        simple = sympy.radsimp(substituted(expr, env))
        if simple == expr or isinstance(simple, sympy.Pow):
            raise _refused(expr, env)
        return coefficient_value(simple, env)
    if base == 0:
        raise FormulaError(
            Problem(f"The coefficient {expr} divides by zero{where(env)}.", expected="a number")
        )
    if isinstance(exponent, int):
        return reduced(Fraction(base) ** exponent)
    return _root(expr, Fraction(base), exponent, env)


def _root(expr: sympy.Pow, base: Fraction, exponent: Fraction, env: Env) -> Coefficient:
    if base < 0:
        raise _refused(expr, env)
    total: Coefficient = 1
    for number, sign in ((base.numerator, 1), (base.denominator, -1)):
        for prime, times in sympy.factorint(number).items():
            if not has_radical(int(prime), times * exponent):
                raise _refused(expr, env)
            total = radical(int(prime), sign * times * exponent) * total
    return _tidy(total)


def _tidy(value: Coefficient) -> Coefficient:
    return value if isinstance(value, Polynomial) else reduced(value)


def _refused(expr: sympy.Expr, env: Env) -> FormulaError:
    return FormulaError(
        Problem(
            f"The coefficient {expr} is not an exact number{where(env)}.",
            got=str(expr),
            expected="integers, fractions, real roots of primes up to 47, polynomials in Scalars",
        )
    )
