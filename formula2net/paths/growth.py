"""How much a step amplifies where its blocks are numbers, and whether it does without them."""

from __future__ import annotations

from typing import Any, Final

import sympy
from sympy import Expr, Poly, Symbol
from sympy.polys.matrices import DomainMatrix

from formula2net.errors import FormulaError, PathCountError, Problem
from formula2net.language.reading import as_recursion
from formula2net.language.recursion import Recursion
from formula2net.language.schemes.stability import z, zeta
from formula2net.language.schemes.von_neumann import is_simple_von_neumann
from formula2net.paths.steps import settled_step
from formula2net.paths.transfer import Transfer

DIGITS: Final = 30  # to which sizes of roots are compared,
EXACT: Final = 12  # degree of a factor whose roots are separated exactly
CLOSE: Final = 1e-20  # and below which two are one


def step_polynomial(formula: Any) -> Expr:
    """det(zeta - M(z)): its roots are what steps multiply by where every block multiplies by z.

    For a Runge-Kutta method it is zeta - R(z), for a multistep method rho(zeta) - z sigma(zeta).
    Factors zeta, of values that are handed on once, are left out.

    Args:
        formula: a `Recursion`, its text, a scheme, or an answer of `design`.

    Returns:
        A polynomial in the symbols zeta and z, exactly.

    Raises:
        FormulaError: it is no formula.
        PathCountError: steps are not alike.
    """
    step = _step(as_recursion(formula))
    coefficients = [step.polynomials.to_domain().to_sympy(c) for c in _charpoly(step)]
    symbols = {Symbol("t"): z}
    return sympy.Add(
        *(
            c.xreplace(symbols) * zeta**power
            for power, c in enumerate(reversed(_without_zeros(coefficients)))
        )
    )


def growth_factor(formula: Any, blocks: Any) -> Expr:
    """What a step amplifies by at most in the long run, where each block multiplies by a number.

    The spectral radius of the step's matrix: 3/2 for ResNet and blocks 1/2, |R(z)| for a
    Runge-Kutta method and blocks z. Activations are the identity, each port of a gate is 1.

    Args:
        formula: a `Recursion`, its text, a scheme, or an answer of `design`; its coefficients do
            not depend on the step.
        blocks: an exact number.

    Raises:
        FormulaError: it is no formula, or the number is none, or not exact.
        PathCountError: steps are not alike, or their Scalars have no value.
    """
    recursion, number = as_recursion(formula), sympy.sympify(blocks)
    if not (number.is_number and number.is_finite) or number.has(sympy.Float):
        what = f"blocks={blocks!r} is no exact number."
        raise FormulaError(Problem(what, expected="Rational(1, 2), an integer, a root"))
    polynomial = _at(recursion, number)
    if polynomial.free_symbols - {zeta}:
        names = ", ".join(sorted(map(str, polynomial.free_symbols - {zeta})))
        what = f"The growth depends on {names}."
        raise PathCountError(Problem(what, str(recursion), try_="recursion.subs({...: 1})"))
    return largest_root(Poly(polynomial, zeta, extension=True))


def _at(recursion: Recursion, number: Expr) -> Expr:
    """The step's characteristic polynomial in zeta, for one number."""
    if not number.is_Rational:
        return step_polynomial(recursion).xreplace({z: number})
    step = _step(recursion)
    domain = step.polynomials.domain
    coefficients = step.at(domain.from_sympy(number)).charpoly()
    powers = enumerate(reversed(coefficients))
    return sympy.Add(*(domain.to_sympy(c) * zeta**power for power, c in powers))


def largest_root(polynomial: Poly) -> Expr:
    """The greatest absolute value of a root, exactly; 0 where there is none.

    By roots where it is linear or quadratic, else as a `CRootOf`; to 30 digits where its
    coefficients are irrational, or its degree is above 12.
    """
    factors = [factor for factor, _ in polynomial.factor_list()[1]]
    if not factors:
        return sympy.S.Zero
    sizes = [max(abs(root) for root in factor.nroots(DIGITS, maxsteps=200)) for factor in factors]
    factor, size = max(zip(factors, sizes, strict=True), key=lambda pair: pair[1])
    if factor.degree() == 1:
        lead, rest = factor.all_coeffs()
        roots = [abs(sympy.expand(sympy.radsimp(rest / lead)))]
    elif factor.degree() == 2:
        roots = [sympy.simplify(abs(root)) for root in sympy.roots(factor)]
    elif factor.degree() <= EXACT and (factor.domain.is_QQ or factor.domain.is_ZZ):
        real = [root for root in factor.real_roots() if abs(abs(root.evalf(DIGITS)) - size) < CLOSE]
        roots = [abs(root) for root in real or factor.all_roots()]
    else:
        return size
    return max(roots, key=lambda root: root.evalf(DIGITS))


def is_power_bounded(formula: Any) -> bool | None:
    """Whether steps without their blocks stay bounded however many there are.

    Each block is 0; then steps are powers of a matrix, and these are bounded iff no root of its
    minimal polynomial lies outside the unit circle, and those on it are simple. Decided exactly.
    X_i = 2 X_{i-1} - X_{i-2} + W_i X_{i-1} is not bounded, and is not meant to be: its double root
    1 is what lets it go on at a constant speed.

    Args:
        formula: a `Recursion`, its text, a scheme, or an answer of `design`.

    Returns:
        None where it is not known: steps are not alike, or Scalars have no value.

    Raises:
        FormulaError: it is no formula.
    """
    step = settled_step(as_recursion(formula))
    if step is None:
        return None
    domain = step.polynomials.domain
    matrix = step.at(domain.zero)
    coefficients = [domain.to_sympy(c) for c in _minimal(matrix, domain)]
    if any(c.free_symbols for c in coefficients):
        return None
    return is_simple_von_neumann(coefficients)


def _minimal(matrix: Any, domain: Any) -> list[Any]:
    """The minimal polynomial: the first power that is a combination of those before it."""
    powers, power = [], matrix.eye(matrix.shape[0], domain)
    while True:
        powers.append([entry for row in power.to_list() for entry in row])
        system = DomainMatrix(powers, (len(powers), len(powers[0])), domain)
        kernel = system.transpose().nullspace()
        if kernel.shape[0]:
            return list(reversed(kernel.to_list()[0]))
        power = power * matrix


def _step(recursion: Recursion) -> Transfer:
    step = settled_step(recursion)
    if step is None:
        what = "The steps of this formula are not alike, so no matrix is that of a step."
        expected = "the index i only as i + c, in indices; no Scalar that depends on it"
        raise PathCountError(Problem(what, str(recursion), expected=expected))
    return step


def _charpoly(step: Transfer) -> list[Any]:
    return list(step.matrix.charpoly())


def _without_zeros(coefficients: list[Expr]) -> list[Expr]:
    while len(coefficients) > 1 and coefficients[-1] == 0:
        coefficients.pop()
    return coefficients
