"""`formula2net show` and `compare`: formula, words, counts, closed forms."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from formula2net.formulas import get_formula
from formula2net.language.notation import parse
from tests.cli.conftest import Command, lines

SHOWN = """
  X[i] = (1 + W[i])*X[i - 1] - W[i - 1]*X[i - 2]
  X[1] = (1 + W[1])*X[0]

Paths from the input to the output at depth 4 (paper view)

  1 + W_4 + W_4*W_3 + W_4*W_3*W_2 + W_4*W_3*W_2*W_1

  length   wired   words   total      closed forms         at depth L
 ────────────────────────────────    ──────────────────────────────────────────
       0       1       1       1      words of length k    1 if L >= k, else 0
       1       7       1       1      words, all lengths   L + 1
       2      13       1       1      wired, all lengths   sqrt(2)*(-(1 -
       3       7       1       1                           sqrt(2))**(L + 1) +
       4       1       1       1                           (1 + sqrt(2))**(L +
                                                           1))/4
     all      29       5       5      total, all lengths   L + 1
"""


def test_the_difference_formula(command: Command) -> None:
    text = "X_i = (1 + W_i) X_{i-1} - W_{i-1} X_{i-2}; X_1 = (1 + W_1) X_0"
    ran = command("show", text)
    assert (ran.code, ran.err) == (0, "")
    assert lines(ran.out) == SHOWN.strip("\n").splitlines()


def test_a_formula_by_name_is_cited(command: Command) -> None:
    out = lines(command("show", "difference").out)
    assert out[0].startswith("Difference formula. One path of every length")
    assert out[1].endswith(
        "Analyze and Design Network Architectures by Recursion Formulas, Eq. (20)."
    )
    assert out[3:] == SHOWN.strip("\n").splitlines()


def test_as_data(command: Command) -> None:
    ran = command("show", "difference", "--json", "--words", "2")
    data = json.loads(ran.out)
    assert parse(data["formula"]) == get_formula("difference")
    assert data["name"] == "difference"
    assert (data["depth"], data["view"], data["formal"]) == (4, "paper", False)
    assert data["words"] == [
        {"word": [], "coefficient": 1},
        {"word": ["W_4"], "coefficient": 1},
    ]
    assert data["counts"]["all"] == {"wired": 29, "words": 5, "total": 5}
    assert data["counts"]["by_length"]["2"] == {"wired": 13, "words": 1, "total": 1}
    assert data["closed_forms"]["words"] == {
        "length": "Piecewise((1, L >= k), (0, True))",
        "all": "L + 1",
    }


def test_numbers_that_are_no_integers_are_text(command: Command) -> None:
    data = json.loads(command("show", "midpoint", "--json", "--depth", "1").out)
    assert data["counts"]["all"]["total"] == "5/2"
    assert data["words"][-1] == {"word": ["F_1_2", "F_1_1"], "coefficient": "1/2"}
    assert data["closed_forms"]["words"]["length"] == (
        "SeriesCoefficient((t**2 + t + 1)**L, (t, k))"
    )


def test_what_a_step_multiplies_by(command: Command) -> None:
    out = " ".join(command("show", "rk4", "--depth", "1").out.split())
    assert (
        "A step multiplies by R(z) = z**4/24 + z**3/6 + z**2/2 + z + 1, where each block "
        "multiplies by z." in out
    )
    assert "[t**k] (t**4 +" in out
    assert "power-bounded" not in out


def test_an_identity_part_that_is_not_bounded_is_noted(command: Command) -> None:
    shown = command("show", "second_order", "--depth", "2")
    assert "Note: without its blocks a step is not power-bounded" in shown.out
    assert shown.err == ""


def test_what_is_not_proved_is_noted(command: Command) -> None:
    """Words of second differences are checked, their walks and totals are proved."""
    out = " ".join(command("show", "second_order", "--depth", "2").out.split())
    assert out.count("Note: closed forms of ") == 1
    assert "Note: closed forms of words are not proved. Checked at the depths 1 to 20." in out
    data = json.loads(command("show", "second_order", "--json").out)
    assert data["proofs"]["words"]["all"] == "Checked at the depths 1 to 20."
    assert data["proofs"]["total"]["all"].startswith("Proved: ")
    assert "not proved" not in command("show", "difference").out


def test_as_latex(command: Command) -> None:
    assert command("show", "plain", "--latex", "--depth", "2").out == (
        r"\begin{aligned}X_{i} &= W_{i} X_{i - 1}\end{aligned}" + "\nW_{2} W_{1}\n"
    )


def test_the_exact_view_keeps_activations(command: Command) -> None:
    out = command("show", "resnet_relu", "--view", "exact", "--depth", "1").out
    assert "(exact view)" in out
    assert "  relu + relu*W_1\n" in out


def test_what_is_formal_is_said(command: Command) -> None:
    formal = command("show", "X_i = relu((1 + W_i) X_{i-1}) - W_{i-1} X_{i-2}; X_1 = (1 + W_1) X_0")
    assert "Formal: " in formal.out
    assert "Formal: " not in command("show", "difference").out


def test_the_number_of_words(command: Command) -> None:
    out = command("show", "resnet", "--depth", "10", "--words", "3").out
    assert "  1 + W_10 + W_9 + ... (1,021 more words)\n" in out


def test_the_program(command: Command) -> None:
    out = command("show", "resnet", "--depth", "1", "--program").out
    assert lines(out)[-5:] == [
        "Program",
        "  X_0 = input X_0",
        "  W_1 = W_1(X_0)",
        "  X_1 = X_0 + W_1",
        "  output X_1",
    ]


def test_parameters(command: Command) -> None:
    windowed = command("show", "seqconv_windowed", "--set", "groups=2").out
    assert "x[i] = F[i](Concat(x[j], (j, i - 2, i - 1)))" in windowed
    text = "x_i = F_i([x_{i-g}, ..., x_{i-1}]); x_{1-g}, ..., x_0 = split(input, g)"
    assert "(j, i - 3, i - 1)" in command("show", text, "--set", "g=3").out


def test_scalars_stay_symbols(command: Command) -> None:
    out = command("show", "X_i = X_{i-1} + a W_i X_{i-1}", "--depth", "2").out
    assert "  1 + a*W_2 + a*W_1 + a**2*W_2*W_1\n" in out
    assert "a**2 + 2*a + 1" in out
    assert "(a + 1)**L" in out


def test_coefficients_that_would_fill_the_screen(command: Command) -> None:
    ran = command("show", "hyper_connection")
    assert "The coefficients have more than 2,000 terms" in ran.out
    assert any(line.split()[:4] == ["all", "4,096", "16", "..."] for line in lines(ran.out))
    assert "binomial(L, k)" in ran.out
    data = json.loads(command("show", "hyper_connection", "--json").out)
    assert data["words"] == []
    assert data["counts"]["by_length"]["1"] == {"wired": 1024, "words": 4, "total": None}


def test_long_numbers_are_rounded(command: Command) -> None:
    deep = lines(command("show", "resnet", "--depth", "100").out)
    assert any(line.split() == ["all", *["1.2677e+30"] * 3] for line in deep)
    radicals = lines(command("show", "verner8_fixed", "--depth", "1").out)
    assert any(line.split()[:4] == ["all", "7,716", "7,716", "2.7183"] for line in radicals)


def test_a_wide_table_stands_above_the_closed_forms(command: Command) -> None:
    out = lines(command("show", "resnet", "--depth", "100").out)
    assert any(line.split() == ["length", "wired", "words", "total"] for line in out)
    assert any(line.split() == ["closed", "forms", "at", "depth", "L"] for line in out)


def test_no_closed_form_is_cut_off(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """A number without its last digits is another number."""
    for columns in (60, 79, 80, 100):
        monkeypatch.setenv("COLUMNS", str(columns))
        out = lines(command("show", "rk4", "--depth", "4").out)
        start = next(k for k, line in enumerate(out) if "closed forms" in line)
        place = out[start].index("at depth L")
        shown = "".join(line[place:] for line in out[start + 1 :] if line[place:].strip())
        form = "[t**k] (t**4 + 2*t**3 + 3*t**2 + 4*t + 1)**L"
        assert form.replace(" ", "") in shown.replace(" ", "")
    digits = "37075060850537345236306921827323/13639152867712980035408599449600"
    total = command("show", "dormand_prince87", "--depth", "1").out
    assert digits in "".join(line.strip() for line in total.splitlines())


def test_a_drawing(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "wiring.png"
    ran = command("show", "resnet", "--draw", str(path))
    assert path.read_bytes().startswith(b"\x89PNG")
    assert str(path) in ran.out


COMPARED = """
difference
  X[i] = (1 + W[i])*X[i - 1] - W[i - 1]*X[i - 2]
  X[1] = (1 + W[1])*X[0]
difference_twin
  X[i] = W[i]*X[i - 1] + X[0]

Paths from the input at depth 2 (paper view)
  difference                          difference_twin

  length   wired   words   total      length   wired   words   total
 ────────────────────────────────    ────────────────────────────────
       0       1       1       1           0       1       1       1
       1       3       1       1           1       1       1       1
       2       1       1       1           2       1       1       1

     all       5       3       3         all       3       3       3

network  equal
wiring   different
paths    different: from X_1 the word 1 has the coefficients 1 and 0
"""


def test_compare(command: Command) -> None:
    ran = command("compare", "difference", "difference_twin", "--depth", "2")
    assert (ran.code, ran.err) == (0, "")
    assert lines(ran.out) == COMPARED.strip("\n").splitlines()


@pytest.mark.parametrize("view", ["paper", "exact"])
def test_texts_are_numbered(view: str, command: Command) -> None:
    out = command("compare", "X_i = W_i X_{i-1}", "Y_i = V_i Y_{i-1}", "--view", view).out
    assert lines(out)[0] == "formula 1"
    assert lines(out)[2] == "formula 2"
    assert lines(out)[-3:] == [
        "network  equal",
        "wiring   equal",
        "paths    equal, from every source",
    ]
