"""Sorts and arithmetic: what the author wrote is what there is."""

from __future__ import annotations

import copy
import pickle
import time
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from sympy import (
    Add,
    Eq,
    Equality,
    Expr,
    Float,
    Integer,
    Mul,
    Piecewise,
    Rational,
    S,
    Sum,
    Symbol,
    sin,
)
from sympy.core.symbol import Str

from formula2net.errors import FormulaError
from formula2net.language.expressions import (
    Applied,
    Compose,
    FeatureMisuse,
    FeatureScale,
    FeatureSum,
    Identity,
    OperatorMisuse,
    OperatorScale,
    OperatorSum,
    sort_of,
)
from formula2net.language.symbols import Activation, Index, Operator, Scalar, State
from tests.language.strategies import features

X, W, V, a = State("X"), Operator("W"), Operator("V"), Scalar("a")
i, j, s = Index("i"), Index("j"), Index("s")
x, y = X[i - 1], X[i - 2]
half = Rational(1, 2)
sum_x, sum_w = Sum(X[j], (j, 0, i - 1)), Sum(W[i, s], (s, 1, 3))


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (W[i] * x, Applied(W[i], x)),
        (W[i](x), Applied(W[i], x)),
        (W[i] * (x / 2), Applied(W[i], FeatureScale(half, x))),
        (W[i](2 * x), Applied(W[i], FeatureScale(2, x))),
        (2 * W[i] * x, Applied(OperatorScale(2, W[i]), x)),
        (2 * (W[i] * x), FeatureScale(2, Applied(W[i], x))),
        (W[i] * sum_x, Applied(W[i], sum_x)),
        (sum_w * x, Applied(sum_w, x)),
        (W[i](x + y), Applied(W[i], FeatureSum(x, y))),
        (x + y, FeatureSum(x, y)),
        (x + y + x, FeatureSum(x, y, x)),
        (x + (y + x), FeatureSum(x, FeatureSum(y, x))),
        (x - y, FeatureSum(x, FeatureScale(-1, y))),
        (x + sum_x, FeatureSum(x, sum_x)),
        (sum_x - x, FeatureSum(sum_x, FeatureScale(-1, x))),
        (x - sum_x, FeatureSum(x, FeatureScale(-1, sum_x))),
        (sum([x, y]), FeatureSum(x, y)),
        (x - x, FeatureSum(x, FeatureScale(-1, x))),
        (+x, x),
        (-x, FeatureScale(-1, x)),
        (2 * x, FeatureScale(2, x)),
        (x * 2, FeatureScale(2, x)),
        (x / 2, FeatureScale(half, x)),
        (x / i, FeatureScale(1 / i, x)),
        (2 * (3 * x), FeatureScale(2, FeatureScale(3, x))),
        (1 * x, x),
        (0 * x, FeatureScale(0, x)),
        (half * x, FeatureScale(half, x)),
        (Fraction(1, 3) * x, FeatureScale(Rational(1, 3), x)),
        (np.int64(3) * x, FeatureScale(3, x)),
        (np.float64(0.5) * x, FeatureScale(Float(0.5), x)),
        (0.5 * x, FeatureScale(Float(0.5), x)),
        (Float(0.5) * x, FeatureScale(Float(0.5), x)),
        (a * x, FeatureScale(a, x)),
        (a[i, 2, j] * x, FeatureScale(a[i, 2, j], x)),
        ((i % 2) * x, FeatureScale(i % 2, x)),
        (1 / i * x, FeatureScale(1 / i, x)),
        (1 - x, FeatureSum(1, FeatureScale(-1, x))),
        (x + 1, FeatureSum(x, 1)),
        (1 + W[i], OperatorSum(Identity(), W[i])),
        (W[i] - 2, OperatorSum(W[i], OperatorScale(-2, Identity()))),
        (1 - W[i], OperatorSum(Identity(), OperatorScale(-1, W[i]))),
        (0 + W[i], W[i]),
        (W[i] + V[i] - W, OperatorSum(W[i], V[i], OperatorScale(-1, W))),
        (W[i] - sum_w, OperatorSum(W[i], OperatorScale(-1, sum_w))),
        (W[i] / 2, OperatorScale(half, W[i])),
        (W[i] * V[i] * W, Compose(W[i], V[i], W)),
        (W[i](V[i]), Compose(W[i], V[i])),
        (W[i](V[i] * W), Compose(W[i], Compose(V[i], W))),
        (W[i] * (2 * V[i]), Compose(W[i], OperatorScale(2, V[i]))),
        (W[i] ** 3, Compose(W[i], W[i], W[i])),
        (W[i] ** 1, W[i]),
        (W[i] ** 0, Identity()),
        (Activation("relu")(x), Applied(Activation("relu"), x)),
        (W[i] * 2, OperatorMisuse(Str("*"), W[i], 2)),
        (W[i] ** -1, OperatorMisuse(Str("**"), W[i], -1)),
        (x * y, FeatureMisuse(Str("*"), x, y)),
        (x * W[i], FeatureMisuse(Str("*"), x, W[i])),
        (x / y, FeatureMisuse(Str("/"), x, y)),
        (1 / x, FeatureMisuse(Str("/"), 1, x)),
        (x**2, FeatureMisuse(Str("**"), x, 2)),
        (2**x, FeatureMisuse(Str("**"), 2, x)),
        (x * sum_x, FeatureMisuse(Str("*"), x, sum_x)),
    ],
    ids=str,
)
def test_what_is_written_is_kept(written: Expr, kept: Expr) -> None:
    assert written == kept


