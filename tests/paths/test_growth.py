"""How much steps amplify, with and without their blocks; how counts grow; how long paths are."""

from __future__ import annotations

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import QQ, Eq, Poly, Rational, Symbol, sqrt

from formula2net.errors import FormulaError, PathCountError, TableauError
from formula2net.formulas import FORMULAS, get_formula, load_tableau
from formula2net.language.recursion import Recursion
from formula2net.language.schemes.multistep import METHODS
from formula2net.language.schemes.stability import stability_function, stability_polynomial, z, zeta
from formula2net.language.symbols import Scalar
from formula2net.paths.asymptotics import asymptotics, mean_length
from formula2net.paths.closed_form import find_closed_form
from formula2net.paths.growth import growth_factor, is_power_bounded, largest_root, step_polynomial
from formula2net.paths.steps import settled_step
from tests.paths.formulas import DENSE, DENSE_SUM, DIFFERENCE, PLAIN, RESNET, TWIN, W, X, i, window

L = Symbol("L")
HALF = Rational(1, 2)
NOT_BOUNDED = {"rk4_printed", "nested_midpoint", "second_order"}
NOT_ALIKE = {"res2net_chunks", "sparsenet"}
MIXED_BY_SCALARS = {"hyper_connection", "lm_resnet", "lm_resnet_printed"}


def test_resnet_amplifies_by_one_and_a_half() -> None:
    assert growth_factor(RESNET, HALF) == Rational(3, 2)
    assert growth_factor(RESNET, -3) == 2
    assert growth_factor(PLAIN, HALF) == HALF


@pytest.mark.parametrize("formula", [DENSE, DENSE_SUM])
def test_a_dense_sum_amplifies_as_a_resnet(formula: Recursion) -> None:
    assert growth_factor(formula, HALF) == Rational(3, 2)


@pytest.mark.parametrize("formula", [DIFFERENCE, TWIN])
def test_the_difference_formula_does_not_amplify(formula: Recursion) -> None:
    assert growth_factor(formula, HALF) == 1
    assert growth_factor(formula, 2) == 2


@pytest.mark.parametrize("name", ["euler", "rk4", "gill4", "dormand_prince54", "verner65"])
def test_a_scheme_amplifies_by_its_stability_function(name: str) -> None:
    wanted = stability_function(load_tableau(name))
    assert sympy.expand(zeta - step_polynomial(get_formula(name)) - wanted) == 0
    assert growth_factor(get_formula(name), -2) == abs(wanted.subs(z, -2))


@pytest.mark.parametrize("name", METHODS)
def test_a_multistep_formula_has_the_stability_polynomial(name: str) -> None:
    formula = METHODS[name].recursion()
    assert sympy.expand(step_polynomial(formula) - stability_polynomial(METHODS[name])) == 0


def test_a_nested_scheme_multiplies_by_a_function_of_a_function() -> None:
    inner = stability_function(load_tableau("midpoint"))
    nested = zeta - step_polynomial(get_formula("nested_midpoint"))
    assert sympy.expand(nested - (1 + inner * (1 + inner / 2))) == 0  # F = R(z) for each block


def test_systems_of_several_states() -> None:
    assert growth_factor(get_formula("revnet"), HALF) == Rational(9, 8) + sqrt(17) / 8
    formula = get_formula("leapfrog")
    assert growth_factor(formula, HALF) == HALF + sqrt(5) / 2
    assert growth_factor(get_formula("second_order").subs({Scalar("h"): 1}), -1) == 1


def test_roots_beyond_square_roots_are_exact() -> None:
    found = growth_factor(window(3), 1)
    assert found == sympy.CRootOf(zeta**3 - zeta**2 - zeta - 1, 0)
    assert abs(found.evalf() - 1.8392867552141612) < 1e-12


