"""Recursions: what is read from the equations, and what can be done with the whole."""

from __future__ import annotations

import copy
import pickle
import time
from typing import Any

import pytest
import sympy
from sympy import Eq, Expr, Integer, Rational, Sum, Symbol, Tuple, latex, srepr, sstr

from formula2net.errors import FormulaError
from formula2net.language import (
    expressions,
    formula_operator,
    structure,
    symbols,
)
from formula2net.language.equation import Equation, Family, equation_text, term_span
from formula2net.language.expressions import FeatureScale
from formula2net.language.recursion import Recursion
from formula2net.language.structure import Concat, Hadamard, Split
from formula2net.language.symbols import Activation, Index, Input, Norm, Operator, Scalar, State

X, Y, V, W, T = State("X"), State("Y"), State("V"), Operator("W"), Operator("T")
i, j, k, n = Index("i"), Index("j"), Index("k"), Index("n")
a, z, relu = Scalar("a"), Input("z"), Activation("relu")
L = Symbol("L")


def difference() -> Recursion:
    return Recursion(
        Eq(X[i], (1 + W[i]) * X[i - 1] - W[i - 1] * X[i - 2]),
        initial=Eq(X[1], (1 + W[1]) * X[0]),
        expects={"words": L + 1, ("words", "length"): 1},
    )


def lanes() -> Recursion:
    """A residual stream of four lanes."""
    return Recursion(
        [
            Eq(Y[i], W[i](Sum(a[i, j] * X[i - 1, j], (j, 1, 4)))),
            (Eq(X[i, k], Sum(a[i, k, j] * X[i - 1, j], (j, 1, 4)) + Y[i]), (k, 1, 4)),
        ],
        initial=(Eq(X[0, k], z), (k, 1, 4)),
        output=Sum(X[i, k], (k, 1, 4)),
    )


def windowed() -> Recursion:
    return Recursion(
        Eq(X[n + 1], W[n + 1](Concat(X[j], (j, n - 3, n)))),
        initial=(Eq(X[j], Split(z, 4)[j + 4]), (j, -3, 0)),
        output=Concat(X[j], (j, n - 3, n)),
    )


ALL = [difference, lanes, windowed]


def test_what_the_equations_say() -> None:
    formula = difference()
    assert formula.equations == (
        Equation(X[i], (1 + W[i]) * X[i - 1] - W[i - 1] * X[i - 2]),
    )  # fmt: skip
    assert formula.initial == (Equation(X[1], (1 + W[1]) * X[0]),)
    assert formula.lines == formula.equations + formula.initial
    assert formula.index == i
    assert formula.output == X[i]
    assert dict(formula.expects) == {"words": L + 1, ("words", "length"): 1}
    assert (formula.states, formula.operators) == (("X",), ("W",))
    assert (formula.inputs, formula.activations, formula.scalars) == ((), (), ())
    assert formula.equations[0].step is None
    assert formula.initial[0].step == 1


def test_names_in_order_of_appearance() -> None:
    formula = Recursion(
        [
            Eq(V[i], T[i](X[i - 1]) + a * W(X[i - 1])),
            Eq(X[i], relu(V[i] + Scalar("b")[i] * X[i - 1])),
        ],
        initial=[Eq(V[0], 0), Eq(X[0], z)],
    )
    assert formula.states == ("V", "X")
    assert formula.operators == ("T", "W")
    assert formula.activations == ("relu",)
    assert formula.inputs == ("z",)
    assert formula.scalars == (a, Scalar("b"))
    assert formula.free_symbols == {a, Scalar("b")}


def test_families() -> None:
    formula = lanes()
    lane = formula.equations[1]
    assert lane.lhs == X[i, k]
    assert lane.families == (Family(k, sympy.Integer(1), sympy.Integer(4)),)
    assert formula.initial[0].families == lane.families
    assert formula.output == Sum(X[i, k], (k, 1, 4))
    start = windowed().initial[0]
    assert (start.lhs, start.step, start.step_index) == (X[j], None, None)
    assert start.families == (Family(j, sympy.Integer(-3), sympy.Integer(0)),)


def test_the_left_hand_index_is_shifted_to_i() -> None:
    formula = windowed()
    (equation,) = formula.equations
    assert formula.index == n
    assert equation.lhs == X[n]
    assert equation.rhs == W[n](Concat(X[j], (j, n - 4, n - 1)))
    assert equation.written is not None
    assert equation.written.lhs == X[n + 1]
    assert formula.output == Concat(X[j], (j, n - 3, n))