@pytest.mark.parametrize(
    ("expr", "sort"),
    [
        (x, "feature"),
        (W[i], "operator"),
        (1 + W[i], "operator"),
        (W[i](x), "feature"),
        (sum_x, "feature"),
        (sum_x / 2, "feature"),
        (sum_x + Sum(X[j], (j, 1, i)), "feature"),
        (sum_w, "operator"),
        (1 + sum_w, "operator"),
        (sum_w * sum_x, "feature"),
        (sum_x * sum_x, "feature"),
        (sum_w / 2, "operator"),
        (Add(x, x), "feature"),
        (Mul(2, W[i]), "operator"),
        (Piecewise((x, Eq(i % 2, 0)), (y, True)), "feature"),
        (Piecewise((W[i], Eq(i % 2, 0)), (V[i], True)), "operator"),
        (Piecewise((1, Eq(i % 2, 0)), (2, True)), "number"),
        (Sum(1 / j, (j, 1, i)), "number"),
        (sin(x), "number"),
        (Integer(2), "number"),
        (a[i] ** 2, "number"),
        (Symbol("A", commutative=False), "number"),
    ],
    ids=str,
)
def test_sort(expr: Expr, sort: str) -> None:
    assert sort_of(expr) == sort


def test_an_equation_stays_an_equation_and_is_quick() -> None:
    def build() -> Equality:
        return Eq(X[i], (1 + W[i]) * X[i - 1] - W[i - 1] * X[i - 2])

    equation = build()
    assert isinstance(equation, Equality)
    assert equation.lhs == X[i]
    assert equation.rhs == FeatureSum(
        Applied(OperatorSum(Identity(), W[i]), x), FeatureScale(-1, Applied(W[i - 1], y))
    )
    assert isinstance(Eq(X[i], X[i]), Equality)
    assert isinstance(Eq(X[i], 0), Equality)
    assert isinstance(Eq(X[i], sum_x), Equality)
    seconds = min(_seconds(build) for _ in range(20))
    assert seconds < 0.002


def _seconds(build) -> float:  # type: ignore[no-untyped-def]
    start = time.perf_counter()
    build()
    return time.perf_counter() - start


def test_the_spelling_of_an_application_is_no_part_of_equality() -> None:
    called, product = W[i](x), W[i] * x
    assert called == product
    assert hash(called) == hash(product)
    assert (str(called), str(product)) == ("W[i](X[i - 1])", "W[i]*X[i - 1]")
    for twin in (copy.deepcopy(called), pickle.loads(pickle.dumps(called))):
        assert str(twin) == "W[i](X[i - 1])"
    assert str(called.xreplace({i: i + 1})) == "W[i + 1](X[i])"


@pytest.mark.parametrize(
    ("build", "text"),
    [
        (lambda: W[i](), "W[i] is applied to nothing: write W[i](X[i - 1])."),
        (
            lambda: W[i](x, y),
            "W[i] takes one value: write W[i](Concat(X[i - 1], X[i - 2])).",
        ),
        (lambda: W[i]("x"), "'x' is no expression: write X[i - 1], W[i](x), ..."),
        (lambda: FeatureSum(x, "y"), "'y' is no expression: write X[i - 1], W[i](x), ..."),
    ],
)
def test_error_text(build, text: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(FormulaError) as caught:
        build()
    assert str(caught.value) == text


@pytest.mark.parametrize("other", ["x", [1], None, object()])
def test_arithmetic_with_what_is_no_number_is_a_type_error(other: object) -> None:
    with pytest.raises(TypeError):
        x + other  # type: ignore[operator]
    with pytest.raises(TypeError):
        other * W[i]  # type: ignore[operator]


def test_sympy_searches_and_replaces() -> None:
    expr = (1 + W[i]) * x - a * W[i - 1](y) + sum_x
    assert expr.has(a)
    assert expr.has(W[i - 1])
    assert expr.free_symbols == {a, i}
    assert expr.atoms(Index) == {i, j}
    assert expr.xreplace({i: i + 1}) == (1 + W[i + 1]) * X[i] - a * W[i](x) + sum_x.xreplace(
        {i: i + 1}
    )
    assert (a * W[i](x)).subs(a, 3) == 3 * W[i](x)
    assert (a * W[i](x)).subs({i: 4}) == a * W[4](X[3])
    assert W[i](x).subs(x, y) == W[i](y)


@given(features)
def test_any_expression_pickles_copies_and_is_rebuilt(expr: Expr) -> None:
    assert pickle.loads(pickle.dumps(expr)) == expr
    assert copy.deepcopy(expr) == expr
    assert expr.func(*expr.args) == expr
    assert hash(copy.copy(expr)) == hash(expr)
    assert sort_of(expr) == "feature"
    assert expr.xreplace({S.One: S.One}) == expr
