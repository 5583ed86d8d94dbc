"""Text is Python that means the same, spans are where it says they are, LaTeX as in papers."""

from __future__ import annotations

from typing import Any

import pytest
import sympy
from hypothesis import given
from sympy import Eq, Expr, Piecewise, Rational, Sum, latex, sqrt

from formula2net.language import structure
from formula2net.language.expressions import FeatureScale, FeatureSum
from formula2net.language.printing import print_with_spans, span_at, text_of
from formula2net.language.recursion import Recursion
from formula2net.language.symbols import Activation, Index, Input, Operator, Scalar, State
from tests.language.strategies import H, features, norm

X, W, V, T, relu = State("X"), Operator("W"), Operator("V"), Operator("T"), Activation("relu")
i, j, s = Index("i"), Index("j"), Index("s")
a, b, z = Scalar("a"), Scalar("b"), Input("z")
x, y = X[i - 1], X[i - 2]


@pytest.mark.parametrize(
    ("expr", "text", "tex"),
    [
        (
            (1 + W[i]) * x - W[i - 1] * y,
            "(1 + W[i])*X[i - 1] - W[i - 1]*X[i - 2]",
            r"\left(1 + W_{i}\right) X_{i - 1} - W_{i - 1} X_{i - 2}",
        ),
        (W[i](x / 2), "W[i](X[i - 1]/2)", r"W_{i}\left(\frac{1}{2} X_{i - 1}\right)"),
        (
            W[i] * (x / 2),
            "W[i]*(X[i - 1]/2)",
            r"W_{i} \left(\frac{1}{2} X_{i - 1}\right)",
        ),
        (W[i] * x / 2, "W[i]*X[i - 1]/2", r"\frac{1}{2} \left(W_{i} X_{i - 1}\right)"),
        (-x, "-X[i - 1]", "- X_{i - 1}"),
        (0 - (-x), "-(-X[i - 1])", r"- \left(- X_{i - 1}\right)"),
        (x - (-y), "X[i - 1] - (-X[i - 2])", r"X_{i - 1} - \left(- X_{i - 2}\right)"),
        (
            x - 2 * y / 3,
            "X[i - 1] - 2*X[i - 2]/3",
            r"X_{i - 1} - \frac{1}{3} \left(2 X_{i - 2}\right)",
        ),
        (
            x - Rational(2, 3) * y,
            "X[i - 1] - 2*X[i - 2]/3",
            r"X_{i - 1} - \frac{2}{3} X_{i - 2}",
        ),
        (
            x - (y - z),
            "X[i - 1] - (X[i - 2] - z)",
            r"X_{i - 1} - \left(X_{i - 2} - z\right)",
        ),
        (
            (x + y) / 2,
            "(X[i - 1] + X[i - 2])/2",
            r"\frac{1}{2} \left(X_{i - 1} + X_{i - 2}\right)",
        ),
        (
            (a + 1) * x,
            "(a + 1)*X[i - 1]",
            r"\left(a + 1\right) X_{i - 1}",
        ),
        (-sqrt(6) / 4 * x, "-sqrt(6)*X[i - 1]/4", r"- \frac{\sqrt{6}}{4} X_{i - 1}"),
        (x / (i + 1), "X[i - 1]/(i + 1)", r"\frac{1}{i + 1} X_{i - 1}"),
        (0 * x, "0*X[i - 1]", "0 X_{i - 1}"),
        (
            (2 - W[i]) * x,
            "(2 - W[i])*X[i - 1]",
            r"\left(2 - W_{i}\right) X_{i - 1}",
        ),
        (
            (W[i] - Rational(1, 2)) * x,
            "(W[i] - 1/2)*X[i - 1]",
            r"\left(W_{i} - \frac{1}{2}\right) X_{i - 1}",
        ),
        (
            -W[i] * x + (-V[i])(y),
            "-W[i]*X[i - 1] + (-V[i])(X[i - 2])",
            r"- W_{i} X_{i - 1} + \left(- V_{i}\right)\left(X_{i - 2}\right)",
        ),
        (y - W[i](x), "X[i - 2] - W[i](X[i - 1])", r"X_{i - 2} - W_{i}\left(X_{i - 1}\right)"),
        (
            W[i] * V[i] * x,
            "W[i]*V[i]*X[i - 1]",
            "W_{i} V_{i} X_{i - 1}",
        ),
        (
            W[i] * (V[i] * x),
            "W[i]*(V[i]*X[i - 1])",
            r"W_{i} \left(V_{i} X_{i - 1}\right)",
        ),
        (W[i] ** 2 * x, "W[i]**2*X[i - 1]", "{W_{i}}^{2} X_{i - 1}"),
        (
            relu(W(x)),
            "relu(W(X[i - 1]))",
            r"\operatorname{relu}\left(W\left(X_{i - 1}\right)\right)",
        ),
        (
            Sum(X[j] / j, (j, 1, i - 1)) - x,
            "Sum(X[j]/j, (j, 1, i - 1)) - X[i - 1]",
            r"\sum_{j=1}^{i - 1} \frac{1}{j} X_{j} - X_{i - 1}",
        ),
        (
            Sum(W[i, s], (s, 1, 3)) * x,
            "Sum(W[i, s], (s, 1, 3))*X[i - 1]",
            r"\sum_{s=1}^{3} W_{i, s} X_{i - 1}",
        ),
        (
            Piecewise((x, Eq(i % 2, 0)), (W[i](x), True)),
            "Piecewise((X[i - 1], Eq(Mod(i, 2), 0)), (W[i](X[i - 1]), True))",
            None,  # SymPy's own
        ),
    ],
    ids=str,
)
def test_text_and_latex(expr: Expr, text: str, tex: str | None) -> None:
    assert text_of(expr) == text
    assert tex is None or latex(expr) == tex