def test_all_equations_get_one_index() -> None:
    formula = Recursion(
        [Eq(Y[i], W[i](X[i - 1, 1])), (Eq(X[n + 2, i], X[n + 1, i] + Y[n + 2]), (i, 1, 2))],
        output=Sum(X[k, j], (j, 1, 2)),
    )
    lane = formula.equations[1]
    (family,) = lane.families
    assert formula.index == i
    assert family.index != i  # renamed: i is the step now
    assert lane.lhs == X[i, family.index]
    assert lane.rhs == X[i - 1, family.index] + Y[i]
    assert formula.output == Sum(X[i, j], (j, 1, 2))


def test_shifting_does_not_capture_a_bound_index() -> None:
    formula = Recursion(
        [Eq(Y[i], W[i](X[i - 1])), Eq(X[n], Sum(a[n, i] * X[n - i], (i, 1, 2)) + Y[n])]
    )
    total = formula.equations[1].rhs.terms[0]
    fresh = total.limits[0][0]
    assert fresh != i
    assert total == Sum(a[i, fresh] * X[i - fresh], (fresh, 1, 2))


def test_plain_sympy_sums_are_read_as_features() -> None:
    total = Sum(X[j], (j, 0, i - 1))
    other = Sum(Y[j], (j, 0, i - 1))
    formula = Recursion([Eq(Y[i], W[i](total / 2)), Eq(X[i], total / 2 - a * other)])
    assert formula.equations[0].rhs == W[i](FeatureScale(Rational(1, 2), total))
    terms = formula.equations[1].rhs.terms
    assert set(terms) == {FeatureScale(Rational(1, 2), total), FeatureScale(-a, other)}


@pytest.mark.parametrize(
    "given",
    [
        Eq(X[i], W[i](X[i - 1])),
        [Eq(X[i], W[i](X[i - 1]))],
        (Eq(X[i], W[i](X[i - 1])),),
        [(Eq(X[i], W[i](X[i - 1])), (k, 1, 1))],
    ],
)
def test_forms_of_one_equation(given: Any) -> None:
    (equation,) = Recursion(given).equations
    assert (equation.lhs, equation.rhs) == (X[i], W[i](X[i - 1]))


def test_forms_of_several_equations_and_families() -> None:
    first, second = Eq(Y[i], W[i](X[i - 1])), Eq(X[i], X[i - 1] + Y[i])
    assert len(Recursion((first, second)).equations) == 2
    assert len(Recursion([first, second]).equations) == 2
    family = (Eq(X[i, j, k], X[i - 1, j, k]), (j, 1, 2), (k, 1, 3))
    for given in (family, Tuple(*family), [family]):
        (equation,) = Recursion(given, output=X[i, 1, 1]).equations
        assert [str(item) for item in equation.families] == ["j = 1..2", "k = 1..3"]


def test_the_output_may_be_a_state_or_use_any_index() -> None:
    equations = [Eq(Y[i], W[i](X[i - 1])), Eq(X[i], X[i - 1] + Y[i])]
    assert Recursion(equations).output == X[i]
    assert Recursion(equations, output=Y).output == Y[i]
    assert Recursion(equations, output=Y[n] + X[n - 1]).output == Y[i] + X[i - 1]


def test_a_recursion_is_frozen() -> None:
    formula = difference()
    with pytest.raises(AttributeError, match="is frozen: build a new one instead of setting index"):
        formula.index = n
    with pytest.raises(AttributeError, match="is frozen: index stays"):
        del formula.index
    with pytest.raises(TypeError):
        formula.expects["words"] = 3  # type: ignore[index]


@pytest.mark.parametrize("build", ALL)
def test_copies_and_pickles_keep_the_spelling(build: Any) -> None:
    formula = build()
    twin = pickle.loads(pickle.dumps(formula))
    assert twin == formula
    assert twin.spelling == formula.spelling
    assert twin.expects == formula.expects
    assert str(twin) == str(formula)
    assert copy.copy(formula) is formula
    assert copy.deepcopy(formula) is formula


