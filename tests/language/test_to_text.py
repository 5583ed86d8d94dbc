"""Recursion -> text -> the same recursion."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from sympy import (
    Abs,
    Eq,
    Expr,
    GoldenRatio,
    Max,
    Min,
    Mod,
    Piecewise,
    Product,
    Rational,
    Sum,
    binomial,
    exp,
    factorial,
    floor,
    gamma,
    latex,
    log,
    root,
    sign,
    sqrt,
)

from formula2net.errors import FormulaError, NotationError
from formula2net.formulas.registry import FORMULAS, get_formula
from formula2net.language.notation import parse, to_text
from formula2net.language.recursion import Recursion
from formula2net.language.structure import Concat, Hadamard, Mean, Split, ZerosLike
from formula2net.language.symbols import Activation, Index, Input, Norm, Operator, Scalar, State
from tests.language.strategies import features
from tests.strategies import recursions

i, j, k = Index("i"), Index("j"), Index("k")
X, Y, Z = State("X"), State("Y"), State("Z")
W, V = Operator("W"), Operator("V")
a, b = Scalar("a"), Scalar("b")


def formula(value: Expr, **more: object) -> Recursion:
    """X[i] = value."""
    return Recursion(Eq(X[i], value, evaluate=False), **more)


# ---------------------------------------------------------------------- round trips


@given(recursions())
def test_random_formulas_come_back(recursion: Recursion) -> None:
    text = to_text(recursion)
    assert parse(text) == recursion
    assert to_text(parse(text)) == text


@given(features)
def test_random_expressions_come_back(feature: Expr) -> None:
    try:
        recursion = formula(feature)
    except FormulaError:  # SymPy may have cancelled or merged what was drawn
        return
    assert parse(to_text(recursion)) == recursion


@given(features)
def test_typeset_expressions_can_be_read(feature: Expr) -> None:
    try:
        recursion = formula(feature, initial=[Eq(X[step], X[0]) for step in (1, -1, -2)])
    except FormulaError:  # SymPy may have cancelled or merged what was drawn
        return
    assume(r"\text{clipped}" not in latex(recursion))  # words for readers, and no notation
    declared = "operator H(width=1/2, stride=1), T, V, W\nscalar a, b\ninput z\n"
    assert parse(declared + latex(recursion)) == recursion


@pytest.mark.parametrize("name", FORMULAS)
def test_the_literature_comes_back(name: str) -> None:
    recursion = get_formula(name)
    assert parse(to_text(recursion)) == recursion


SHORT = [name for name in FORMULAS if len(to_text(get_formula(name))) < 1000]


# LaTeX shows equations, and neither widths nor the formulas that are blocks. Nor does an ellipsis
# say how a range runs that ends at a lane, or is spread by powers.
UNTOLD = {"seqresnet_stage", "seqresnet_first_stage", "sparsenet"}
TYPESET = [
    name
    for name in SHORT
    if name not in UNTOLD and "(" not in to_text(get_formula(name)).partition("=")[0]
]


@pytest.mark.parametrize("name", TYPESET)
def test_typeset_formulas_can_be_read(name: str) -> None:
    recursion = get_formula(name)
    assert parse(latex(recursion)) == recursion


@pytest.mark.parametrize("name", SHORT)
def test_printed_formulas_can_be_read(name: str) -> None:
    recursion = get_formula(name)
    declared = [f"input {', '.join(recursion.inputs)}"] if recursion.inputs else []
    assert parse("\n".join([*declared, str(recursion)])) == recursion


VALUES = [
    Piecewise((Rational(1, 2), Eq(Mod(i, 2), 0)), (1 / i, (i > 2) & (i < 9)), (a, True)) * X[i - 1],
    Piecewise((2, (i < 3) | Eq(i, 7)), (3, ~((i > 5) & Eq(Mod(i, 2), 1))), (1, True)) * X[i - 1],
    (root(2, 3) - sqrt(6) / 4 + sqrt(1 + sqrt(2))) * X[i - 1],
    Abs(i - 3) * X[i - 1] + factorial(i) * X[Max(0, i - 3)] + binomial(i, 2) * X[Min(5, i - 1)],
    sign(i - 3) * X[i - 1] + Piecewise((W[i](X[i - 1]), i > 3), (X[0], True)),
    (-1) ** i * X[i - 1] + 2 ** (1 - i) * X[0] + (i - 1) ** 2 * X[0],
    (a + b[i]) ** 2 / (1 + a) * X[i - 1] - X[i - 1] / a,
    Sum(X[i - 2**j], (j, 0, floor(log(i, 2)))),
    Sum(b[j, k] * X[j], (k, 0, j), (j, 0, i - 1)) / 2,
    Sum(W[i, k], (k, 1, 3)) * X[i - 1] + (Sum(W[i, k], (k, 1, 3)) - 1) * X[i - 1],
    W[i](Concat(X[i - 1], Concat(X[j], (j, i - 3, i - 1), clip=True), Mean(X[0], X[1]))),
    Mean(X[j] / 2, (j, i - 2, i - 1)) + Split(W[i](X[i - 1]), 4)[2] + ZerosLike(X[0]),
    Hadamard(1 - W[i](X[i - 1]), X[i - 1], 3 + V(X[0])),
    W[i](X[i - 1] / 2) - (1 - 2 * W[i] * V + V**3)(X[i - 1] - X[i - 2]),
    -(W[i] * (X[i - 1] + 0 * X[0])),
    W[i] * (V * X[i - 1]) + (W[i] * V)(X[i - 1]),
]


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_every_kind_of_value_comes_back(value: Expr) -> None:
    recursion = formula(value)
    assert parse(to_text(recursion)) == recursion


NAMED = {
    "declared": formula(Scalar("A") * Operator("w") * X[i - 1]),
    "applied": formula(Operator("w")[i](X[i - 1])),
    "underscores": Recursion(
        Eq(State("x_1")[i], Operator("pre_act")[i](State("x_1")[i - 1]) * Scalar("a_b_c"))
    ),
    "words": formula(
        Operator("sum")[i](Operator("mod")(X[i - 1])) + Scalar("where") * Operator("Eq")(X[0])
    ),
    "kinds": formula(Operator("operator")(X[i - 1]) + Scalar("formula") * X[0]),
    "relu": formula(Operator("relu")(X[i - 1]) + Activation("ReLU")(X[0])),
    "activation": formula(Activation("my_own")(X[i - 1]) + Activation("gelu")(X[0])),
    "norms": formula(Norm("norm2")[i, 1](Norm()(X[i - 1])) + Norm()(X[0])),
    "no norm": formula(Operator("norm")[i](X[i - 1]) + Activation("norm2")(X[0])),
    "shapes": formula(
        Operator("w", width=Rational(3, 16))[i](X[i - 1])
        + Operator("pre_act", stride=1)(X[0])
        + Operator("norm3", width=2, stride=1)(X[0])
        + Scalar("B", start=2) * W[i](X[0])
    ),
    "greek": formula(Operator("Θ")(X[i - 1]) + Scalar("θ") * X[0] + Scalar("theta") * X[0]),
    "doubtful": formula(Operator("hX")(X[i - 1])),
    "inputs": formula(W[i](X[i - 1]), initial=Eq(X[0], 2 * Input("z") + Input("Input"))),
    "index": Recursion(Eq(X[Index("step")], W[Index("step")](X[Index("step") - 1]))),
    "an odd index": formula(Sum(X[Index("for_2")], (Index("for_2"), 0, i - 1))),
    "letters of indices": Recursion(
        (Eq(X[Index("ik"), k], W[Index("ik"), k](X[Index("ik") - 1, k])), (k, 1, 2)),
        initial=(Eq(X[0, k], Input("z")), (k, 1, 2)),
        output=X[i, 1],
    ),
}


@pytest.mark.parametrize("name", NAMED)
def test_names_come_back_whatever_they_are_called(name: str) -> None:
    assert parse(to_text(NAMED[name])) == NAMED[name]


def test_systems_families_and_outputs_come_back() -> None:
    recursion = Recursion(
        [Eq(Y[i + 1], W[i + 1](X[i])), Eq(X[i], X[i - 3] + Y[i])],
        initial=[
            (Eq(X[j], Split(Input("z"), 3)[j + 3]), (j, -2, 0)),
            Eq(Y[0], 0),
        ],
        output=Concat(X[j], (j, 1, i)),
    )
    assert parse(to_text(recursion)) == recursion


def test_a_state_with_initial_values_only_comes_back() -> None:
    recursion = formula(X[i - 1] + Y[2], initial=(Eq(Y[j], V[j](X[0])), (j, 1, 3)))
    assert parse(to_text(recursion)) == recursion


def nested() -> Recursion:
    """A formula in a formula in a formula, whose names mean other things outside."""
    innermost = Recursion(Eq(Z[i], Scalar("W") * Operator("a")(Z[i - 1])))
    inner = Recursion(Eq(Y[i], Y[i - 1] + innermost.as_operator(2, name="G")[i](Y[i - 1])))
    return formula(a * W[i](X[i - 1]) + inner.as_operator(3, name="F")[i](X[i - 1]))


def test_nested_formulas_come_back() -> None:
    assert parse(to_text(nested())) == nested()


def test_a_block_may_be_called_as_a_formula_around_it() -> None:
    inner = Recursion(Eq(Z[i], Operator("F")(Z[i - 1]))).as_operator(2, name="G")
    middle = Recursion(Eq(Y[i], Y[i - 1] + Operator("V")(Y[i - 1]))).as_operator(2, name="F")
    recursion = formula(middle[i](X[i - 1]) + inner(X[i - 1]))
    assert parse(to_text(recursion)) == recursion


# ---------------------------------------------------------------------- the text itself

TEXTS = {
    "X_i = (1 + W_i) X_{i-1} - W_{i-1} X_{i-2}; X_1 = (1+W_1) X_0": """\
