"""`formula2net show` of a formula that departs from another one: both side by side."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from formula2net.cli.reading import Named, read_beside
from formula2net.formulas import FORMULAS, get_formula
from formula2net.language.notation import parse
from tests.cli.conftest import Command, lines

SHOWN = """
  X[i] = relu((1 + W[i])*X[i - 1]) - (1 + W[i - 1])*X[i - 2]
  X[1] = relu((1 + W[1])*X[0])

It departs from difference:

  X[i] = (1 + W[i])*X[i - 1] - W[i - 1]*X[i - 2]
  X[1] = (1 + W[1])*X[0]

Paths from the input to the output at depth 3 (paper view)

published_a5
  -1 - W_1 + W_3*W_2 + W_3*W_2*W_1  (formal: the exact view differs)
difference
  1 + W_3 + W_3*W_2 + W_3*W_2*W_1

  published_a5                        difference

  length   wired   words   total      length   wired   words   total
 ────────────────────────────────    ────────────────────────────────
       0       3       1      -1           0       1       1       1
       1       7       1      -1           1       5       1       1
       2       5       1       1           2       5       1       1
       3       1       1       1           3       1       1       1

     all      16       4       0         all      12       4       4
"""


def test_what_the_code_computes_stands_beside_the_paper(command: Command) -> None:
    ran = command("show", "published_a5", "--depth", "3")
    assert (ran.code, ran.err) == (0, "")
    shown, expected = lines(ran.out), SHOWN.strip("\n").splitlines()
    assert shown[3 : 3 + len(expected)] == expected
    assert any(line.split() == ["closed", "forms", "at", "depth", "L"] for line in shown)
    assert shown[-2].startswith("Formal: ")


def test_as_data_it_is_beside_it(command: Command) -> None:
    data = json.loads(command("show", "published_a5", "--json", "--words", "1").out)
    beside = data["beside"]
    assert (data["name"], beside["name"]) == ("published_a5", "difference")
    assert parse(beside["formula"]) == get_formula("difference")
    assert (data["depth"], beside["depth"]) == (4, 4)
    assert data["words"] == [{"word": [], "coefficient": -1}]
    assert beside["words"] == [{"word": [], "coefficient": 1}]
    assert data["counts"]["all"] == {"wired": 44, "words": 8, "total": -4}
    assert beside["counts"]["all"] == {"wired": 29, "words": 5, "total": 5}
    assert (data["formal"], beside["formal"]) == (True, False)


@pytest.mark.parametrize("view", ["paper", "exact"])
def test_both_are_seen_in_one_view(view: str, command: Command) -> None:
    data = json.loads(command("show", "published_a5", "--json", "--view", view).out)
    assert data["view"] == data["beside"]["view"] == view


def test_a_formula_that_departs_from_none_has_none_beside_it(command: Command) -> None:
    assert json.loads(command("show", "difference", "--json").out)["beside"] is None
    assert json.loads(command("show", "X_i = W_i X_{i-1}", "--json").out)["beside"] is None
    assert "departs" not in command("show", "difference").out


def test_the_other_formula_gets_the_parameters_that_it_has() -> None:
    entry = FORMULAS["seqconv_windowed"]
    named = Named(entry.name, entry.recursion, replace(entry, beside="seqconv_windowed"))
    beside = read_beside(named, ["groups=2"])
    assert beside is not None
    assert beside.recursion == get_formula("seqconv_windowed", groups=2)
    other = read_beside(replace(named, entry=replace(entry, beside="seqconv")), ["groups=2"])
    assert other is not None
    assert other.recursion == get_formula("seqconv")


@pytest.mark.parametrize("name", [name for name, entry in FORMULAS.items() if entry.beside])
def test_what_a_formula_departs_from_has_a_name_and_is_another_one(name: str) -> None:
    beside = FORMULAS[name].beside
    assert beside in FORMULAS
    assert FORMULAS[name].recursion != FORMULAS[beside].recursion
