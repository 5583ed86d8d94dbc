"""Butcher tableaux: every method of the data, its order by an independent route, and the errors."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import FrozenInstanceError
from fractions import Fraction
from importlib.resources import files
from random import Random
from typing import Any

import numpy as np
import pytest
from sympy import Eq, Expr, Rational, latex, sqrt

from formula2net.errors import TableauError
from formula2net.formulas.tableaux import list_tableaux, load_tableau, tableau_data
from formula2net.language.recursion import Recursion
from formula2net.language.schemes.tableau import ButcherTableau
from formula2net.language.symbols import Index, Operator, State

DATA: list[dict[str, Any]] = json.loads(
    (files("formula2net.formulas") / "data" / "tableaux.json").read_text(encoding="utf-8")
)["methods"]
EXACT = [method["name"] for method in DATA if method["order"] is not None]
EXPLICIT = [method["name"] for method in DATA if method["kind"] == "explicit"]
UNUSED = {
    "bogacki_shampine32": (4,),  # first same as last
    "dormand_prince54": (7,),  # first same as last
    "fehlberg45": (6,),  # b is the formula of order 4
    "verner65": (6,),
    "verner89": (15, 16),  # b is the formula of order 8
}

RK4_A = [[], ["1/2"], [0, "1/2"], [0, 0, 1]]
RK4_B = ["1/6", "1/3", "1/3", "1/6"]


def rk4(**changes: Any) -> ButcherTableau:
    return ButcherTableau(**{"A": RK4_A, "b": RK4_B, "order": 4, "name": "rk4", **changes})


def message(call: Any) -> str:
    with pytest.raises(TableauError) as caught:
        call()
    return str(caught.value)


# ---------------------------------------------------------------- the data


def test_data_is_well_formed() -> None:
    assert list_tableaux() == tuple(method["name"] for method in DATA)
    assert list(tableau_data().values()) == DATA
    with pytest.raises(TypeError):
        tableau_data()["mine"] = {}  # type: ignore[index]
    names = [name for method in DATA for name in (method["name"], *method["aliases"])]
    assert len(names) == len(set(names))
    assert {method["kind"] for method in DATA} == {"explicit", "implicit"}
    for method in DATA:
        assert all(method["source"][key] for key in ("author", "year", "title", "where"))
        assert method["provenance"]


@pytest.mark.parametrize("method", DATA, ids=lambda method: method["name"])
def test_every_method_loads_as_the_data_says(method: dict[str, Any]) -> None:
    tableau = load_tableau(method["name"])
    assert tableau.name == method["name"]
    assert tableau.stages == method["stages"]
    assert tableau.is_explicit == (method["kind"] == "explicit")
    assert (tableau.order, tableau.embedded_order) == (method["order"], method["embedded_order"])
    assert method["source"]["title"] in tableau.source
    assert str(method["source"]["year"]) in tableau.source
    assert (tableau.b_hat is None) == (method["b_hat"] is None)
    roots = {str(power) for row in tableau.A for x in row for power in x.atoms(type(sqrt(2)))}
    assert roots == ({method["field"][2:-1]} if method["field"] != "Q" else set())
    for alias in method["aliases"]:
        assert load_tableau(alias) is tableau
    assert load_tableau(f" {method['name'].upper().replace('_', '-')}") is tableau


@pytest.mark.parametrize("name", EXACT)
def test_order_p_holds_and_order_p_plus_1_fails(name: str) -> None:
    tableau = load_tableau(name)
    assert tableau.order is not None
    for n in range(1, tableau.order + 1):
        assert all(condition.holds for condition in tableau.order_conditions(n))
    assert not all(condition.holds for condition in tableau.order_conditions(tableau.order + 1))
    assert tableau.compute_order() == tableau.order
    if tableau.b_hat is not None:
        embedded = ButcherTableau(tableau.A, tableau.b_hat)
        assert embedded.compute_order() == tableau.embedded_order


PRIME = 2**61 + 15  # 2, 3 and 6 are squares modulo it


def residue(number: Expr) -> int:
    """The number modulo PRIME; a root of d is one residue for all of a method."""
    total = 0
    for base, factor in number.as_coefficients_dict().items():
        value = int(factor.p) * pow(int(factor.q), -1, PRIME)
        if base != 1:
            value *= pow(int(base**2), (PRIME + 1) // 4, PRIME)
        total += value
    return total % PRIME


class Series:
    """Power series in h modulo PRIME, truncated: enough arithmetic to run a method on it."""

    def __init__(self, terms: list[int]) -> None:
        self.terms = [term % PRIME for term in terms]

    def __add__(self, other: Series) -> Series:
        return Series([x + y for x, y in zip(self.terms, other.terms, strict=True)])

    def __mul__(self, other: Series) -> Series:
        x, y = self.terms, other.terms
        return Series([sum(x[k] * y[n - k] for k in range(n + 1)) for n in range(len(x))])

    def scaled(self, factor: int) -> Series:
        return Series([factor * x for x in self.terms])

    def times_h(self) -> Series:
        return Series([0, *self.terms[:-1]])

    def integral(self) -> Series:
        return Series([0, *(x * pow(n, -1, PRIME) for n, x in enumerate(self.terms[:-1], 1))])


def terms_in_common(tableau: ButcherTableau, size: int) -> int:
    """To which power of h one step agrees with the exact solution of y' = f(y), f cubic and random.

    Two unknowns are too few to tell all trees apart one by one, but random numbers modulo a large
    prime leave no chance for the failing conditions of an order to cancel.
    """
    random = Random(7)
    cubic = [[random.randrange(PRIME) for _ in range(8)] for _ in range(2)]

    def constant(value: int) -> Series:
        return Series([value] + [0] * size)

    def f(y: list[Series]) -> list[Series]:
        u, v = y
        powers = [constant(1), u, v, u * u, u * v, v * v, u * u * v, v * v * v]
        total = []
        for row in cubic:
            value = constant(0)
            for factor, power in zip(row, powers, strict=True):
                value = value + power.scaled(factor)
            total.append(value)
        return total

    start = [constant(2), constant(5)]
    exact = start
    for _ in range(size):  # Picard: each round makes one more power of h right
        exact = [y0 + slope.integral() for y0, slope in zip(start, f(exact), strict=True)]

    def moved(weights: tuple[Expr, ...], slopes: list[list[Series]]) -> list[Series]:
        y = start
        for weight, slope in zip(weights, slopes, strict=False):
            factor = residue(weight)
            y = [old + k.scaled(factor).times_h() for old, k in zip(y, slope, strict=True)]
        return y

    slopes: list[list[Series]] = []
    for row in tableau.A:
        slopes.append(f(moved(row, slopes)))
    step = moved(tableau.b, slopes)
    agree = [
        a.terms[n] == e.terms[n] for n in range(size + 1) for a, e in zip(step, exact, strict=True)
    ]
    return agree.index(False) // 2 - 1


@pytest.mark.parametrize("name", [name for name in EXPLICIT if name in EXACT])
def test_order_is_that_of_one_step_on_a_differential_equation(name: str) -> None:
    tableau = load_tableau(name)
    assert tableau.order is not None
    assert terms_in_common(tableau, tableau.order + 2) == tableau.order
    if tableau.b_hat is not None and tableau.embedded_order is not None:
        embedded = ButcherTableau(tableau.A, tableau.b_hat)
        size = tableau.embedded_order + 2
        assert terms_in_common(embedded, size) == tableau.embedded_order


def flips(tableau: ButcherTableau) -> list[tuple[list[list[Expr]], list[Expr]]]:
    """(A, b) with the sign of one coefficient that the network uses turned, for each of them."""
    result = []
    for i in range(tableau.stages):
        for j in range(i):
            if tableau.A[i][j] and i + 1 in tableau.used_stages:
                rows = [list(row) for row in tableau.A]
                rows[i][j] = -rows[i][j]
                result.append((rows, list(tableau.b)))
        if tableau.b[i]:
            weights = list(tableau.b)
            weights[i] = -weights[i]
            result.append(([list(row) for row in tableau.A], weights))
    return result


@pytest.mark.parametrize("name", [name for name in EXPLICIT if name in EXACT])
def test_one_wrong_sign_anywhere_is_found(name: str) -> None:
    tableau = load_tableau(name)
    for rows, weights in flips(tableau):
        with pytest.raises(TableauError, match=r"the condition of the tree .* fails"):
            ButcherTableau(rows, weights, order=tableau.order)


@pytest.mark.parametrize("name", list_tableaux())
def test_unused_stages_are_named(name: str) -> None:
    tableau = load_tableau(name)
    assert tableau.unused_stages == UNUSED.get(name, ())
    assert sorted(tableau.used_stages + tableau.unused_stages) == [*range(1, tableau.stages + 1)]
    assert [note.split()[2] for note in tableau.notes] == [*map(str, tableau.unused_stages)]


def test_unused_stage_may_hang_on_another() -> None:
    tableau = ButcherTableau([[], [1], [0, 1]], [1, 0, 0], order=1)
    assert tableau.used_stages == (1,)
    assert tableau.notes == (
        "RK stage 2 is not used by b and is dropped from the fixed-step network.",
        "RK stage 3 is not used by b and is dropped from the fixed-step network.",
    )


def test_rk4_is_the_classic_method_and_rk38_the_other() -> None:
    assert load_tableau("rk4") == rk4()
    assert load_tableau("rk38").c == (0, Rational(1, 3), Rational(2, 3), 1)


def test_fixed_rk8_is_part_of_verner89() -> None:
    pair, fixed = load_tableau("verner89"), load_tableau("rk8")
    assert pair.b[:14] == fixed.b
    assert tuple(row[:14] for row in pair.A[:14]) == fixed.A


def test_unknown_name_lists_the_nearest() -> None:
    assert message(lambda: load_tableau("dormand_price54")) == (
        "There is no tableau 'dormand_price54'.\n"
        "  try: dormand_prince54, dormand_prince87, dormand_prince87_published"
    )
    everything = message(lambda: load_tableau("?"))
    assert all(name in everything for name in list_tableaux())


# ---------------------------------------------------------------- the object


def test_spellings_of_one_method_are_equal() -> None:
    half, third = Fraction(1, 2), Rational(1, 3)
    square = [
        [0, 0, 0, 0],
        [half, 0, 0, 0],
        [0, (0.5).as_integer_ratio()[0] * half, 0, 0],
        [0, 0, 1, 0],
    ]
    same = ButcherTableau(square, [third / 2, third, third, third / 2], order=4, source="Kutta")
    assert same == rk4()
    assert hash(same) == hash(rk4())
    assert same.c == (0, Rational(1, 2), Rational(1, 2), 1)
    assert same != rk4(order=None)
    assert same != load_tableau("rk38")
    assert len({same, rk4(), rk4(name="other")}) == 1


def test_radicals_are_compared_by_value() -> None:
    A = [[], [1 / (2 + sqrt(2))]]
    assert ButcherTableau(A, [0, 1]) == ButcherTableau([[], ["1 - sqrt(2)/2"]], [0, 1])
    assert ButcherTableau([[], [sqrt(8)], [sqrt(2), -sqrt(2)]], [0, 0, 1]).c == (0, 2 * sqrt(2), 0)


def test_numpy_integers_are_exact() -> None:
    assert ButcherTableau([[], [np.int64(1)]], ["1/2", "1/2"], order=2) == load_tableau("heun2")


@pytest.mark.parametrize("name", list_tableaux())
def test_copies_are_equal(name: str) -> None:
    tableau = load_tableau(name)
    for twin in (
        pickle.loads(pickle.dumps(tableau)),
        copy.deepcopy(tableau),
        eval(repr(tableau), {"ButcherTableau": ButcherTableau}),  # noqa: S307
    ):
        assert twin == tableau
        assert hash(twin) == hash(tableau)
        assert (twin.name, twin.source, twin.c) == (tableau.name, tableau.source, tableau.c)


def test_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        rk4().order = 5  # type: ignore[misc]
    with pytest.raises(AttributeError):
        rk4().stages = 5  # type: ignore[misc]


def test_order_may_be_left_open() -> None:
    tableau = rk4(order=None)
    assert tableau.order is None
    assert tableau.compute_order() == 4
    assert tableau.compute_order(max_order=3) == 3
    assert ButcherTableau([[]], [2]).compute_order() == 0
    assert ButcherTableau([[]], [2], order=0).order == 0


def test_text() -> None:
    assert str(load_tableau("bs3")) == "\n".join(
        [
            "bogacki_shampine32: explicit, 4 RK stages, order 3",
            "0   |",
            "1/2 | 1/2",
            "3/4 | 0     3/4",
            "1   | 2/9   1/3  4/9",
            "----+--------------------",
            "    | 2/9   1/3  4/9  0",
            "    | 7/24  1/4  1/3  1/8",
        ]
    )
    assert str(ButcherTableau([["1/2"]], [1])) == "\n".join(
        [
            "ButcherTableau: implicit, 1 RK stage, no exact order",
            "1/2 | 1/2",
            "----+----",
            "    | 1",
        ]
    )


def test_long_numbers_are_shown_as_decimals() -> None:
    lines = str(load_tableau("dp87")).splitlines()
    assert "0.069095753359192300649..." in lines[9]
    assert max(map(len, lines)) < 500


def test_repr() -> None:
    assert repr(load_tableau("midpoint")).startswith(
        "ButcherTableau([[], ['1/2']], ['0', '1'], order=2, name='midpoint', source='C. Runge (1895"
    )


def test_latex() -> None:
    midpoint = load_tableau("midpoint")
    table = "\n".join(
        [
            r"\begin{array}{c|cc}",
            r"0 &  &  \\",
            r"\frac{1}{2} & \frac{1}{2} &  \\",
            r"\hline  & 0 & 1",
            r"\end{array}",
        ]
    )
    assert latex(midpoint) == table
    assert midpoint._repr_latex_() == rf"$\displaystyle {table}$"
    implicit = latex(load_tableau("gauss_legendre4"))
    assert r"\frac{1}{4} & \frac{1}{4} - \frac{\sqrt{3}}{6} \\" in implicit


@pytest.mark.parametrize("name", list_tableaux())
def test_latex_has_a_cell_for_each_number(name: str) -> None:
    tableau = load_tableau(name)
    _, *rows, _ = latex(tableau).split("\n")
    assert len(rows) == tableau.stages + (1 if tableau.b_hat is None else 2)
    assert {row.count("&") for row in rows} == {tableau.stages}


# ---------------------------------------------------------------- networks


i = Index("i")
X, F, K1, K2, K3, K4 = State("X"), Operator("F"), *map(State, ("K1", "K2", "K3", "K4"))


def test_euler_as_a_recursion() -> None:
    written = Recursion([Eq(K1[i], F[i, 1](X[i - 1])), Eq(X[i], X[i - 1] + K1[i])])
    assert load_tableau("euler").recursion() == written


def test_rk4_as_a_recursion() -> None:
    half, third, sixth = Rational(1, 2), Rational(1, 3), Rational(1, 6)
    end = sixth * K1[i] + third * K2[i] + third * K3[i] + sixth * K4[i]
    written = Recursion(
        [
            Eq(K1[i], F[i, 1](X[i - 1])),
            Eq(K2[i], F[i, 2](X[i - 1] + half * K1[i])),
            Eq(K3[i], F[i, 3](X[i - 1] + half * K2[i])),
            Eq(K4[i], F[i, 4](X[i - 1] + K3[i])),
            Eq(X[i], X[i - 1] + end),
        ]
    )
    assert rk4().recursion() == written
    assert rk4().recursion() != load_tableau("rk38").recursion()


def test_names_of_state_and_block() -> None:
    Y, G = State("Y"), Operator("G")
    steps = [Eq(K1[i], G[i, 1](Y[i - 1])), Eq(K2[i], G[i, 2](Y[i - 1] + Rational(1, 2) * K1[i]))]
    written = Recursion([*steps, Eq(Y[i], Y[i - 1] + K2[i])])
    assert load_tableau("midpoint").recursion(state="Y", block="G") == written


def test_irrational_coefficients_stay_exact() -> None:
    method = ButcherTableau([[], ["sqrt(2)/2"]], ["1 - sqrt(2)/2", "sqrt(2)/2"], order=2)
    part = sqrt(2) / 2
    written = [
        Eq(K1[i], F[i, 1](X[i - 1])),
        Eq(K2[i], F[i, 2](X[i - 1] + part * K1[i])),
        Eq(X[i], X[i - 1] + (1 - part) * K1[i] + part * K2[i]),
    ]
    assert method.recursion() == Recursion(written)


@pytest.mark.parametrize("name", [name for name in EXPLICIT if name in EXACT])
def test_network_has_the_used_stages_with_their_numbers(name: str) -> None:
    tableau = load_tableau(name)
    recursion = tableau.recursion()
    assert recursion.states == (*(f"K{s}" for s in tableau.used_stages), "X")
    assert recursion.operators == ("F",)
    assert len(recursion.equations) == len(tableau.used_stages) + 1
    assert not recursion.initial


def test_dropped_stages_change_nothing_in_the_network() -> None:
    pair, fixed = load_tableau("verner89"), load_tableau("verner8_fixed")
    assert pair.recursion() == fixed.recursion()


# ---------------------------------------------------------------- errors


def test_first_failing_tree_is_named() -> None:
    assert message(lambda: rk4(b=["1/6", "1/3", "1/6", "1/3"])) == (
        "rk4 is not of order 4: the condition of the tree [τ] fails.\n"
        "  sum b_i*c_i = 1/2\n"
        "  got 7/12 (off by 0.0833); expected 1/2\n"
        "  try: correct the coefficients; as they are, the order is 1"
    )
    assert message(lambda: rk4(A=[[], ["1/2"], ["1/2", 0], [0, 0, 1]])) == (
        "rk4 is not of order 4: the condition of the tree [[τ]] fails.\n"
        "  sum b_i*a_ij*c_j = 1/6\n"
        "  got 1/12 (off by -0.0833); expected 1/6\n"
        "  try: correct the coefficients; as they are, the order is 2"
    )


def test_weight_that_a_released_program_has_wrong() -> None:
    """Huta's sixth order method with 24/840 for 27/840, as some software has it."""
    huta = load_tableau("huta6")
    wrong = [Rational(24, 840) if weight == Rational(27, 840) else weight for weight in huta.b]
    assert wrong != list(huta.b)
    text = message(lambda: ButcherTableau(huta.A, wrong, order=6, name="huta6"))
    assert text.startswith("huta6 is not of order 6: the condition of the tree τ fails.")