def test_text() -> None:
    formula = difference()
    text = "X[i] = (1 + W[i])*X[i - 1] - W[i - 1]*X[i - 2]\nX[1] = (1 + W[1])*X[0]"
    assert str(formula) == sstr(formula) == text
    assert repr(formula) == f"Recursion({text})".replace("\n", "; ")
    assert str(lanes()).splitlines() == [
        "Y[i] = W[i](Sum(a[i, j]*X[i - 1, j], (j, 1, 4)))",
        "X[i, k] = Sum(a[i, k, j]*X[i - 1, j], (j, 1, 4)) + Y[i], k = 1..4",
        "X[0, k] = z, k = 1..4",
        "output = Sum(X[i, k], (k, 1, 4))",
    ]
    assert str(windowed()).splitlines() == [
        "X[n + 1] = W[n + 1](Concat(X[j], (j, n - 3, n)))",
        "X[j] = Split(z, 4)[j + 4], j = -3..0",
        "output = Concat(X[j], (j, n - 3, n))",
    ]


def test_latex() -> None:
    tex = (
        r"\begin{aligned}X_{i} &= \left(1 + W_{i}\right) X_{i - 1} - W_{i - 1} X_{i - 2} \\ "
        r"X_{1} &= \left(1 + W_{1}\right) X_{0}\end{aligned}"
    )
    assert latex(difference()) == tex
    assert difference()._repr_latex_() == rf"$\displaystyle {tex}$"
    assert latex(lanes()) == (
        r"\begin{aligned}Y_{i} &= W_{i}\left(\sum_{j=1}^{4} a_{i, j} X_{i - 1, j}\right) \\ "
        r"X_{i, k} &= \sum_{j=1}^{4} a_{i, k, j} X_{i - 1, j} + Y_{i}, "
        r"\quad k = 1, \dotsc, 4 \\ X_{0, k} &= z, \quad k = 1, \dotsc, 4 \\ "
        r"\text{output} &= \sum_{k=1}^{4} X_{i, k}\end{aligned}"
    )


@pytest.mark.parametrize("build", ALL)
def test_srepr_builds_the_same_recursion(build: Any) -> None:
    formula = build()
    names: dict[str, Any] = {}
    for module in (sympy, sympy.core.symbol, expressions, structure, symbols, formula_operator):
        names.update(vars(module))
    twin = eval(srepr(formula), {**names, "Recursion": Recursion})  # noqa: S307
    assert twin.spelling == formula.spelling
    assert twin.expects == formula.expects


def test_terms_are_found_in_the_written_line() -> None:
    formula = Recursion(Eq(X[n + 1], (1 + W[n]) * X[n] - 2 * T[n + 1](Sum(X[j], (j, 0, n)) / 2)))
    (equation,) = formula.equations
    text = equation_text(equation)
    assert text == "X[n + 1] = (1 + W[n])*X[n] - 2*T[n + 1](Sum(X[j], (j, 0, n))/2)"

    def shown(node: Expr) -> str:
        span = term_span(equation, node)
        assert span is not None
        return text[slice(*span)]

    first, second = equation.rhs.terms
    assert shown(first) == "(1 + W[n])*X[n]"
    assert shown(second) == "2*T[n + 1](Sum(X[j], (j, 0, n))/2)"
    assert shown(first.argument) == "X[n]"
    assert shown(second.feature.feature.argument) == "Sum(X[j], (j, 0, n))/2"
    assert shown(W[n - 1]) == "W[n]"  # by equality, in the shifted equation
    assert shown(equation.lhs) == "X[n + 1]"
    assert shown(equation.rhs) == text.partition(" = ")[2]
    assert term_span(equation, Y[n]) is None


def test_terms_of_a_family_are_found_before_its_range() -> None:
    lane = lanes().equations[1]
    span = term_span(lane, lane.rhs.terms[1])
    assert span is not None
    assert lane.text[slice(*span)] == "Y[i]"


def test_subs_replaces_scalars_wherever_they_are_used() -> None:
    formula = Recursion(Eq(X[i], a[i] * X[i - 1] + a * W[i](X[i - 2])))
    assert str(formula.subs({a: 2})) == "X[i] = 2*X[i - 1] + 2*W[i](X[i - 2])"
    assert str(formula.subs({"a": Scalar("b")})) == "X[i] = b[i]*X[i - 1] + b*W[i](X[i - 2])"
    indexed = Recursion(Eq(X[i], a[i] * X[i - 1]))
    assert str(indexed.subs({a: lambda i: 1 / (i + 1)})) == "X[i] = X[i - 1]/(i + 1)"
    started = Recursion(Eq(X[i], Scalar("a", start=1) * X[i - 1]))
    assert started.subs({a: 3}) == Recursion(Eq(X[i], 3 * X[i - 1]))


