"""Linear multistep methods: orders of the literature, conditions, spellings and errors."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError
from fractions import Fraction
from typing import Any

import pytest
from sympy import Eq, Expr, Poly, Rational, Symbol, interpolate, latex, sqrt

from formula2net.errors import TableauError
from formula2net.language.recursion import Recursion
from formula2net.language.schemes.multistep import METHODS, LinearMultistep
from formula2net.language.symbols import Index, Operator, State

# (alpha, beta, order, C_{p+1}): Hairer, Norsett, Wanner I, III.1 and III.2. Methods are solved for
# X_i with coefficient 1, and C_{p+1} is not divided by the sum of beta.
LITERATURE = {
    "euler": ((1, -1), (0, 1), 1, "1/2"),
    "implicit euler": ((1, -1), (1,), 1, "-1/2"),
    "trapezoidal": ((1, -1), ("1/2", "1/2"), 2, "-1/12"),
    "adams-bashforth 2": ((1, -1), (0, "3/2", "-1/2"), 2, "5/12"),
    "adams-bashforth 3": ((1, -1), (0, "23/12", "-16/12", "5/12"), 3, "3/8"),
    "adams-bashforth 4": ((1, -1), (0, "55/24", "-59/24", "37/24", "-9/24"), 4, "251/720"),
    "adams-moulton 3": ((1, -1), ("5/12", "8/12", "-1/12"), 3, "-1/24"),
    "adams-moulton 4": ((1, -1), ("9/24", "19/24", "-5/24", "1/24"), 4, "-19/720"),
    "leapfrog": ((1, 0, -1), (0, 2), 2, "1/3"),
    "milne-simpson": ((1, 0, -1), ("1/3", "4/3", "1/3"), 4, "-1/90"),
    "bdf 2": (("3/2", -2, "1/2"), (1,), 2, "-2/9"),
    # Explicit, of the highest order for two steps, and useless: it is unstable (III.3, (3.2)).
    "explicit of order 3": ((1, 4, -5), (0, 4, 2), 3, "1/6"),
}


def message(call: Any) -> str:
    with pytest.raises(TableauError) as caught:
        call()
    return str(caught.value)


@pytest.mark.parametrize("name", LITERATURE)
def test_order_and_error_constant_of_the_literature(name: str) -> None:
    alpha, beta, order, constant = LITERATURE[name]
    method = LinearMultistep(alpha, beta, order=order)
    assert method.order == order
    assert [method.condition(q) for q in range(order + 1)] == [0] * (order + 1)
    assert method.condition(order + 1) == Rational(constant)
    assert method.is_consistent
    assert method.is_explicit == (not beta[0])


@pytest.mark.parametrize("name", LITERATURE)
def test_order_is_the_degree_up_to_which_polynomials_are_solved(name: str) -> None:
    alpha, beta, order, _ = LITERATURE[name]
    method = LinearMultistep(alpha, beta)
    t = Symbol("t")

    def residual(degree: int) -> Expr:
        """What is left of the method on y = t^degree, y' = degree*t^(degree - 1), at any t."""
        y = Poly(t**degree, t)
        states = [a * y.compose(Poly(t - j, t)) for j, a in enumerate(method.alpha)]
        slopes = [b * y.diff().compose(Poly(t - j, t)) for j, b in enumerate(method.beta)]
        return sum(states, Poly(0, t)) - sum(slopes, Poly(0, t))

    assert all(residual(degree).is_zero for degree in range(order + 1))
    assert not residual(order + 1).is_zero


@pytest.mark.parametrize("steps", [2, 3, 4])
def test_adams_bashforth_integrates_the_interpolating_polynomial(steps: int) -> None:
    t = Symbol("t")
    method = LinearMultistep.named(f"adams_bashforth{steps}")
    for lag in range(1, steps + 1):
        points = [(-j, int(j == lag)) for j in range(1, steps + 1)]
        integral = Poly(interpolate(points, t), t).integrate()
        assert method.beta[lag] == integral.eval(0) - integral.eval(-1)
    assert method.alpha == (1, -1, *[0] * (steps - 1))
    assert (method.steps, method.order) == (steps, steps)


