"""Stability of schemes: textbook functions, and roots decided without computing them."""

from __future__ import annotations

from collections.abc import Callable
from math import factorial

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Poly, Rational, expand, sqrt

from formula2net.errors import TableauError
from formula2net.formulas import list_tableaux, load_tableau
from formula2net.language.schemes.multistep import METHODS, LinearMultistep
from formula2net.language.schemes.stability import (
    first_polynomial,
    is_zero_stable,
    second_polynomial,
    stability_function,
    stability_polynomial,
    z,
    zeta,
)
from formula2net.language.schemes.tableau import ButcherTableau
from formula2net.language.schemes.von_neumann import (
    is_schur,
    is_simple_von_neumann,
    is_von_neumann,
)

EXACT = [name for name in list_tableaux() if load_tableau(name).order is not None]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("rk4", 1 + z + z**2 / 2 + z**3 / 6 + z**4 / 24),
        ("ssprk33", 1 + z + z**2 / 2 + z**3 / 6),
        ("implicit_midpoint", (1 + z / 2) / (1 - z / 2)),
        ("gauss_legendre4", (1 + z / 2 + z**2 / 12) / (1 - z / 2 + z**2 / 12)),
        ("radau_iia3", (1 + z / 3) / (1 - 2 * z / 3 + z**2 / 6)),  # Hairer and Wanner II, IV.3
    ],
)
def test_stability_functions_of_the_textbook(name: str, wanted: sympy.Expr) -> None:
    assert sympy.simplify(stability_function(load_tableau(name)) - wanted) == 0


@pytest.mark.parametrize("name", EXACT)
def test_r_agrees_with_exp_as_far_as_the_order(name: str) -> None:
    tableau = load_tableau(name)
    above, below = sympy.fraction(sympy.together(stability_function(tableau)))
    # above - below * exp(z) has no power up to the order.
    exponential = sum(z**k / factorial(k) for k in range(tableau.order + 1))
    rest = Poly(expand(above - below * exponential), z, extension=True)
    assert all(rest.coeff_monomial(z**k) == 0 for k in range(tableau.order + 1))


def test_the_polynomials_of_a_multistep_method() -> None:
    method = METHODS["adams_bashforth3"]
    assert first_polynomial(method) == Poly(zeta**3 - zeta**2, zeta)
    assert second_polynomial(method).degree() == 2
    at_1 = stability_polynomial(method).subs({z: 0, zeta: 1})
    assert at_1 == 0
    slope = first_polynomial(method).diff(zeta).eval(1)
    assert slope == second_polynomial(method).eval(1)  # consistency


@pytest.mark.parametrize(
    ("alpha", "stable"),
    [
        ((1, -1), True),
        ((1, 0, -1), True),  # leapfrog: 1 and -1
        ((1, -2, 1), False),  # a double root 1
        ((1, 4, -5), False),  # Hairer, Norsett, Wanner I, III.3: a root -5
        ((1, "-18/11", "9/11", "-2/11"), True),  # BDF3
        ((1, 0, 0, 0, -1), True),  # four roots on the circle
        ((1, 0, 2, 0, 1), False),  # i and -i, twice each
        ((1, "-sqrt(2)", 1), True),  # a pair on the circle
        ((1, "-2*sqrt(2)", 3, "-sqrt(2)", "1/4"), True),  # a double pair of size 1/sqrt(2)
        ((1, "-2*sqrt(2)", 4, "-2*sqrt(2)", 1), False),  # a double pair on the circle
    ],
)
def test_the_root_condition(alpha: tuple[object, ...], stable: bool) -> None:
    assert is_zero_stable(LinearMultistep(alpha, (0, 1))) is stable


@pytest.mark.parametrize("steps", range(1, 9))
def test_bdf_is_zero_stable_up_to_six_steps(steps: int) -> None:
    """Cryer 1972; sum over j of (1 - 1/zeta)^j / j."""
    rho = sum((zeta - 1) ** j * zeta ** (steps - j) / j for j in range(1, steps + 1))
    assert is_simple_von_neumann(Poly(expand(rho), zeta).all_coeffs()) is (steps <= 6)


@pytest.mark.parametrize(
    ("roots", "schur", "simple", "closed"),
    [
        ([Rational(1, 2), Rational(-1, 2)], True, True, True),
        ([Rational(1, 2), Rational(1, 2)], True, True, True),
        ([1, Rational(1, 2)], False, True, True),
        ([1, 1], False, False, True),
        ([1, -1, Rational(1, 3)], False, True, True),
        ([2, Rational(1, 2)], False, False, False),  # its own reverse, with a root outside
        ([Rational(1000001, 1000000)], False, False, False),
        ([0, 0, 1], False, True, True),
        ([(1 + sqrt(3) * sympy.I) / 2, (1 - sqrt(3) * sympy.I) / 2], False, True, True),
        ([], True, True, True),
    ],
)
def test_where_roots_lie(roots: list[sympy.Expr], schur: bool, simple: bool, closed: bool) -> None:
    polynomial = sympy.prod([zeta - root for root in roots])
    coefficients = Poly(expand(polynomial), zeta).all_coeffs()
    assert is_schur(coefficients) is schur
    assert is_simple_von_neumann(coefficients) is simple
    assert is_von_neumann(coefficients) is closed


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-4, 4), min_size=2, max_size=6).filter(lambda c: c[0] != 0))
def test_roots_against_numpy(coefficients: list[int]) -> None:
    factors = Poly([sympy.Integer(c) for c in coefficients], zeta).sqf_list()[1]
    once = [(abs(r), n) for f, n in factors for r in np.roots([int(c) for c in f.all_coeffs()])]
    exact = [sympy.Integer(c) for c in coefficients]
    near = 1e-9  # roots of these square-free polynomials on the circle are computed closer
    assert is_von_neumann(exact) == all(size < 1 + near for size, _ in once)
    assert is_schur(exact) == all(size < 1 - near for size, _ in once)
    assert is_simple_von_neumann(exact) == all(
        size < 1 - near or (size < 1 + near and n == 1) for size, n in once
    )


def test_a_step_of_no_stages_left() -> None:
    assert stability_function(ButcherTableau([[]], [1], order=1)) == 1 + z


@pytest.mark.parametrize(
    ("call", "scheme", "text"),
    [
        (
            stability_function,
            METHODS["leapfrog"],
            (
                "LinearMultistep is no tableau.\n  expected a ButcherTableau\n"
                "  try: for other schemes and formulas: stability_polynomial, step_polynomial"
            ),
        ),
        (
            stability_polynomial,
            load_tableau("rk4"),
            (
                "ButcherTableau is no multistep method.\n  expected a LinearMultistep\n"
                "  try: for other schemes and formulas: stability_function, step_polynomial"
            ),
        ),
        (
            is_zero_stable,
            "leapfrog",
            (
                "leapfrog is no multistep method.\n  expected a LinearMultistep\n"
                "  try: LinearMultistep.named('leapfrog')"
            ),
        ),
        (
            stability_function,
            "rk4",
            "rk4 is no tableau.\n  expected a ButcherTableau\n  try: load_tableau('rk4')",
        ),
    ],
)
def test_another_kind_of_scheme_is_refused(call: Callable, scheme: object, text: str) -> None:
    with pytest.raises(TableauError) as raised:
        call(scheme)
    assert str(raised.value) == text
