"""States, operators, scalars and indices as SymPy objects."""

from __future__ import annotations

import copy
import pickle
from fractions import Fraction

import numpy as np
import pytest
from sympy import Basic, Expr, Integer, Rational, Sum, Symbol, latex, sqrt, srepr, sstr
from sympy.core.symbol import Str

from formula2net.errors import FormulaError
from formula2net.language.symbols import (
    Activation,
    Index,
    Input,
    Norm,
    Operator,
    Scalar,
    ScalarAt,
    State,
    StateAt,
)

X, W, relu, z, a = State("X"), Operator("W"), Activation("relu"), Input("z"), Scalar("a")
H, E = Operator("H", width=Rational(1, 2)), Operator("E", stride=1)
norm = Norm()
i, k = Index("i"), Index("k")
ALL = [X, X[i - 1], X[i, k], W, W[i], W[i, 3], relu, z, a, a[i], a[i, k, 2], i]
ALL += [H, H[i], E[i, 2], norm, norm[i], Norm("norm2")[i, 1]]


@pytest.mark.parametrize("symbol", ALL, ids=str)
def test_symbols_are_sympy_objects_that_copy_and_pickle(symbol: Basic) -> None:
    assert isinstance(symbol, Basic)
    for twin in (pickle.loads(pickle.dumps(symbol)), copy.copy(symbol), copy.deepcopy(symbol)):
        assert twin == symbol
        assert hash(twin) == hash(symbol)
        assert type(twin) is type(symbol)


@pytest.mark.parametrize("symbol", ALL, ids=str)
def test_symbols_are_rebuilt_from_their_arguments(symbol: Basic) -> None:
    assert not symbol.args or symbol.func(*symbol.args) == symbol


def test_text_and_latex() -> None:
    assert [sstr(symbol) for symbol in ALL] == [
        "X", "X[i - 1]", "X[i, k]", "W", "W[i]", "W[i, 3]", "relu", "z", "a", "a[i]",
        "a[i, k, 2]", "i", "H", "H[i]", "E[i, 2]", "norm", "norm[i]", "norm2[i, 1]",
    ]  # fmt: skip
    assert latex(X[i - 1, k]) == "X_{i - 1, k}"
    assert latex(W[i]) == "W_{i}"
    assert latex(Operator("W_1")[i]) == "{W_{1}}_{i}"
    assert latex(Operator("Phi")[i]) == r"\Phi_{i}"
    assert latex(a[i, k]) == "a_{i, k}"
    assert latex(relu) == r"\operatorname{relu}"
    assert latex(norm[i]) == "norm_{i}"
    assert latex(H[i]) == "H_{i}"
    assert latex(X) == "X"
    assert latex(State("theta")) == r"\theta"


def test_srepr_is_python() -> None:
    names = {"Scalar": Scalar, "ScalarAt": ScalarAt, "Index": Index, "Integer": Integer}
    for number in (a, a[i], Scalar("b", start=Rational(1, 2))):
        assert eval(srepr(number), {**names, "Rational": Rational}) == number  # noqa: S307


def test_srepr_says_width_and_stride() -> None:
    names = {"Operator": Operator, "Str": Str, "Index": Index, "Rational": Rational}
    for operator in (W[i], H[i], E, Operator("D", width=2, stride=1)[i]):
        twin = eval(srepr(operator), {**names, "Integer": Integer})  # noqa: S307
        assert (twin, twin.width, twin.stride) == (operator, operator.width, operator.stride)


def test_names_and_indices() -> None:
    assert (X[i, k].name, X[i, k].indices, X[i, k].state) == ("X", (i, k), X)
    assert (W[i].name, W[i].indices, W.indices) == ("W", (i,), ())
    assert (a[i].name, a[i].indices, a[i].scalar) == ("a", (i,), a)
    assert (relu.name, z.name) == ("relu", "z")
    assert X[np.int64(2)] == X[2] == StateAt(X, 2)


def test_an_operator_says_its_shape() -> None:
    assert (W.width, W.stride, W.shaped) == (None, None, False)
    assert (H.width, H.stride, H.shaped) == (Rational(1, 2), None, True)
    assert (E[i].width, E[i].stride, E[i].shaped) == (None, 1, True)
    assert Operator("D", width=Fraction(3, 2)).width == Rational(3, 2)
    assert Operator("D", width=2).width == Integer(2)


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_width_and_stride_survive_what_sympy_does(protocol: int) -> None:
    both = Operator("D", width=Rational(1, 3), stride=1)[i]
    twins = [
        pickle.loads(pickle.dumps(both, protocol)),
        copy.deepcopy(both),
        both.subs(i, k).subs(k, i),
        both.xreplace({i: Integer(3)}).xreplace({Integer(3): i}),
        both.func(*both.args),
    ]
    assert {(twin, twin.width, twin.stride) for twin in twins} == {(both, Rational(1, 3), 1)}
    assert both.func == both.func  # as SymPy asks when it compares expressions