def test_a_window_wider_than_the_first_steps_is_no_dense_sum() -> None:
    step = settled_step(window(30), "wired")
    assert step is not None
    assert (step.start >= 30, step.size) == (True, 30)
    matrix = np.array([[float(entry) for entry in row] for row in step.at(QQ(1)).to_list()])
    largest = np.abs(np.linalg.eigvals(matrix)).max()
    assert 1.9999 < largest < 2 - 1e-10  # the dense sum has 2


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.integers(-2, 2), min_size=2, max_size=3).filter(lambda c: c[-1] != 0),
    st.lists(st.integers(1, 3), min_size=2, max_size=2),
    st.sampled_from([Rational(-1, 2), 0, 1]),
)
def test_random_linear_recursions_against_a_companion_matrix(states, blocks, number) -> None:
    value = blocks[0] * W[i](X[i - 1]) + blocks[1] * W[i - 1](X[i - 2])
    for lag, factor in enumerate(states, start=1):
        value = value + factor * X[i - lag] if factor else value
    first = [Eq(X[n], X[n - 1] + W[n](X[n - 1])) for n in range(1, len(states))]
    formula = Recursion(Eq(X[i], value), initial=first)
    row = np.array([*states, 0][:3], dtype=float)
    row[:2] += float(number) * np.array(blocks)
    companion = np.vstack([row, np.eye(3)[:2]])
    exact = float(growth_factor(formula, number).evalf(30))
    # Roots of multiplicity 3 are computed to about the third root of the precision.
    assert exact == pytest.approx(np.abs(np.linalg.eigvals(companion)).max(), abs=1e-4)


@pytest.mark.parametrize("name", [n for n in FORMULAS if "verner" not in n])
def test_whether_formulas_stay_bounded_without_their_blocks(name: str) -> None:
    found = is_power_bounded(FORMULAS[name].recursion)
    if name in NOT_ALIKE | MIXED_BY_SCALARS:
        assert found is None
    else:
        assert found is (name not in NOT_BOUNDED)


def test_a_double_root_on_the_circle_is_not_bounded() -> None:
    assert is_power_bounded(get_formula("second_order")) is False
    assert is_power_bounded(get_formula("leapfrog")) is True  # its roots are 1 and -1
    half = Recursion(Eq(X[i], X[i - 1] - X[i - 2] / 4 + W[i](X[i - 1])), initial=Eq(X[1], X[0]))
    assert is_power_bounded(half) is True  # a double root inside
    diagonal = get_formula("revnet")  # a double root 1 of the system, and no chain of vectors
    assert is_power_bounded(diagonal) is True


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(FormulaError) as caught:
        growth_factor(RESNET, 0.5)
    assert str(caught.value) == (
        "blocks=0.5 is no exact number.\n  expected Rational(1, 2), an integer, a root"
    )
    for number in (sympy.nan, sympy.oo, -sympy.oo, sympy.zoo, Symbol("w")):
        with pytest.raises(FormulaError, match="is no exact number"):
            growth_factor(RESNET, number)
    with pytest.raises(PathCountError, match="The growth depends on h"):
        growth_factor(get_formula("second_order"), 1)
    with pytest.raises(PathCountError, match="steps of this formula are not alike"):
        growth_factor(get_formula("sparsenet"), 1)


def test_a_tied_block_amplifies_as_one_of_each_step() -> None:
    tied = "X_i = 2 X_{i-1} - X_{i-2} + W(X_{i-1}) + W(X_{i-2}); X_1 = X_0"
    assert growth_factor(tied, HALF) == growth_factor(
        "X_i = 2 X_{i-1} - X_{i-2} + W_i(X_{i-1}) + W_{i-1}(X_{i-2}); X_1 = X_0", HALF
    )
    assert growth_factor("X_i = X_{i-1} + W(X_{i-1})", HALF) == Rational(3, 2)
    assert is_power_bounded(tied) is False