def test_wrong_embedded_order_is_found_beside_a_wrong_order() -> None:
    pair = load_tableau("dopri5")
    wrong = {"b_hat": pair.b_hat, "order": 6, "embedded_order": 5, "name": "pair"}
    text = message(lambda: ButcherTableau(pair.A, pair.b, **wrong))
    first, second = text.split("\n\n")
    assert first.startswith("pair is not of order 6: the condition of the tree [τ,τ,τ,τ,τ] fails.")
    assert second.startswith("b_hat of pair is not of order 5: the condition of the tree [τ,τ,τ,τ]")


def test_order_that_claims_too_little() -> None:
    assert message(lambda: rk4(order=3)) == (
        "rk4 has a higher order than 3.\n  got order=3\n  try: order=4"
    )


def test_fractions_that_are_decimals_in_disguise() -> None:
    published = load_tableau("dormand_prince87_published")
    assert published.compute_order() == 0
    text = message(lambda: ButcherTableau(published.A, published.b, order=8))
    assert text == (
        "The tableau is not of order 8: the condition of the tree τ fails.\n"
        "  sum b_i = 1\n"
        "  got 0.99999999999999999631... (off by -3.69E-18); expected 1\n"
        "  try: correct the coefficients; as they are, the order is 0"
    )


def test_difference_below_twenty_digits_is_shown() -> None:
    tiny = Rational(1, 10**40)
    text = message(lambda: ButcherTableau([[]], [1 + tiny], order=1))
    assert "got 1.0000000000000000000... (off by 1.00E-40); expected 1" in text


