"""Rooted trees, exact numbers and order conditions, each against facts that do not use them."""

from __future__ import annotations

from fractions import Fraction
from math import factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Integer, Rational, Symbol, cbrt, pi, root, sqrt

from formula2net.errors import Problem
from formula2net.language.schemes.numbers import exact_numbers
from formula2net.language.schemes.order import OrderConditions
from formula2net.language.schemes.rooted_trees import LEAF, RootedTree, rooted_trees

# Hairer, Norsett, Wanner I, Table II.2.1 and II.2.2, and OEIS A000081.
NUMBER_OF_TREES = [0, 1, 1, 2, 4, 9, 20, 48, 115, 286, 719]
TEXTBOOK = [
    ("τ", 1, 1, "b_i"),
    ("[τ]", 2, 1, "b_i*c_i"),
    ("[τ,τ]", 3, 2, "b_i*c_i^2"),
    ("[[τ]]", 6, 1, "b_i*a_ij*c_j"),
    ("[τ,τ,τ]", 4, 6, "b_i*c_i^3"),
    ("[τ,[τ]]", 8, 1, "b_i*c_i*a_ij*c_j"),
    ("[[τ,τ]]", 12, 2, "b_i*a_ij*c_j^2"),
    ("[[[τ]]]", 24, 1, "b_i*a_ij*a_jk*c_k"),
]


def read(value: object) -> object:
    """The exact number, or None if it is refused."""
    problems: list[Problem] = []
    (number,) = exact_numbers([value], "b_", problems)
    return None if problems else number


def test_number_of_trees() -> None:
    assert [len(rooted_trees(n)) for n in range(11)] == NUMBER_OF_TREES
    assert all(tree.order == n for n in range(11) for tree in rooted_trees(n))


def test_trees_of_the_textbook_in_its_order() -> None:
    trees = [tree for n in range(1, 5) for tree in rooted_trees(n)]
    assert [(str(t), t.density, t.symmetry, t.weight_text()) for t in trees] == TEXTBOOK


@pytest.mark.parametrize("n", range(1, 11))
def test_symmetry_and_density_count_labellings(n: int) -> None:
    trees = rooted_trees(n)
    # Cayley: n^(n-1) rooted trees on n labelled vertices; (n-1)! whose labels grow to the leaves.
    assert sum(Fraction(factorial(n), t.symmetry) for t in trees) == n ** (n - 1)
    assert sum(Fraction(factorial(n), t.symmetry * t.density) for t in trees) == factorial(n - 1)


def test_subtrees_are_unordered() -> None:
    chain = RootedTree((LEAF,))
    assert RootedTree((chain, LEAF)) == RootedTree((LEAF, chain))
    assert len({RootedTree((chain, LEAF)), RootedTree((LEAF, chain))}) == 1
    assert str(RootedTree((chain, LEAF, chain))) == "[τ,[τ],[τ]]"


def test_weight_text_names_each_inner_vertex() -> None:
    cherry = RootedTree((LEAF, LEAF))
    both = RootedTree((cherry, RootedTree((cherry,))))
    assert both.weight_text() == "b_i*a_ij*c_j^2*a_ik*a_kl*c_l^2"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", Integer(0)),
        ("7", Integer(7)),
        ("-7/3", Rational(-7, 3)),
        (" + 2 / 4 ", Rational(1, 2)),
        ("sqrt(6)", sqrt(6)),
        ("-sqrt(2)/2", -sqrt(2) / 2),
        ("3/50 - sqrt(6)/150", Rational(3, 50) - sqrt(6) / 150),
        ("1/5+2*sqrt(12)/3-4", Rational(-19, 5) + 4 * sqrt(3) / 3),
        ("sqrt(4) - 2", Integer(0)),
        ("sqrt(0) + 1", Integer(1)),
        ("sqrt(2) + sqrt(3)", sqrt(2) + sqrt(3)),
    ],
)
def test_text_is_read_exactly(text: str, number: object) -> None:
    assert read(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "x", "1 2", "1/0", "1//2", "2**3", "1/2/3", "--1", "sqrt(-2)", "sqrt(x)", "1e3",
        "0x10", "sqrt(2)*sqrt(3)", "1/2 +", "exit()", "__import__('os')", "1,5", "0.5", "nan",
    ],
)  # fmt: skip
def test_other_text_is_refused_and_never_evaluated(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (3, Integer(3)),
        (Fraction(2, 6), Rational(1, 3)),
        (np.int64(-4), Integer(-4)),
        (1 / (1 + sqrt(2)), sqrt(2) - 1),
        ((1 + sqrt(3)) * (1 - sqrt(3)), Integer(-2)),
        (sqrt(Rational(1, 12)), sqrt(3) / 6),
        (sqrt(2) * (sqrt(3) + sqrt(6)), sqrt(6) + 2 * sqrt(3)),
        (cbrt(16), 2 * cbrt(2)),
        (root(4, 6), cbrt(2)),
        (sqrt(2) * cbrt(3), root(72, 6)),
    ],
)
def test_equal_numbers_become_equal_objects(value: object, number: object) -> None:
    assert read(value) == number
    assert hash(read(value)) == hash(number)