def test_text_and_schemes_are_formulas() -> None:
    rk4, leapfrog = load_tableau("rk4"), METHODS["leapfrog"]
    assert growth_factor("X_i = (1 + W_i) X_{i-1}", HALF) == Rational(3, 2)
    assert growth_factor(rk4, -2) == Rational(1, 3)
    assert step_polynomial(leapfrog) == stability_polynomial(leapfrog)
    assert is_power_bounded(leapfrog) is True
    assert find_closed_form(rk4, "total", "all").expr == Rational(65, 24) ** L
    assert asymptotics("X_i = (1 + W_i) X_{i-1}").rate == 2
    assert mean_length(rk4) == 20 * L / 11
    for call in (step_polynomial, is_power_bounded, find_closed_form, asymptotics, mean_length):
        with pytest.raises(FormulaError, match="7 is no formula"):
            call(7)
    with pytest.raises(TableauError, match="is implicit"):
        growth_factor(load_tableau("radau_iia3"), 1)


def test_the_largest_root() -> None:
    assert largest_root(Poly(7, zeta)) == 0
    assert largest_root(Poly(zeta**2 + 4, zeta)) == 2
    assert largest_root(Poly(zeta**3 - 2, zeta)) == sympy.cbrt(2)


@pytest.mark.parametrize(
    ("name", "of", "rate", "leading"),
    [
        ("resnet", "words", 2, 2**L),
        ("difference", "words", 1, L),
        ("difference", "wired", 1 + sqrt(2), (1 + sqrt(2)) ** L * (sqrt(2) / 4 + HALF)),
        ("rk4", "total", Rational(65, 24), Rational(65, 24) ** L),
        ("published_a5", "total", sqrt(2), None),  # it turns its sign
        ("fractal", "total", 1, 1),
    ],
)
def test_how_counts_grow(name: str, of: str, rate: object, leading: object) -> None:
    found = asymptotics(get_formula(name), of)
    assert found.rate == rate
    assert found.leading == leading


@pytest.mark.parametrize("size", [2, 3, 5])
def test_the_leading_term_of_k_bonacci_numbers(size: int) -> None:
    found = asymptotics(window(size))
    exact = window(size).paths(150).words
    assert abs(exact / found.leading.subs(L, 150).evalf(40) - 1) < 1e-9


@pytest.mark.parametrize(
    ("name", "of", "wanted"),
    [
        ("resnet", "words", L / 2),
        ("plain", "words", L),
        ("densenet", "words", L / 2),
        ("difference", "total", L / 2),
        ("highway", "words", 3 * L / 4),
        ("rk4", "words", 20 * L / 11),
        ("seqconv", "words", 2 ** (L - 1) * L / (2**L - 1)),
    ],
)
def test_the_mean_length_of_paths(name: str, of: str, wanted: object) -> None:
    assert mean_length(get_formula(name), of) == wanted


@pytest.mark.parametrize("name", ["difference", "leapfrog", "revnet", "seqconv_windowed"])
def test_the_mean_length_is_that_of_exact_counts(name: str) -> None:
    found = mean_length(get_formula(name), "wired")
    counts = get_formula(name).paths(60).by_length()
    exact = Rational(
        sum(k * n.wired for k, n in counts.items()), sum(n.wired for n in counts.values())
    )
    assert abs((found.subs(L, 60) - exact).evalf(30)) < 1e-20


def test_what_has_no_recurrence_has_no_growth() -> None:
    for call in (asymptotics, mean_length):
        with pytest.raises(PathCountError, match="The counts obey no short recurrence"):
            call(get_formula("sparsenet"))
    with pytest.raises(PathCountError, match="The growth depends on Scalars"):
        asymptotics(get_formula("second_order"), "total")


@pytest.mark.parametrize("name", ["rk4", "gill4", "dormand_prince87", "verner89"])
def test_the_mean_length_of_a_stack_is_the_logarithmic_derivative_of_r(name: str) -> None:
    r = stability_function(load_tableau(name))
    wanted = sympy.radsimp(r.diff(z).subs(z, 1) / r.subs(z, 1))
    assert sympy.radsimp(mean_length(get_formula(name), "total") / L - wanted) == 0
