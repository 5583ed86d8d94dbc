"""`formula2net design`: answers, why there are none, and what is no target."""

from __future__ import annotations

import json

import pytest

from formula2net.formulas import get_formula
from formula2net.language.notation import parse
from formula2net.paths.compare import compare
from tests.cli.conftest import Command, lines

ONE_OF_EVERY_LENGTH = "1 + sum(prod(W[L-j], j=0..k-1), k=1..m)"

SHOWN = """
X[i] = (1 + W[i])*X[i - 1] - W[i - 1]*X[i - 2]
X[1] = (1 + W[1])*X[0]
  2 states, lag 2, 1 application a step, 169 wired paths at depth 6
"""


def test_the_difference_formula_is_found(command: Command) -> None:
    ran = command("design", ONE_OF_EVERY_LENGTH)
    assert (ran.code, ran.err) == (0, "")
    assert lines(ran.out)[:3] == SHOWN.strip("\n").splitlines()
    assert "prove it for every span." in " ".join(ran.out.split())


def test_from_the_input_there_are_two(command: Command) -> None:
    data = json.loads(command("design", ONE_OF_EVERY_LENGTH, "--source", "0", "--json").out)
    first, second = data["answers"]
    assert (first["states"], first["lag"], first["wired"]) == (2, 1, 7)
    assert parse(second["formula"]) == get_formula("difference")
    twin = parse(first["formula"])
    assert compare(twin, get_formula("difference_twin"), depth=4).equal_network
    assert second["evidence"] == "proved for every depth"
    assert data["proof"].startswith("The Hankel matrix f(u·v)")


def test_none_is_exit_code_1_and_says_why(command: Command) -> None:
    ran = command("design", "1 + W[L]", "--states", "1", "--lag", "1")
    assert (ran.code, ran.err) == (1, "")
    text = " ".join(ran.out.split())
    assert "so no form has a lag up to 11." in text
    word = "*".join(f"W_{{L-{j}}}" for j in range(1, 12))  # is never broken
    assert any(line.startswith(f"-1*{word}") for line in lines(ran.out))
    none = command("design", "1 + W[L]", "--lag", "1", "--json")
    assert none.code == 1
    assert json.loads(none.out)["answers"] == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("W[L",), "NotationError: '[' is never closed.\n  W[L\n   ^\n"),
        (("1 + W[L]", "--source", "1"), "FormulaError: A target has no source 1.\n"),
        (("1 + W[L]", "--lag", "0"), "error: Invalid value for '--lag': "),
        (("resnet",), "FormulaError: A target is free in L and m only.\n  resnet\n"),
        ((), "error: Missing argument 'TARGET'.\n"),
    ],
)
def test_what_is_no_target(arguments: tuple[str, ...], message: str, command: Command) -> None:
    code, _, err = command("design", *arguments)
    assert code == 2
    assert err.startswith(message)
    assert "Traceback" not in err
