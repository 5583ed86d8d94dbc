"""The text of a problem, character by character, and the tree of errors."""

import copy
import pickle

import pytest

from formula2net import errors
from formula2net.errors import Formula2NetError, FormulaError, Problem

TREE = (
    "FormulaError",
    "NotationError",
    "TableauError",
    "ShapeError",
    "PathCountError",
    "PassError",
    "BlockError",
    "LiftError",
)


def test_a_full_problem_is_printed_with_a_caret_below_the_culprit():
    problem = Problem(
        "X[i] is defined by itself.",
        "X[i] = (1 + W[i])*X[i - 1] + W[i](X[i])",
        span=(34, 38),
        got="lag 0",
        expected="X[i - 1], X[i - 2], ...",
        try_="an implicit scheme needs a solver",
    )
    assert str(problem) == (
        "X[i] is defined by itself.\n"
        "  X[i] = (1 + W[i])*X[i - 1] + W[i](X[i])\n"
        "                                    ^^^^\n"
        "  got lag 0; expected X[i - 1], X[i - 2], ...\n"
        "  try: an implicit scheme needs a solver"
    )


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        ({"got": "3"}, "  got 3"),
        ({"expected": "4"}, "  expected 4"),
        ({"got": "3", "expected": "4"}, "  got 3; expected 4"),
        ({"try_": "f(x)"}, "  try: f(x)"),
        ({"formula": "a"}, "  a"),
    ],
)
def test_what_is_not_known_is_left_out(facts, line):
    assert str(Problem("What.", **facts)) == f"What.\n{line}"


def test_a_problem_without_anything_else_is_its_sentence():
    assert str(Problem("What.")) == "What."


@pytest.mark.parametrize(
    ("span", "lines"),
    [
        ((0, 2), ["ab", "^^", "cde"]),
        ((1, 2), ["ab", " ^", "cde"]),
        ((3, 5), ["ab", "cde", "^^"]),
        ((5, 6), ["ab", "cde", "  ^"]),
        ((1, 5), ["ab", " ^", "cde"]),  # goes on in the next line: marked where it begins
        ((6, 6), ["ab", "cde", "   ^"]),  # the end of the text
        ((2, 2), ["ab", "  ^", "cde"]),  # the end of a line
        ((0, 99), ["ab", "^^", "cde"]),
        ((99, 99), ["ab", "cde", "   ^"]),
    ],
)
def test_carets_stand_below_the_line_in_which_the_span_begins(span, lines):
    expected = "\n".join(["What.", *(f"  {line}" for line in lines)])
    assert str(Problem("What.", "ab\ncde", span=span)) == expected


def test_a_tab_does_not_move_the_caret():
    assert str(Problem("What.", "a\tb", span=(2, 3))) == "What.\n  a b\n    ^"


def test_a_span_without_a_formula_shows_nothing():
    assert str(Problem("What.", span=(0, 1))) == "What."


def test_all_problems_stand_in_one_error():
    error = FormulaError(Problem("First.", got="1"), "Second.")
    assert error.problems == (Problem("First.", got="1"), Problem("Second."))
    assert str(error) == "First.\n  got 1\n\nSecond."


@pytest.mark.parametrize("name", TREE)
def test_every_error_is_a_direct_child_of_the_root(name):
    kind = getattr(errors, name)
    assert kind.__bases__ == (Formula2NetError,)
    with pytest.raises(Formula2NetError, match="What"):
        raise kind("What.")


def test_the_tree_has_no_other_errors():
    found = {name for name, value in vars(errors).items() if isinstance(value, type)}
    assert found == {*TREE, "Formula2NetError", "Problem"}


@pytest.mark.parametrize(
    "clone", [copy.copy, copy.deepcopy, lambda e: pickle.loads(pickle.dumps(e))]
)
def test_errors_survive_copies_and_processes(clone):
    error = FormulaError(Problem("First.", "ab", (0, 1)), "Second.")
    twin = clone(error)
    assert type(twin) is FormulaError
    assert twin.problems == error.problems
    assert str(twin) == str(error)
