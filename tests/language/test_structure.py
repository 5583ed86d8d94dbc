"""Concat, Mean, Hadamard, Split and ZerosLike."""

from __future__ import annotations

import pickle

import pytest
from sympy import Eq, Sum, latex

from formula2net.errors import FormulaError
from formula2net.language.expressions import FeatureScale
from formula2net.language.recursion import Recursion
from formula2net.language.structure import Concat, Hadamard, Mean, Part, Split, ZerosLike
from formula2net.language.symbols import Index, Operator, State

X, T = State("X"), Operator("T")
i, j, g = Index("i"), Index("j"), Index("g")
x, y = X[i - 1], X[i - 2]


def test_a_list_of_features() -> None:
    concat = Concat(x, 2 * y, X[0])
    assert concat.terms == (x, FeatureScale(2, y), X[0])
    assert concat.window is None
    assert not concat.clip
    assert Concat(x, y) != Concat(y, x)
    assert Mean(x, y).terms == (x, y)
    assert Mean(x, y) != Concat(x, y)


def test_a_window() -> None:
    window = Concat(X[j], (j, i - 3, i - 1))
    assert window.terms == (X[j],)
    assert window.window == (j, i - 3, i - 1)
    assert window.clip is False
    assert window.bound_symbols == [j]
    assert window.free_symbols == {i}
    assert Mean(X[j] + X[0], (j, 0, i - 1)).window == (j, 0, i - 1)


def test_a_clipped_window_stays_clipped() -> None:
    window = Concat(X[j], (j, i - 3, i - 1), clip=True)
    assert window.clip is True
    assert window != Concat(X[j], (j, i - 3, i - 1))
    for twin in (window.func(*window.args), pickle.loads(pickle.dumps(window))):
        assert twin == window
    assert window.xreplace({i: i + 1}) == Concat(X[j], (j, i - 2, i), clip=True)


def test_a_bound_index_is_not_replaced() -> None:
    window = Concat(X[j], (j, i - 3, i - 1))
    assert window.subs(j, 7) == window
    assert window.subs(i, 7) == Concat(X[j], (j, 4, 6))
    assert Sum(X[j], (j, 0, i)).subs(j, 7) == Sum(X[j], (j, 0, i))


def test_parts() -> None:
    first, second = Split(x, 2)
    assert (first, second) == (Part(x, 1, 2), Part(x, 2, 2))
    assert Split(x, 2)[2] == second
    assert (second.feature, second.part, second.parts) == (x, 2, 2)
    assert len(Split(x, 4)) == 4
    assert Split(x, 4)[j + 4].part == j + 4


def test_gates_and_zeros() -> None:
    gate = Hadamard(1 - T[i](x), x)
    assert gate.arguments == (1 - T[i](x), x)
    assert ZerosLike(X[0]).feature == X[0]


def test_text_and_latex() -> None:
    cases = {
        Concat(x, y): ("Concat(X[i - 1], X[i - 2])", r"\left[X_{i - 1}, X_{i - 2}\right]"),
        Concat(X[j], (j, i - 3, i - 1)): (
            "Concat(X[j], (j, i - 3, i - 1))",
            r"\left[X_{i - 3}, \dotsc, X_{i - 1}\right]",
        ),
        Concat(X[j], (j, 0, i - 1), clip=True): (
            "Concat(X[j], (j, 0, i - 1), clip=True)",
            r"\left[X_{0}, \dotsc, X_{i - 1}; \text{clipped}\right]",
        ),
        Mean(x, y): (
            "Mean(X[i - 1], X[i - 2])",
            r"\operatorname{mean}\left(X_{i - 1}, X_{i - 2}\right)",
        ),
        Hadamard(1 - T[i](x), x): (
            "Hadamard(1 - T[i](X[i - 1]), X[i - 1])",
            r"\left(1 - T_{i}\left(X_{i - 1}\right)\right) \odot X_{i - 1}",
        ),
        Split(x, 2)[1]: (
            "Split(X[i - 1], 2)[1]",
            r"\operatorname{split}\left(X_{i - 1}, 2\right)_{1}",
        ),
        ZerosLike(x): ("ZerosLike(X[i - 1])", r"\operatorname{zeros}\left(X_{i - 1}\right)"),
    }
    for expr, (text, tex) in cases.items():
        assert (str(expr), latex(expr)) == (text, tex)


@pytest.mark.parametrize(
    ("build", "text"),
    [
        (lambda: Concat(), "Concat takes features, or one feature and (j, first, last)."),
        (lambda: Mean((j, 0, 1)), "Mean takes features, or one feature and (j, first, last)."),
        (
            lambda: Concat(x, y, (j, 0, 1)),
            "A window of Concat has one feature and one range: Concat(X[j], (j, i - 3, i - 1)).",
        ),
        (
            lambda: Concat(X[j], (j, 0)),
            "A window of Concat has one feature and one range: Concat(X[j], (j, i - 3, i - 1)).",
        ),
        (
            lambda: Concat(x, y, clip=True),
            "Concat(..., clip=True) needs a window (j, first, last).",
        ),
        (
            lambda: Concat([x, y]),
            "[X[i - 1], X[i - 2]] is no expression: write X[i - 1], W[i](x), ...",
        ),
        (lambda: Hadamard(x), "Hadamard takes two features or more: Hadamard(x, y)."),
        (lambda: len(Split(x, g)), "The number of parts g is not known here."),
    ],
)
def test_error_text(build, text: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(FormulaError) as caught:
        build()
    assert str(caught.value) == text


WHOLE = """\
Split(X[i - 1], 2) is cut into parts, and is no value itself.
  expected one of its parts
  try: Split(X[i - 1], 2)[1]"""


@pytest.mark.parametrize(
    "use",
    [
        lambda whole: Eq(X[i], whole),
        lambda whole: T[i](whole),
        lambda whole: x + whole,
        lambda whole: whole + x,
        lambda whole: 2 * whole,
        lambda whole: 1 - whole,
        lambda whole: whole / 2,
        lambda whole: -whole,
        lambda whole: T[i] * whole,
        lambda whole: Concat(whole, x),
        lambda whole: Split(whole, 2),
        lambda whole: Recursion(Eq(X[i], T[i](x)), output=whole),
    ],
)
def test_a_whole_split_is_no_value(use) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(FormulaError) as caught:
        use(Split(x, 2))
    assert str(caught.value) == WHOLE


def test_a_split_is_shown_as_it_is_written() -> None:
    assert repr(Split(x, 2)) == "Split(X[i - 1], 2)"
    assert str(Split(x, 2)[1]) == f"{Split(x, 2)}[1]"
