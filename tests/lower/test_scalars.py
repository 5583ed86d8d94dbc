"""Scalars: bound to exact numbers, or trained from a start value."""

from __future__ import annotations

import pytest
from sympy import Eq, Integer, Rational, sqrt

from formula2net.compiler import compile
from formula2net.errors import FormulaError
from formula2net.language.backbone import Backbone
from formula2net.language.recursion import Recursion
from formula2net.language.symbols import Scalar
from tests.lower.cases import W, X, Y, i, j

BACKBONE = Backbone.cifar((2,), (4,))

a, b = Scalar("a"), Scalar("b", start=lambda k: Rational(1, k))
formula = Recursion(Eq(X[i], a * X[i - 1] + b[i] * W[i](X[i - 1])))


def starts(**given: object) -> dict[str, float]:
    net = compile(formula, BACKBONE, trainable=given)  # type: ignore[arg-type]
    return {name: parameter.item() for name, parameter in net.scalars.items()}


def test_start_values() -> None:
    assert starts(a=2.0) == {"a": 2.0, "b_1": 1.0, "b_2": 0.5}
    assert starts(a=2, b=3) == {"a": 2.0, "b_1": 3.0, "b_2": 3.0}
    assert starts(a=2, b=lambda k: 10 * k) == {"a": 2.0, "b_1": 10.0, "b_2": 20.0}
    assert starts(a=2, b_2=7) == {"a": 2.0, "b_1": 1.0, "b_2": 7.0}


def test_bound_scalars_are_numbers_of_the_formula() -> None:
    net = compile(formula, BACKBONE, scalars={"a": Rational(1, 2), "b": lambda k: sqrt(k)})
    assert dict(net.scalars) == {}
    assert net.formula == formula.subs({"a": Rational(1, 2), "b": lambda k: sqrt(k)})
    assert "alpha = 1.4142135623730951" in net.code


def test_what_is_bound_to_zero_is_no_term() -> None:
    with pytest.raises(FormulaError, match="W: the coefficient is 0 at every step"):
        compile(formula, BACKBONE, scalars={"b": Integer(0)}, trainable={"a": 1.0})


def test_a_scalar_without_value() -> None:
    with pytest.raises(FormulaError) as caught:
        compile(formula, BACKBONE)
    assert str(caught.value) == (
        "a has no value.\n"
        "  expected a number to bind it to, or a value to start training from\n"
        "  try: compile(..., scalars={'a': Rational(1, 2)}) or trainable={'a': 0.5}"
    )


def test_unknown_scalars() -> None:
    with pytest.raises(FormulaError, match="The formula has no scalar c, d") as caught:
        compile(formula, BACKBONE, trainable={"a": 1.0, "c": 1.0, "d": 2.0})
    assert "expected a, b" in str(caught.value)
    with pytest.raises(FormulaError, match="The formula has no scalar c"):
        compile(formula, BACKBONE, scalars={"c": 1})


def test_scalars_of_formulas_used_as_blocks() -> None:
    inner = Recursion(Eq(Y[j], Scalar("c", Rational(1, 4)) * W[j](Y[j - 1])))
    net = compile(Recursion(Eq(X[i], X[i - 1] + inner.as_operator(1, "F")[i](X[i - 1]))), BACKBONE)
    assert {name: p.item() for name, p in net.scalars.items()} == {"c": 0.25}


def test_one_scalar_is_one_parameter() -> None:
    net = compile(formula, BACKBONE, trainable={"a": 1.0})
    assert net.code.count("self.a\n") + net.code.count("self.a;") == 1