def test_operators_of_one_name_and_different_shapes_are_different() -> None:
    shapes = [{}, {"width": Rational(1, 2)}, {"width": 2}, {"stride": 1}, {"width": 2, "stride": 1}]
    operators = [Operator("W", **shape) for shape in shapes]  # type: ignore[arg-type]
    assert len({*operators, *(operator[i] for operator in operators)}) == 10
    for one in operators:
        for other in operators:  # SymPy's caches and sums sort what they hold
            assert one.compare(other) == -other.compare(one)
            total = Sum(one[k](X[k]), (k, 0, i)) + Sum(other[k](X[k]), (k, 0, i))
            assert len(total.atoms(Operator)) == (1 if one == other else 2)


def test_a_norm_is_no_block() -> None:
    assert not isinstance(norm, Operator)
    assert (norm.name, norm.indices, norm[i, 2].indices) == ("norm", (), (i, 2))
    assert Norm("norm") == norm != Norm("norm2")


@pytest.mark.parametrize("symbol", [X, W, W[i], H, norm, norm[i], a])
def test_symbols_with_brackets_do_not_iterate(symbol: object) -> None:
    with pytest.raises(TypeError, match="not iterable"):
        list(symbol)  # type: ignore[call-overload]


def test_an_index_is_an_integer_and_no_symbol() -> None:
    assert i.is_integer
    assert i != Symbol("i", integer=True)
    assert i == Index("i")


def test_scalars_are_ordinary_numbers_to_sympy() -> None:
    assert a.is_commutative
    assert a[i].is_commutative
    assert a[i] * a - a * a[i] == 0
    assert sqrt(a[i] ** 2) == abs(a[i])
    assert isinstance(a[i], Expr)
    assert (a[i] + a).subs(a, 2) != a  # no state of a cache leaks into the next test
    assert (a[i] + 1).free_symbols == {a, i}


def test_a_start_value_is_kept_by_caches_copies_and_pickles() -> None:
    half, double = Scalar("c", start=Fraction(1, 2)), Scalar("c", start=2)
    assert half != double
    for scalar in (half, double):
        (seen,) = (scalar + 1).free_symbols  # SymPy's cache of Add
        assert seen.start == scalar.start
        assert pickle.loads(pickle.dumps(scalar[i])).scalar.start == scalar.start
    assert half.start == Rational(1, 2)


def test_a_start_value_may_be_a_function_of_the_indices() -> None:
    scalar = Scalar("c", start=lambda i: Rational(1, i))
    assert scalar[i].scalar.start(4) == Rational(1, 4)


@pytest.mark.parametrize(
    ("build", "text"),
    [
        (
            lambda: Scalar("c", start=0.5),
            "The start value 0.5 of c is not exact: use Rational(1, 2).",
        ),
        (lambda: Scalar("c", start=a), "The start value a of c is not exact: use Rational(1, 2)."),
        (lambda: State("x y"), "'x y' is no name: use letters, digits and _, as in 'W_1'."),
        (lambda: Operator(""), "'' is no name: use letters, digits and _, as in 'W_1'."),
        (lambda: Index("1"), "'1' is no name: use letters, digits and _, as in 'W_1'."),
        (lambda: Scalar("a.b"), "'a.b' is no name: use letters, digits and _, as in 'W_1'."),
        (lambda: W[i][k], "W[i] has its indices already: write W[i, s]."),
        (lambda: norm[i][k], "norm[i] has its indices already: write norm[i, s]."),
        (
            lambda: Norm("normal"),
            (
                "normal is no name of a norm: by its name a norm is known. "
                "Write Norm() or Norm('norm2')."
            ),
        ),
        *(
            (
                lambda width=width: Operator("S", width=width),
                f"The width {width} of S is no positive exact number: use Rational(1, 16).",
            )
            for width in (0, -1, 0.5, "1/2", sqrt(2), a, True)
        ),
        *(
            (
                lambda stride=stride: Operator("S", stride=stride),
                (
                    f"S cannot have stride={stride}: strides follow from the stages. "
                    "Write stride=1 for a block that keeps the resolution."
                ),
            )
            for stride in (0, 2, 0.5)
        ),
        (lambda: X["i"], "X['i'] has an index that is no integer."),
        (lambda: X[()], "X[...] needs an index: write X[i - 1]."),
        (lambda: X[1:2], "X[slice(1, 2, None)] has an index that is no integer."),
        (lambda: X + 1, "X alone is no value: write X[i - 1]."),
        (lambda: 2 * X, "X alone is no value: write X[i - 1]."),
        (lambda: W[i] * X, "X alone is no value: write X[i - 1]."),
        (lambda: X[i] - X, "X alone is no value: write X[i - 1]."),
        (lambda: a * X, "X alone is no value: write X[i - 1]."),
        (lambda: X(2), "X alone is no value: write X[i - 1]."),
    ],
)
def test_error_text(build, text: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(FormulaError) as caught:
        build()
    assert str(caught.value) == text