def test_latex_of_a_term_that_begins_with_its_fraction() -> None:
    # As text it begins with the minus: X[i - 1] - X[i - 2]/2.
    assert latex(x + (-y) / 2) == r"X_{i - 1} + \frac{1}{2} \left(- X_{i - 2}\right)"
    assert latex(1 + (-W[i]) / 2) == r"1 + \frac{1}{2} \left(- W_{i}\right)"


def test_latex_of_a_sum_that_is_a_coefficient() -> None:
    assert latex(Sum(j, (j, 1, i)) * x) == r"\left(\sum_{j=1}^{i} j\right) X_{i - 1}"


def test_latex_of_a_sum_of_what_begins_with_a_minus() -> None:
    assert latex(x + Sum(-X[j], (j, 1, 2))) == (r"X_{i - 1} + \sum_{j=1}^{2} \left(- X_{j}\right)")


def test_latex_of_a_sum_that_is_applied_or_scaled() -> None:
    total = Sum(X[j], (j, 0, i - 1))
    assert latex(W[i] * total) == r"W_{i} \left(\sum_{j=0}^{i - 1} X_{j}\right)"
    assert latex(FeatureScale(2, total)) == r"2 \left(\sum_{j=0}^{i - 1} X_{j}\right)"


def test_nested_sums_keep_their_parentheses() -> None:
    assert text_of(FeatureSum(x, FeatureSum(y, z))) == "X[i - 1] + (X[i - 2] + z)"
    assert text_of(FeatureSum(FeatureSum(x, y), z)) == "X[i - 1] + X[i - 2] + z"


def test_spans() -> None:
    expr = (1 + W[i]) * x - a * W[i - 1](y) / 3
    text, spans = print_with_spans(expr)
    assert text == "(1 + W[i])*X[i - 1] - a*W[i - 1](X[i - 2])/3"
    shown = {path: text[start:end] for path, (start, end) in spans.items()}
    assert shown == {
        (): text,
        (0,): "(1 + W[i])*X[i - 1]",
        (0, 0): "1 + W[i]",
        (0, 0, 0): "1",
        (0, 0, 1): "W[i]",
        (0, 0, 1, 1): "i",
        (0, 1): "X[i - 1]",
        (0, 1, 1): "i - 1",
        (1,): "a*W[i - 1](X[i - 2])/3",
        (1, 1): "a*W[i - 1](X[i - 2])/3",
        (1, 1, 0): "3",
        (1, 1, 1): "a*W[i - 1](X[i - 2])",
        (1, 1, 1, 0): "a",
        (1, 1, 1, 1): "W[i - 1](X[i - 2])",
        (1, 1, 1, 1, 0): "W[i - 1]",
        (1, 1, 1, 1, 0, 1): "i - 1",
        (1, 1, 1, 1, 1): "X[i - 2]",
        (1, 1, 1, 1, 1, 1): "i - 2",
    }


def test_a_part_that_is_not_printed_has_the_span_around_it() -> None:
    text, spans = print_with_spans(x - y)
    assert text == "X[i - 1] - X[i - 2]"
    assert (1, 0) not in spans  # the -1
    assert span_at(spans, (1, 0)) == spans[(1,)]
    assert span_at(spans, (1, 1, 1, 0)) == spans[(1, 1, 1)]


def test_the_sides_of_an_equation() -> None:
    text, spans = print_with_spans(Eq(X[i], 2 * x))
    assert text == "X[i] = 2*X[i - 1]"
    assert (spans[(0,)], spans[(1,)]) == ((0, 4), (7, 17))


NAMES: dict[str, Any] = {
    **{name: getattr(sympy, name) for name in ("Sum", "Mod", "sqrt", "Piecewise", "Eq")},
    **{name: getattr(structure, name) for name in ("Concat", "Mean", "Hadamard", "Split")},
    "ZerosLike": structure.ZerosLike,
}
NAMES |= {"X": X, "W": W, "V": V, "T": T, "relu": relu, "i": i, "j": j, "a": a, "b": b, "z": z}
NAMES |= {"H": H, "norm": norm}


@given(features)
def test_text_is_python_that_means_the_same(expr: Expr) -> None:
    # Two numbers by themselves, 1/2, are a float to Python; a formula has them exactly.
    text = text_of(expr).replace("1/2", "sqrt(1)/2").replace("2/3", "2*sqrt(1)/3")
    twin = eval(text, dict(NAMES))  # noqa: S307
    assert Recursion(Eq(X[i], twin)) == Recursion(Eq(X[i], expr))


@given(features)
def test_every_span_shows_what_is_there(expr: Expr) -> None:
    text, spans = print_with_spans(expr)
    assert spans[()] == (0, len(text))
    for path, (start, end) in spans.items():
        assert 0 <= start < end <= len(text)
        assert text[start:end].count("(") == text[start:end].count(")")
        if path:
            first, last = spans[path[:-1]]
            assert first <= start
            assert end <= last


@given(features)
def test_latex_of_anything_has_balanced_brackets(expr: Expr) -> None:
    tex = latex(expr)
    assert tex.count("{") == tex.count("}")
    assert tex.count(r"\left") == tex.count(r"\right")