def test_all_floats_are_listed_at_once() -> None:
    text = message(lambda: ButcherTableau([[], [0.5]], [0.1666, 1 / 3], c=[0, 0.5]))
    assert [line for line in text.splitlines() if "is a float" in line] == [
        "0.1666 is a float: write Rational(1, 6) for b_1.",
        "0.3333333333333333 is a float: write Rational(1, 3) for b_2.",
        "0.5 is a float: write Rational(1, 2) for a_2,1.",
        "0.5 is a float: write Rational(1, 2) for c_2.",
    ]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (
            {"A": [["1/2"], [0, "1/2"], [0, 0, 1]]},
            """A has 3 rows.
  expected 4, one for each entry of b
  try: the first row of an explicit method is empty: A=[[], [1]]""",
        ),
        (
            {"A": [[], ["1/2"], ["1/2"], [0, 0, 1]]},
            "Row 3 of A has 1 entries.\n  expected 2 (those below the diagonal) or 4",
        ),
        ({"A": [], "b": []}, "rk4 has no RK stages.\n  try: A=[[]], b=[1]"),
        (
            {"c": [0, "1/2", "1/2", 2]},
            "c_4 is not the sum of row 4 of A.\n  got 2; expected 1",
        ),
        ({"c": [0]}, "c has 1 entries.\n  expected 4, one for each RK stage"),
        ({"b_hat": [1]}, "b_hat has 1 entries.\n  expected 4, one for each RK stage"),
        ({"order": -1}, "order=-1 is no order.\n  expected 0, 1, 2, ..."),
        ({"order": "4"}, "order='4' is no order.\n  expected 0, 1, 2, ..."),
        ({"embedded_order": 3}, "embedded_order=3 has no b_hat."),
    ],
)
def test_misfits(changes: dict[str, Any], text: str) -> None:
    assert message(lambda: rk4(**changes)) == text


@pytest.mark.parametrize(
    "name", [method["name"] for method in DATA if method["kind"] == "implicit"]
)
def test_implicit_methods_make_no_network(name: str) -> None:
    assert message(load_tableau(name).recursion) == (
        f"{name} is implicit: needs a solver, and makes no network.\n"
        "  expected entries of A below the diagonal only"
    )


def test_methods_without_an_order_make_no_network() -> None:
    assert message(load_tableau("dp87_published").recursion) == (
        "dormand_prince87_published claims no exact order and makes no network.\n"
        "  got order=None; the conditions give 0\n"
        "  try: coefficients whose weights sum to 1 exactly"
    )
    assert message(rk4(order=None).recursion) == (
        "rk4 claims no exact order and makes no network.\n"
        "  got order=None; the conditions give 4\n"
        "  try: order=4"
    )