def test_named_methods() -> None:
    assert list(METHODS) == ["adams_bashforth2", "adams_bashforth3", "adams_bashforth4", "leapfrog"]
    assert all(LinearMultistep.named(name) is method for name, method in METHODS.items())
    assert all(method.name == name and method.is_explicit for name, method in METHODS.items())
    assert METHODS["leapfrog"].alpha == (1, 0, -1)
    assert METHODS["leapfrog"].beta == (0, 2, 0)
    with pytest.raises(TypeError):
        METHODS["mine"] = METHODS["leapfrog"]  # type: ignore[index]


def test_unknown_name_lists_the_nearest() -> None:
    assert message(lambda: LinearMultistep.named("leapfrogs")) == (
        "There is no method 'leapfrogs'.\n  try: leapfrog"
    )
    assert message(lambda: LinearMultistep.named("?")) == (
        "There is no method '?'.\n"
        "  try: adams_bashforth2, adams_bashforth3, adams_bashforth4, leapfrog"
    )


def test_methods_that_compute_the_same_are_equal() -> None:
    euler = LinearMultistep((1, -1), (0, 1))
    for same in (
        LinearMultistep((2, "-2", 0, 0), (0, Fraction(4, 2)), name="euler"),
        LinearMultistep((1, -1, 0), (0, 1, 0, 0), order=1),
        LinearMultistep((sqrt(2), -sqrt(2)), (0, sqrt(2))),
        LinearMultistep((1 + sqrt(2), -1 - sqrt(2)), (0, 1 + sqrt(2))),
    ):
        assert same == euler
        assert hash(same) == hash(euler)
        assert same.steps == 1
    assert euler != LinearMultistep((1, -1), (0, 2))
    assert euler != LinearMultistep((1, -1), (1,))


def test_inconsistent_methods_have_order_0() -> None:
    for beta, alpha in [((0, 1), (1, -2)), ((0, 2), (1, -1))]:
        method = LinearMultistep(alpha, beta, order=0)
        assert method.order == 0
        assert not method.is_consistent


@pytest.mark.parametrize("name", METHODS)
def test_copies_are_equal(name: str) -> None:
    method = METHODS[name]
    for twin in (
        pickle.loads(pickle.dumps(method)),
        copy.deepcopy(method),
        eval(repr(method), {"LinearMultistep": LinearMultistep}),  # noqa: S307
    ):
        assert twin == method
        assert (twin.name, twin.order) == (method.name, method.order)


def test_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        METHODS["leapfrog"].order = 4  # type: ignore[misc]


def test_text_and_latex() -> None:
    method = METHODS["adams_bashforth2"]
    assert str(method) == "X[i] = X[i - 1] + 3*F(X[i - 1])/2 - F(X[i - 2])/2"
    assert repr(method) == (
        "LinearMultistep(['1', '-1', '0'], ['0', '3/2', '-1/2'], order=2, name='adams_bashforth2')"
    )
    leapfrog = r"X_{i} = X_{i - 2} + 2 F(X_{i - 1})"
    assert latex(METHODS["leapfrog"]) == leapfrog
    assert METHODS["leapfrog"]._repr_latex_() == rf"$\displaystyle {leapfrog}$"
    assert (
        str(LinearMultistep((3, -4, 1), (2,))) == "X[i] = 4*X[i - 1]/3 - X[i - 2]/3 + 2*F(X[i])/3"
    )


# ---------------------------------------------------------------- networks

i = Index("i")
X, F = State("X"), Operator("F")