X[i] = (1 + W[i])*X[i - 1] - W[i - 1]*X[i - 2]
X[1] = (1 + W[1])*X[0]""",
    "X_{t+1} = W_{t+1}(X_t) + h V X_t": "X[t] = W[t](X[t - 1]) + h*V*X[t - 1]",
    "operator w, B; scalars A, c; X_i = A c w B X_{i-1}": """\
operator w
scalar A
X[i] = A*c*w*B*X[i - 1]""",
    "scalar a = 1/2; X_i = a_i X_{i-1} + b X_0": """\
scalar a = 1/2
X[i] = a[i]*X[i - 1] + b*X[0]""",
    "operator w; X_i = w(X_{i-1}); X_j = split(z, 2)[j+2], j = -1..0; output = X": """\
X[i] = w(X[i - 1])
X[j] = Split(z, 2)[j + 2], j = -1..0""",
    "integer r = 4; operator E(stride=1), S(stride=1, width=1/r); X_i = E_i S_i T_i X_{i-1}": """\
operator E(stride=1), S(width=1/4, stride=1)
X[i] = E[i]*S[i]*T[i]*X[i - 1]""",
    "norm norm; X_i = relu(norm_i(W_i X_{i-1}))": "X[i] = relu(norm[i](W[i]*X[i - 1]))",
    "X_i = W_i X_{i-1}; Y_i = V_i X_i + z; input z; output = X_L + 2 Y_L": """\
