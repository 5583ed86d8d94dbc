"""What a search refuses, to the letter, and what its progress bar shows."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from sympy import Eq, Symbol, sqrt

from formula2net.errors import FormulaError, PathCountError
from formula2net.language.structure import Concat
from formula2net.language.symbols import Index, Operator, State
from formula2net.synthesis.searching.counts import Tables
from formula2net.synthesis.searching.progress import shown
from formula2net.synthesis.searching.search import search

X, Y, W, V, i, n = State("X"), State("Y"), Operator("W"), Operator("V"), Index("i"), Index("n")
L, k = Symbol("L"), Symbol("k")
SOME = [1, W[i], 1 + W[i]]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        pytest.param(
            {"lag": 0},
            "The lag is 0.\n  expected an integer from 1 on",
            id="lag",
        ),
        pytest.param(
            {"depth": 2},
            "Depth 2 does not show a recursion of lag 2.\n  expected depth=3 or more",
            id="depth",
        ),
        pytest.param(
            {"coefficients": 1 + W[i]},
            "1 + W[i] is no set of coefficients.\n"
            "  expected a list of numbers and operators, or the numbers of each block\n"
            "  try: coefficients=[1, W[i], 1 + W[i]], or {1: (-1, 0, 1), W[i]: (-1, 0, 1)}",
            id="no set",
        ),
        pytest.param(
            {"coefficients": {1: (0, 1), W[i]: 1}},
            "The numbers of W[i] are no list.\n"
            "  got 1; expected all that it may have\n"
            "  try: {W[i]: (-1, 0, 1)}",
            id="no numbers",
        ),
        pytest.param(
            {"coefficients": [[1], [W[i]], [1]]},
            "There is not one set of coefficients for each lag.\n"
            "  got 3 sets; expected 2, for X[i - 1] to X[i - 2]",
            id="sets",
        ),
        pytest.param(
            {"coefficients": [W[i] * (1 + V[i])]},
            "W[i]*(1 + V[i]) is no coefficient of a search.\n"
            "  expected a sum of numbers, and of numbers times products of blocks\n"
            "  try: 1 + W[i], 2*W[i - 1], W[i]*V[i]",
            id="nested",
        ),
        pytest.param(
            {"coefficients": [X[i - 1]]},
            "X[i - 1] is no coefficient of a search.\n"
            "  expected a sum of numbers, and of numbers times products of blocks\n"
            "  try: 1 + W[i], 2*W[i - 1], W[i]*V[i]",
            id="feature",
        ),
        pytest.param(
            {"coefficients": [sqrt(2) * W[i]]},
            "The number sqrt(2) is not rational.\n  expected integers and fractions",
            id="root",
        ),
        pytest.param(
            {"coefficients": [W[i] - W[i]]},
            "A block cancels in W[i] - W[i].\n  expected blocks that are used",
            id="cancels",
        ),
        pytest.param(
            {"coefficients": [W[2 * i]]},
            "The index of W[2*i] is not read.\n  expected W[i], W[i - 1], W[i, 2], or W",
            id="index",
        ),
        pytest.param(
            {"coefficients": [W[i], W[n]]},
            "The step has one index.\n  got i, n; expected one of them",
            id="indices",
        ),
        pytest.param(
            {"initial": Eq(X[i], X[0])},
            "An initial value is not read.\n"
            "  Eq(X[i], X[0])\n"
            "  expected Eq(X[1], ...): the value of the state at one index",
            id="initial index",
        ),
        pytest.param(
            {"initial": Eq(X[0], W[1] * X[1])},
            "An initial value is not read.\n"
            "  Eq(X[0], W[1]*X[1])\n"
            "  expected no value for X[0], which is the input",
            id="initial input",
        ),
        pytest.param(
            {"initial": Eq(X[2], X[3])},
            "An initial value is not read.\n"
            "  Eq(X[2], X[3])\n"
            "  expected states before X[2]: X[3] has no value",
            id="initial later",
        ),
        pytest.param(
            {"initial": Eq(X[1], W[1](Concat(X[0], X[0])))},
            "An initial value is not read.\n"
            "  Eq(X[1], W[1](Concat(X[0], X[0])))\n"
            "  expected a sum of numbers and blocks times states",
            id="initial concat",
        ),
        pytest.param(
            {"initial": [Eq(X[1], X[0]), Eq(Y[1], Y[0])]},
            "A search has one state.\n  got X, Y; expected one of them",
            id="states",
        ),
        pytest.param(
            {"where": "linear"},
            "where is no condition on counts.\n"
            "  got 'linear'; expected a mapping from counts to closed forms, or a function of the"
            " counts\n"
            '  try: where={"words": L + 1}, or where=lambda at: at.words == at.depth + 1',
            id="where",
        ),
        pytest.param(
            {"where": {"paths": L}},
            "There is no count 'paths'.\n"
            "  expected 'words', 'wired', 'total', 'longest', 'shortest' or"
            ' ("words", "length")\n'
            '  try: where={"words": L + 1}, {("words", "length"): 1},'
            ' {"total": "linear", "longest": L}',
            id="count",
        ),
        pytest.param(
            {"where": {"words": k}},
            "The closed form k for 'words' has k.\n"
            "  expected an expression in L\n"
            "  try: Symbol('L') for the depth, Symbol('k') for the length",
            id="symbols",
        ),
        pytest.param(
            {"where": {"words": L / 0}},
            "A count of 'words' cannot be zoo.\n  expected an integer or a fraction",
            id="infinite",
        ),
        pytest.param(
            {"where": {("words", "length"): None}},
            "The closed form for ('words', 'length') is no expression.\n"
            "  got NoneType; expected an expression in L and k",
            id="form",
        ),
        pytest.param(
            {"where": {"words": (n for n in "123")}},
            "The closed form for 'words' is no expression.\n"
            "  got generator; expected an expression in L",
            id="generator",
        ),
        pytest.param(
            {"where": {"words": 2.0**L}},
            "2.0 is a float.\n  2.0**L\n  try: write 2",
            id="float in a closed form",
        ),
        pytest.param(
            {"coefficients": [1 + W[i] / 2, 1 + 0.5 * W[i]]},
            "0.5 is a float.\n  1 + 0.5*W[i]\n  try: write Rational(1, 2)",
            id="float",
        ),
        pytest.param(
            {"initial": Eq(X[1], 0.5 * X[0])},
            "0.5 is a float.\n  X[1] = 0.5*X[0]\n  try: write Rational(1, 2)",
            id="float in an initial value",
        ),
        pytest.param(
            {"initial": "X_1 = X_0"},
            "An initial value is not read.\n"
            "  X_1 = X_0\n"
            "  expected Eq(X[1], ...): the value of the state at one index",
            id="initial text",
        ),
        pytest.param(
            {"where": {"words": [1, 2, 3]}},
            "The sequence for 'words' is too short.\n"
            "  got 3 numbers; expected 6, for the depths 1 to 6",
            id="sequence",
        ),
        pytest.param(
            {"where": {"words": "fast"}},
            "Unknown growth 'fast' of 'words'.\n"
            "  expected 'constant' or 'linear' or 'quadratic' or 'cubic'\n"
            "  try: a closed form in Symbol('L'), no text",
            id="growth",
        ),
        pytest.param(
            {"where": {"words": "cubic"}, "depth": 4},
            "Growth that is cubic does not show up to depth 4.\n  expected depth=5 or more",
            id="too short for growth",
        ),
    ],
)
def test_refused_when_called(options: dict[str, object], text: str) -> None:
    with pytest.raises(FormulaError) as error:
        search(**{"lag": 2, "coefficients": SOME, **options})
    assert str(error.value) == text


def test_a_function_must_answer() -> None:
    found = search(1, SOME, lambda at: at.words)
    with pytest.raises(FormulaError) as error:
        list(found)
    assert str(error.value) == (
        "where has no answer at depth 1.\n"
        "  got 1; expected True or False\n"
        "  try: where=lambda at: at.words == at.depth + 1"
    )


def test_an_error_of_a_function_comes_through() -> None:
    with pytest.raises(AttributeError, match="'Tables' object has no attribute 'word'"):
        list(search(1, SOME, lambda at: at.word == 1))


def test_counts_that_differ_from_the_library_are_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Tables, "by_length", property(lambda at: {}))
    with pytest.raises(PathCountError, match="Two ways of counting differ"):
        next(search(1, [1 + W[i]]))


class Numbers:
    candidates, tried, found = 30, 0, 0


def test_the_bar_shows_what_is_tried_and_found() -> None:
    screen, numbers = Console(file=io.StringIO(), force_terminal=True, width=80), Numbers()

    def items() -> object:
        for number in range(3):
            numbers.tried, numbers.found = 10 * (number + 1), number + 1
            yield number

    assert list(shown(numbers, items(), True, screen)) == [0, 1, 2]
    assert "30/30" in screen.file.getvalue()
    assert "3 found" in screen.file.getvalue()


def test_the_bar_is_gone_while_nothing_is_looked_for() -> None:
    screen = Console(file=io.StringIO(), force_terminal=True, width=80)
    items = shown(Numbers(), iter("ab"), True, screen)
    hidden, shown_again = "\x1b[?25l", "\x1b[?25h"  # the cursor, while a bar is drawn
    for number, item in enumerate("ab", start=1):
        assert next(items) == item
        drawn = screen.file.getvalue()
        assert drawn.count(hidden) == drawn.count(shown_again) == number


@pytest.mark.parametrize(("terminal", "progress"), [(False, None), (True, False)])
def test_no_bar_without_a_terminal_or_where_it_is_not_wanted(
    terminal: bool, progress: bool | None
) -> None:
    screen = Console(file=io.StringIO(), force_terminal=terminal)
    assert list(shown(Numbers(), iter("abc"), progress, screen)) == ["a", "b", "c"]
    assert screen.file.getvalue() == ""


def test_a_search_that_is_closed_is_over() -> None:
    found = search(2, SOME, progress=True)
    assert next(found).lag == 1
    found.close()
    assert list(found) == []
