"""Two recursions are equal when they mean the same, whatever they are called and spelled."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Eq, Expr, Integer, Piecewise, Rational, Sum, sqrt

from formula2net.language.expressions import (
    Applied,
    Compose,
    FeatureScale,
    FeatureSum,
    OperatorScale,
    OperatorSum,
)
from formula2net.language.recursion import Recursion
from formula2net.language.rewriting import substitute
from formula2net.language.structure import Concat, Hadamard, Mean, Split, ZerosLike
from formula2net.language.symbols import Activation, Index, Input, Norm, Operator, Scalar, State
from tests.language.strategies import features, numbers, operators

X, Y, Z, W, T = State("X"), State("Y"), State("Z"), Operator("W"), Operator("T")
H, norm = Operator("H", width=Rational(1, 2)), Norm()
i, j, k, m, n, s = map(Index, "ijkmns")
a, b, z, relu = Scalar("a"), Scalar("b"), Input("z"), Activation("relu")
x, y = X[i - 1], X[i - 2]
even = Eq(i % 2, 0)


def formula(rhs: Expr) -> Recursion:
    return Recursion(Eq(X[i], rhs))


EQUAL = [
    ((1 + W[i]) * x, x + W[i](x)),
    ((W[i] + T[i]) * x, T[i](x) + W[i](x)),
    ((2 * W[i]) * x, 2 * W[i](x)),
    ((W[i] * T[i]) * x, W[i](T[i](x))),
    (W[i] ** 2 * x, W[i](W[i](x))),
    (W[i] ** 0 * x, x),
    ((2 - T[i]) * x, 2 * x - T[i](x)),
    ((1 + W[i]) * ((1 + T[i]) * x), x + T[i](x) + W[i](x + T[i](x))),
    (W[i]((1 + T[i]) * x), W[i](x + T[i](x))),
    (W[i](2 * (x + y)), W[i](2 * y + 2 * x)),
    (x + (y + x), 2 * x + y),
    (x - x + y, y),
    (0 * x + y, y),
    (2 * (x - y / 2), 2 * x - y),
    (0 - (-x), x),
    (a * (a + 1) * x, a**2 * x + a * x),
    (x / (1 + sqrt(2)), (sqrt(2) - 1) * x),
    (sqrt(6) / 6 * x, x / sqrt(6)),
    ((a**2 - 1) / (a - 1) * x, (a + 1) * x),
    (a[i] * x, Scalar("a", start=2)[i] * x),
    (Sum(j, (j, 1, i)) * x, Sum(k, (k, 1, i)) * x),
    (Sum(a[j] * k, (j, 1, k), (k, 1, i)) * x, Sum(j * a[k], (k, 1, j), (j, 1, i)) * x),
    (Sum(j, (j, 1, 4)) * x, 10 * x),
    (Sum(j * k, (j, k, 3), (k, 1, 2)) * x, 16 * x),
    (Sum(a[j], (j, i - 1, i)) * x, (a[i - 1] + a[i]) * x),
    (x + Sum(j, (j, i, i - 2)) * y, x),
    (sqrt(Sum(k, (k, 1, i)) + Sum(2, (j, 1, 3))) * x, sqrt(6 + Sum(j, (j, 1, i))) * x),
    (Hadamard(x, y), Hadamard(y, x)),
    (Hadamard(1 - T[i](x), x + y), Hadamard(y + x, -T[i](x) + 1)),
    (Concat(x, Concat(y, X[0])), Concat(Concat(x, y), X[0])),
    (Concat(X[j], (j, i - 2, i - 1)), Concat(y, x)),
    (Concat(X[j], (j, 0, i - 1)), Concat(X[k], (k, 0, i - 1))),
    (Concat(X[0], Concat(X[j], (j, 1, i - 1))), Concat(X[0], Concat(X[n], (n, 1, i - 1)))),
    (Concat(x), x),
    (Mean(x, y), (x + y) / 2),
    (Mean(X[j], (j, i - 2, i - 1)), x / 2 + y / 2),
    (Mean(X[j], (j, 0, i - 1)), Sum(X[j] / i, (j, 0, i - 1))),
    (Mean(X[j], (j, i - 2, i - 1), clip=True), Mean(X[k], (k, i - 2, i - 1), clip=True)),
    (Sum(X[j], (j, i - 2, i - 1)), x + y),
    (Sum(X[j], (j, 0, i - 1)) / 2, Sum(X[k] / 2, (k, 0, i - 1))),
    (Sum(X[j] + W[j](X[j]), (j, 0, i - 1)), Sum((1 + W[j]) * X[j], (j, 0, i - 1))),
    (Sum(X[j], (j, i, i - 1)) + x, x),
    (Sum(W[i, s], (s, 1, 2)) * x, W[i, 2](x) + W[i, 1](x)),
    (Sum(W[j], (j, 0, i)) * x, Sum(W[j](x), (j, 0, i))),
    (Sum(Sum(a[j, k] * X[j], (k, 0, j)), (j, 0, i - 1)),
     Sum(a[m, n] * X[m], (n, 0, m), (m, 0, i - 1))),
    (Split(x + y, 2)[1], Split(y + x, 2)[1]),
    (ZerosLike(2 * x), ZerosLike(x + x)),
    (relu((1 + W[i]) * x), relu(W[i](x) + x)),
    (Piecewise((x, even), (y, True)), Piecewise((1 * x, even), (2 * y - y, True))),
    (Piecewise((W[i], even), (T[i], True)) * x, Piecewise((W[i](x), even), (T[i](x), True))),
    (H[i](W[i](x)), (H[i] * W[i]) * x),
    (H[i](x) + T[i](x), (T[i] + H[i]) * x),
    (W[i](H[i](x) + T[i](x)), W[i](T[i](x) + H[i](x))),
    ((relu * norm[i]) * x, relu(norm[i](x))),
    ((relu * norm[i]) * Concat(x, y), relu(norm[i](Concat(x, Concat(y))))),
    ((relu * H[i]) * x, relu(H[i](x))),
    (W[i](Concat(x, Concat(X[j], (j, 1, 0)))), W[i](x)),
    (Piecewise((H[i], even), (T[i], True)) * x, Piecewise((H[i](x), even), (T[i](x), True))),
]  # fmt: skip

DIFFERENT = [
    (W[i](x / 2), W[i](x) / 2),
    (W[i](x + y), W[i](x) + W[i](y)),
    (W[i] * (1 + T[i]) * x, (W[i] + W[i] * T[i]) * x),
    (W[i](T[i](x)), T[i](W[i](x))),
    (W[i](x), W[i - 1](x)),
    (W[i](x), W(x)),
    (W[i](x), relu(x)),
    (W[i](x), T[i](x)),
    (x, y),
    (x, 2 * x),
    (Concat(x, y), Concat(y, x)),
    (Concat(x, y), x + y),
    (Concat(X[j], (j, i - 2, i - 1)), Concat(X[j], (j, i - 2, i - 1), clip=True)),
    (Concat(X[j], (j, 0, i - 1)), Concat(X[j], (j, 1, i - 1))),
    (Hadamard(x, y), Hadamard(x, x, y)),
    (Hadamard(1 - x, y), Hadamard(x, y)),
    (Split(x, 2)[1], Split(x, 2)[2]),
    (Split(x, 2)[1], Split(x, 4)[1]),
    (ZerosLike(x) + x, x),
    (a * x, b * x),
    (a[i] * x, a * x),
    (Sum(X[j], (j, 0, i - 1)), Sum(X[j], (j, 1, i - 1))),
    (Sum(j * X[j], (j, 0, i - 1)), Sum(X[j], (j, 0, i - 1))),
    (Piecewise((x, even), (y, True)), Piecewise((y, even), (x, True))),
    (H[i](x), Operator("H")[i](x)),
    (H[i](x), Operator("H", width=Rational(1, 4))[i](x)),
    (H[i](x), Operator("H", width=Rational(1, 2), stride=1)[i](x)),
    (Operator("W", stride=1)(x), W(x)),
    (norm[i](x), Norm("norm2")[i](x)),
    (norm[i](x), norm(x)),
    (norm[i](x), Operator("norm")[i](x)),
    (norm[i](x), Activation("norm")(x)),
]


@pytest.mark.parametrize(("one", "other"), EQUAL, ids=str)
def test_equal(one: Expr, other: Expr) -> None:
    assert formula(one) == formula(other)
    assert hash(formula(one)) == hash(formula(other))
    inside = [Recursion(Eq(X[i], X[i - 3] - 2 * T(rhs))) for rhs in (one, other)]
    assert inside[0] == inside[1]


@pytest.mark.parametrize(("one", "other"), DIFFERENT, ids=str)
def test_different(one: Expr, other: Expr) -> None:
    assert formula(one) != formula(other)


def test_the_name_and_the_shift_of_the_index_do_not_matter() -> None:
    plain = Recursion(
        Eq(X[i], (1 + W[i]) * X[i - 1] - W[i - 1] * X[i - 2]), Eq(X[1], (1 + W[1]) * X[0])
    )
    shifted = Recursion(
        Eq(X[n + 2], X[n + 1] + W[n + 2](X[n + 1]) - W[n + 1](X[n])), Eq(X[1], X[0] + W[1](X[0]))
    )
    assert plain == shifted
    assert hash(plain) == hash(shifted)
    assert plain != shifted.rename(X="Y")
    assert len({plain, shifted}) == 1


def test_systems_lanes_and_families() -> None:
    lanes = Recursion((Eq(X[i, k], W[i, k](X[i - 1, k])), (k, 1, 2)), output=X[i, 1] + X[i, 2])
    listed = Recursion(
        [Eq(X[n, 2], W[n, 2](X[n - 1, 2])), Eq(X[n, 1], W[n, 1](X[n - 1, 1]))],
        output=Sum(X[m, j], (j, 1, 2)),
    )
    assert lanes == listed
    family = [(Eq(X[j], Split(z, 2)[j + 2]), (j, -1, 0))]
    halves = [Eq(X[0], Split(z, 2)[2]), Eq(X[-1], Split(z, 2)[1])]
    step = Eq(X[i], W[i](Concat(x, y)))
    assert Recursion(step, family) == Recursion(step, halves)


def test_bound_names_do_not_depend_on_how_lanes_are_given() -> None:
    total = Sum(X[j, 1], (j, 0, i - 1))
    family = Recursion((Eq(X[i, k], total), (k, 1, 1)), output=X[i, 1])
    single = Recursion(Eq(X[i, 1], total), output=X[i, 1])
    assert family == single


def test_initial_values_and_outputs_count() -> None:
    step = Eq(X[i], W[i](x))
    assert Recursion(step) == Recursion(step, output=X) == Recursion(step, output=X[n])
    assert Recursion(step) != Recursion(step, output=X[n - 1])
    assert Recursion(step) != Recursion(step, Eq(X[1], X[0]))
    assert Recursion(step, Eq(X[1], X[0])) == Recursion([step, Eq(X[1], X[0])], output=X)
    assert Recursion(step) == Recursion(step, expects={"words": 1})
    two = [Eq(Y[i], W[i](Y[i - 1])), Eq(X[i], x + Y[i - 1])]
    assert Recursion(two, output=X) == Recursion(two[::-1], output=X)
    assert Recursion(two) != Recursion(two[::-1])
    assert Recursion(step) != "X[i] = W[i](X[i - 1])"


def test_a_formula_as_a_block_counts_by_its_meaning_and_depth() -> None:
    one, same = formula((1 + W[i]) * x), formula(x + W[i](x))
    assert formula(one.as_operator(2)(x)) == formula(same.as_operator(2)(x))
    assert formula(one.as_operator(2)(x)) != formula(same.as_operator(3)(x))
    assert formula(one.as_operator(2)[i](x)) != formula(one.as_operator(2)(x))
    half = one.as_operator(2, width=Rational(1, 2))
    assert formula(half(x)) == formula(same.as_operator(2, width=Rational(1, 2))(x))
    assert formula(half(x)) != formula(one.as_operator(2)(x))


def test_a_formula_as_a_block_counts_by_the_shapes_in_it() -> None:
    wide, narrow = formula(W[i](x)), formula(Operator("W", width=Rational(1, 2))[i](x))
    assert wide != narrow
    assert formula(wide.as_operator(2)(x)) != formula(narrow.as_operator(2)(x))


def test_a_bound_of_a_range_follows_the_index_of_the_outer_one() -> None:
    moved = substitute(Sum(X[j], (j, 1, k), (k, 1, i)), {i: k})
    assert moved.free_symbols == {X[k].indices[0]}
    assert moved.limits[0][2] == moved.limits[1][0] != k


def test_no_index_is_captured_by_a_substitution() -> None:
    j_ = Index("j_")
    moved = substitute(Sum(i * X[j] / j_, (j, 1, 3)), {i: j})
    (bound, *_), body = moved.limits[0], moved.function
    assert bound not in (j, j_)
    assert body == j * X[bound] / j_


@given(features, st.integers(0, 2**32))
def test_random_rewriting_keeps_the_meaning(expr: Expr, seed: int) -> None:
    source = random.Random(seed)
    assert formula(_respelled(expr, source)) == formula(expr)


@given(features, st.integers(-3, 3))
def test_random_shifts_keep_the_meaning(expr: Expr, shift: int) -> None:
    moved = substitute(expr, {i: n + shift})
    assert Recursion(Eq(X[n + shift], moved)) == formula(expr)


@given(operators(), operators(), numbers, features)
def test_operators_form_a_near_ring(f: Expr, g: Expr, c: Expr, v: Expr) -> None:
    assert formula((f + g) * v) == formula(f * v + g * v)
    assert formula((c * f) * v) == formula(c * (f * v))
    assert formula((f * g) * v) == formula(f * (g * v))
    assert formula((c + f) * v) == formula(c * v + f * v)


def _respelled(expr: Expr, source: random.Random) -> Expr:
    """The same by the laws of sums and operators, at random places on every level."""
    args = [_respelled(part, source) if isinstance(part, Expr) else part for part in expr.args]
    if isinstance(expr, (FeatureSum, OperatorSum)):
        source.shuffle(args)
        return expr.func(expr.func(*args[:1]), *args[1:]) if source.random() < 0.5 else sum(args)
    if isinstance(expr, Hadamard):
        source.shuffle(args)
    result = expr.func(*args) if args else expr
    if isinstance(result, Applied) and source.random() < 0.5:
        return _applied(result.operator, result.argument)
    if isinstance(result, Concat) and result.window is None and source.random() < 0.5:
        return Concat(result.terms[0], Concat(*result.terms[1:]))
    if isinstance(result, FeatureScale) and source.random() < 0.3:
        return result.coefficient * result.feature / 2 + FeatureScale(Rational(1, 2), result)
    return result


def _applied(operator: Expr, argument: Expr) -> Expr:
    if isinstance(operator, OperatorSum):
        return sum((term * argument for term in operator.terms), Integer(0))
    if isinstance(operator, OperatorScale):
        return operator.coefficient * (operator.operator * argument)
    if isinstance(operator, Compose):
        first, *rest = operator.factors
        return first(Compose(*rest)(argument) if len(rest) > 1 else rest[0] * argument)
    return operator * argument