input z
X[i] = W[i]*X[i - 1]
Y[i] = V[i]*X[i] + z
output = X[i] + 2*Y[i]""",
}


@pytest.mark.parametrize("text", TEXTS)
def test_the_text(text: str) -> None:
    assert to_text(parse(text)) == TEXTS[text]


def shaped(**shapes: dict[str, object]) -> Recursion:
    """W outside, in a formula, and in the formula in that one, each of its own shape."""
    inner = Operator("W", **shapes.get("inner", {}))
    middle = Operator("W", **shapes.get("middle", {}))
    outer = Operator("W", **shapes.get("outer", {}))
    g = Recursion(Eq(Z[i], inner[i](Norm()[i](Z[i - 1])))).as_operator(2, "G")
    f = Recursion(Eq(Y[i], middle[i](g[i](Y[i - 1])))).as_operator(3, "F", width=Rational(1, 2))
    return formula(outer[i](f[i](X[i - 1])))


HALF, KEPT = {"width": Rational(1, 2)}, {"stride": 1}


@pytest.mark.parametrize("outer", [{}, HALF, KEPT], ids=str)
@pytest.mark.parametrize("middle", [{}, HALF, KEPT], ids=str)
@pytest.mark.parametrize("inner", [{}, HALF, KEPT], ids=str)
def test_one_name_may_have_a_shape_in_each_formula(
    inner: dict[str, object], middle: dict[str, object], outer: dict[str, object]
) -> None:
    recursion = shaped(inner=inner, middle=middle, outer=outer)
    assert parse(to_text(recursion)) == recursion
    assert to_text(parse(to_text(recursion))) == to_text(recursion)


def test_the_text_of_shapes_in_nested_formulas() -> None:
    assert (
        to_text(shaped(inner=HALF, outer=KEPT))
        == """\