def test_subs_follows_the_index_of_a_sum() -> None:
    formula = Recursion(Eq(X[i], Sum(a[i, j] * W[i, j](X[i - 1]), (j, 1, 3))))
    given = formula.subs({a: lambda step, place: step / place})
    assert given == Recursion(Eq(X[i], Sum(i / j * W[i, j](X[i - 1]), (j, 1, 3))))


def test_subs_leaves_the_index_and_replaces_expressions() -> None:
    formula = difference()
    assert formula.subs({i: 3}).spelling == formula.spelling
    assert formula.subs({W[i - 1]: T[i]}).operators == ("W", "T")
    assert formula.subs({a: 3}).spelling == formula.spelling
    assert formula.subs({a: 3}).expects == formula.expects
    assert lanes().subs({a: Rational(1, 4)}).scalars == ()
    assert lanes().subs({j: 3, k: 2}) == lanes()


def test_subs_is_checked() -> None:
    with pytest.raises(FormulaError, match=r"0\.5 is a float"):
        Recursion(Eq(X[i], a * X[i - 1])).subs({a: 0.5})


def test_rename() -> None:
    formula = difference().rename(X="h", W="F", i="n")
    assert str(formula) == "h[n] = (1 + F[n])*h[n - 1] - F[n - 1]*h[n - 2]\nh[1] = (1 + F[1])*h[0]"
    assert formula.expects == difference().expects
    assert lanes().rename({"k": "m", "z": "image", "a": "alpha"}).inputs == ("image",)
    assert difference().rename(X="W", W="X").operators == ("X",)


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ({"U": "V"}, "U is no name of the formula, which has W, X, i."),
        ({"X": "W"}, "X cannot be renamed to W: that name is taken."),
        ({"X": "h", "W": "h"}, "X cannot be renamed to h: that name is taken."),
        ({"X": "h h"}, "'h h' is no name: use letters, digits and _, as in 'W_1'."),
    ],
)
def test_rename_is_checked(names: dict[str, str], text: str) -> None:
    with pytest.raises(FormulaError) as caught:
        difference().rename(names)
    assert str(caught.value) == text


def test_a_formula_as_a_block() -> None:
    inner = Recursion(Eq(X[i], X[i - 1] + a * W[i](X[i - 1])))
    block = inner.as_operator(2, "K")
    assert (block.name, block.depth, block.recursion, block.indices) == ("K", 2, inner, ())
    assert block[i].indices == (i,)
    outer = Recursion(Eq(Y[i], Y[i - 1] + block[i](Y[i - 1])))
    assert str(outer).splitlines() == [
        "formula K(depth=2) {",
        "  X[i] = X[i - 1] + a*W[i](X[i - 1])",
        "}",
        "Y[i] = Y[i - 1] + K[i](Y[i - 1])",
    ]
    assert latex(block[i]) == "K_{i}"
    assert outer.operators == ("K",)
    assert outer.scalars == (a,)
    twin = pickle.loads(pickle.dumps(outer))
    assert twin == outer
    assert block.func(*block.args) == block
    bound = outer.subs({a: 3})
    assert bound.scalars == ()
    assert next(
        iter(bound.equations[0].rhs.terms[1].atoms(formula_operator.FormulaAtom))
    ).recursion == inner.subs({a: 3})


def test_a_formula_as_a_block_is_told_by_its_spelling() -> None:
    one = Recursion(Eq(X[i], (1 + W[i]) * X[i - 1])).as_operator(1)
    other = Recursion(Eq(X[i], X[i - 1] + W[i](X[i - 1]))).as_operator(1)
    assert one != other  # to SymPy and its caches
    formulas = [Recursion(Eq(Y[i], block(Y[i - 1]))) for block in (one, other)]
    assert formulas[0] == formulas[1]  # but not in meaning


@pytest.mark.parametrize("depth", [0, -1, Rational(1, 2), i])
def test_a_formula_as_a_block_has_a_depth(depth: Any) -> None:
    with pytest.raises(FormulaError) as caught:
        difference().as_operator(depth, "K")
    assert str(caught.value) == f"The depth of K is {depth}, not 1 or more."


def test_a_formula_as_a_block_says_its_width() -> None:
    block = difference().as_operator(2, "K", width=Rational(1, 2))
    assert (block.width, block[i].width, block.subs(i, 2).width) == (Rational(1, 2),) * 3
    assert block.func(*block.args) == block == pickle.loads(pickle.dumps(block))
    assert block != difference().as_operator(2, "K")
    assert srepr(block).endswith("Integer(2), width=Rational(1, 2))")
    with pytest.raises(FormulaError) as caught:
        difference().as_operator(2, "K", width=0.5)
    assert str(caught.value) == (
        "The width 0.5 of K is no positive exact number: use Rational(1, 16)."
    )