@pytest.mark.parametrize(
    "value", [pi, sqrt(-1), Symbol("a"), sqrt(1 + sqrt(2)), None, [1], 1j, Integer(1) / 0]
)
def test_what_is_no_exact_number_is_refused(value: object) -> None:
    problems: list[Problem] = []
    exact_numbers([value], "b_", problems)
    assert [problem.what for problem in problems] == [
        f"{value!r} is not an exact number, given for b_1."
    ]


@pytest.mark.parametrize(
    ("value", "spelling"),
    [
        (1 / 6, "Rational(1, 6)"),
        (0.1666, "Rational(1, 6)"),
        (-0.3333, "Rational(-1, 3)"),
        (0.3, "Rational(3, 10)"),
        (0.12345, "Rational(2469, 20000)"),
        (2.0, "2"),
        (0.0, "0"),
        (1e-7, "Rational(1, 10000000)"),
        (np.float64(0.5), "Rational(1, 2)"),
        (Rational(1, 2).evalf(), "Rational(1, 2)"),
        ("0.75", "Rational(3, 4)"),
        (float("nan"), "an integer or Rational(p, q)"),
        (float("inf"), "an integer or Rational(p, q)"),
    ],
)
def test_a_float_is_refused_with_its_exact_spelling(value: object, spelling: str) -> None:
    problems: list[Problem] = []
    exact_numbers([1, value], "c_", problems)
    (problem,) = problems
    assert problem.what == f"{value} is a float: write {spelling} for c_2."


numbers = st.fractions(min_value=-3, max_value=3, max_denominator=9)
surds = st.builds(
    lambda p, q, r, d, e: (
        Rational(p.numerator, p.denominator)
        + Rational(q.numerator, q.denominator) * sqrt(d)
        + Rational(r.numerator, r.denominator) * root(d, e)
    ),
    numbers,
    numbers,
    numbers,
    st.sampled_from([2, 3, 6, 8]),
    st.sampled_from([2, 3]),
)


@given(st.lists(surds, min_size=6, max_size=6))
def test_elementary_weights_are_those_of_the_definition(values: list[Rational]) -> None:
    """Against sums over all indices, written out from the text of the tree with SymPy."""
    a21, a31, a32, *b = values
    A = [[0, 0, 0], [a21, 0, 0], [a31, a32, 0]]
    c = [sum(row) for row in A]
    index = range(3)
    written = {
        "τ": sum(b),
        "[τ]": sum(b[i] * c[i] for i in index),
        "[τ,τ]": sum(b[i] * c[i] ** 2 for i in index),
        "[[τ]]": sum(b[i] * A[i][j] * c[j] for i in index for j in index),
        "[τ,τ,τ]": sum(b[i] * c[i] ** 3 for i in index),
        "[τ,[τ]]": sum(b[i] * c[i] * A[i][j] * c[j] for i in index for j in index),
        "[[τ,τ]]": sum(b[i] * A[i][j] * c[j] ** 2 for i in index for j in index),
        "[[[τ]]]": Integer(0),  # a chain of four needs four RK stages
    }
    rows = [exact_numbers(row, "a_", []) for row in A]
    conditions = OrderConditions(rows)
    weights = exact_numbers(b, "b_", [])
    found = [condition for n in range(1, 5) for condition in conditions.of_order(weights, n)]
    assert {str(x.tree): x.got for x in found} == {tree: read(x) for tree, x in written.items()}
    assert all(x.expected == Rational(1, x.tree.density) for x in found)


def test_conditions_know_whether_they_hold() -> None:
    euler = OrderConditions([exact_numbers([0], "a_", [])])
    one = exact_numbers([1], "b_", [])
    (first,), (second,) = euler.of_order(one, 1), euler.of_order(one, 2)
    assert first.holds
    assert not second.holds
    assert (second.got, second.expected) == (0, Rational(1, 2))
    assert euler.first_failure(one, 1) is None
    assert euler.first_failure(one, 2) == second