operator W(stride=1)
formula F(depth=3, width=1/2) {
  formula G(depth=2) {
    operator W(width=1/2)
    Z[i] = W[i](norm[i](Z[i - 1]))
  }
  Y[i] = W[i](G[i](Y[i - 1]))
}
X[i] = W[i](F[i](X[i - 1]))"""
    )


def test_the_text_of_nested_formulas() -> None:
    assert (
        to_text(nested())
        == """\
formula F(depth=3) {
  formula G(depth=2) {
    scalar W
    Z[i] = W*a(Z[i - 1])
  }
  Y[i] = Y[i - 1] + G[i](Y[i - 1])
}
X[i] = a*W[i](X[i - 1]) + F[i](X[i - 1])"""
    )


def test_the_method_is_the_function() -> None:
    assert nested().to_text() == to_text(nested())


def test_start_values_are_written_where_text_can_hold_them() -> None:
    first, second = Scalar("p", start=Rational(1, 3)), Scalar("q", start=lambda step: 1 / step)
    recursion = formula(first * X[i - 1] + second[i] * X[0])
    assert to_text(recursion).splitlines()[0] == "scalar p = 1/3"
    assert {scalar.start for scalar in parse(to_text(recursion)).scalars} == {Rational(1, 3), None}


# ---------------------------------------------------------------------- what has no text


def test_one_name_for_two_things_has_no_text() -> None:
    recursion = formula(W[i](X[i - 1]), output=Operator("a")(X[i]) + a * X[i])
    with pytest.raises(NotationError) as caught:
        to_text(recursion)
    assert (
        str(caught.value)
        == """\
The name a stands for two things.
  got operator and scalar
  try: another name for one of them"""
    )


def test_a_name_that_is_no_word_has_no_text() -> None:
    with pytest.raises(NotationError, match="cannot be written as text"):
        to_text(formula(Operator("l·l")(X[i - 1])))


@pytest.mark.parametrize("number", [exp(i), gamma(i), GoldenRatio, Product(k, (k, 1, i))])
def test_a_function_without_a_spelling_has_no_text(number: Expr) -> None:
    with pytest.raises(NotationError, match="has no spelling in the notation"):
        to_text(formula(number * X[i - 1]))