def test_formulas_as_blocks_have_an_order_for_sympy() -> None:
    blocks = [build().as_operator(1) for build in ALL]
    for one in blocks:
        for other in blocks:
            assert one.compare(other) == -other.compare(one)
    total = Sum(blocks[0](X[k]), (k, 0, i)) + Sum(blocks[1](X[k]), (k, 0, i))
    assert len(total.args) == 2


def test_what_is_printed_says_all_that_a_formula_means() -> None:
    narrow, keeps = Operator("W", width=Rational(1, 2)), Operator("E", stride=1)
    inner = Recursion(Eq(X[i], narrow[i](Norm()[i](X[i - 1]))))
    outer = Recursion(
        Eq(X[i], W[i](keeps(X[i - 1])) + inner.as_operator(2, "K", width=2)[i](X[i - 1]))
    )
    assert str(outer).splitlines() == [
        "operator E(stride=1)",
        "formula K(depth=2, width=2) {",
        "  operator W(width=1/2)",
        "  X[i] = W[i](norm[i](X[i - 1]))",
        "}",
        "X[i] = W[i](E(X[i - 1])) + K[i](X[i - 1])",
    ]
    assert (outer.operators, outer.activations) == (("W", "E", "K"), ())


def test_other_blocks_in_a_formula() -> None:
    x = X[i - 1]
    formula = Recursion(Eq(X[i], x + W[i](Norm()[i](x)) - W[i - 1](x)), Eq(X[1], W[1](X[0])))
    narrow = Operator("B", width=Rational(1, 2), stride=1)
    changed = formula.with_blocks(W=narrow)
    assert str(changed).splitlines() == [
        "operator W(width=1/2, stride=1)",
        "X[i] = X[i - 1] + W[i](norm[i](X[i - 1])) - W[i - 1](X[i - 1])",
        "X[1] = W[1](X[0])",
    ]
    assert changed.with_blocks(W=W) == formula == formula.with_blocks(W=W[k])
    inner = difference().as_operator(2, "K", width=2)
    for block in (inner, inner[k]):
        nested = formula.with_blocks(W=block)
        found = {part for line in nested.lines for part in line.rhs.atoms(type(inner))}
        assert {(part.name, part.width, *part.indices) for part in found} == {
            ("W", 2, i), ("W", 2, i - 1), ("W", 2, Integer(1)),
        }  # fmt: skip
    assert difference().with_blocks(W=W).expects == {}


def test_norms_and_shaped_operators_are_renamed() -> None:
    narrow = Operator("S", width=Rational(1, 4))
    formula = Recursion(Eq(X[i], narrow[i](Norm()[i](X[i - 1]))))
    renamed = formula.rename(S="T", norm="norm2")
    assert renamed == Recursion(
        Eq(X[i], Operator("T", width=Rational(1, 4))[i](Norm("norm2")[i](X[i - 1])))
    )
    with pytest.raises(FormulaError, match="batch is no name of a norm"):
        formula.rename(norm="batch")


def test_a_name_in_a_nested_formula_is_its_own() -> None:
    inner = Recursion(Eq(X[i], Operator("W", width=Rational(1, 2))[i](a * X[i - 1])))
    outer = Recursion(Eq(X[i], W[i](inner.as_operator(1, "K", width=1)[i](X[i - 1]))))
    assert outer.rename(W="V", X="Y").equations[0].rhs.argument.operator.recursion == inner
    block = outer.subs({a: 2}).equations[0].rhs.argument.operator
    assert (block.width, block.recursion) == (1, inner.subs({a: 2}))


def test_building_and_checking_is_quick() -> None:
    def seconds() -> float:
        start = time.perf_counter()
        difference()
        return time.perf_counter() - start

    assert min(seconds() for _ in range(20)) < 0.005


def test_gates_print_as_written() -> None:
    x = X[i - 1]
    formula = Recursion(Eq(X[i], Hadamard(T[i](x), W[i](x)) + Hadamard(1 - T[i](x), x)))
    assert str(formula) == (
        "X[i] = Hadamard(T[i](X[i - 1]), W[i](X[i - 1])) + Hadamard(1 - T[i](X[i - 1]), X[i - 1])"
    )