def test_adams_bashforth_as_a_recursion() -> None:
    written = Recursion(
        Eq(X[i], X[i - 1] + Rational(3, 2) * F[i](X[i - 1]) - Rational(1, 2) * F[i - 1](X[i - 2])),
        initial=Eq(X[1], X[0] + F[1](X[0])),
    )
    assert METHODS["adams_bashforth2"].recursion() == written


def test_leapfrog_as_a_recursion() -> None:
    start = Eq(X[1], X[0] + F[1](X[0]))
    written = Recursion(Eq(X[i], X[i - 2] + 2 * F[i](X[i - 1])), initial=start)
    assert METHODS["leapfrog"].recursion() == written


@pytest.mark.parametrize("name", METHODS)
def test_missing_starting_values_are_euler_steps(name: str) -> None:
    method = METHODS[name]
    recursion = method.recursion()
    assert recursion == method.recursion(
        initial=[Eq(X[m], X[m - 1] + F[m](X[m - 1])) for m in range(1, method.steps)]
    )
    assert len(recursion.initial) == method.steps - 1


def test_other_starting_values() -> None:
    method, start = METHODS["leapfrog"], Eq(X[1], X[0])
    written = Recursion(Eq(X[i], X[i - 2] + 2 * F[i](X[i - 1])), initial=start)
    assert method.recursion(initial=start) == method.recursion(initial=[start]) == written
    assert method.recursion(initial=start) != method.recursion()


def test_one_step_method_needs_no_starting_values() -> None:
    Y, G = State("Y"), Operator("G")
    recursion = LinearMultistep((1, -1), (0, 1)).recursion(state="Y", block="G")
    assert recursion == Recursion(Eq(Y[i], Y[i - 1] + G[i](Y[i - 1])))


# ---------------------------------------------------------------- errors


def test_all_floats_are_listed_at_once() -> None:
    text = message(lambda: LinearMultistep((1, -1.0), (0, 1.5, -0.5)))
    assert [line for line in text.splitlines() if "is a float" in line] == [
        "-1.0 is a float: write -1 for alpha_1.",
        "1.5 is a float: write Rational(3, 2) for beta_1.",
        "-0.5 is a float: write Rational(-1, 2) for beta_2.",
    ]


@pytest.mark.parametrize("alpha", [(), (0, 1)])
def test_alpha_0_is_needed(alpha: tuple[int, ...]) -> None:
    assert message(lambda: LinearMultistep(alpha, (0, 1))) == (
        "alpha_0, the coefficient of X_i, is missing.\n"
        "  try: list the coefficients by lag: (1, -1) for X[i] - X[i - 1]"
    )


@pytest.mark.parametrize("beta", [(), (0, 0)])
def test_something_must_be_read(beta: tuple[int, ...]) -> None:
    assert message(lambda: LinearMultistep((1, 0), beta)) == (
        "X_i reads no value.\n  try: alpha=(1, -1), beta=(0, 1)"
    )


def test_wrong_claims() -> None:
    assert message(lambda: LinearMultistep((1, -1), (0, "3/2", "1/2"), order=2, name="ab2")) == (
        "ab2 is not of order 2: the condition C_1 fails.\n"
        "  got C_1 = -1; expected C_1 = 0\n"
        "  try: order=0"
    )
    assert message(lambda: LinearMultistep((1, -1), (0, "3/2", "-1/2"), order=1)) == (
        "The method has a higher order than 1.\n  try: order=2"
    )


@pytest.mark.parametrize("order", ["1", -1, 1.0, True])
def test_what_is_no_order(order: object) -> None:
    assert message(lambda: LinearMultistep((1, -1), (0, 1), order=order)) == (
        f"order={order!r} is no order.\n  expected 0, 1, 2, ..."
    )


def test_implicit_methods_make_no_network() -> None:
    method = LinearMultistep((3, -4, 1), (2,), order=2, name="bdf2")
    assert message(method.recursion) == (
        "bdf2 is implicit: needs a solver, and makes no network.\n"
        "  got beta_0 = 2/3; expected beta_0 = 0"
    )
