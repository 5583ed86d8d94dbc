"""`formula2net stability`: schemes by name, formulas, growth, and the picture."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Command, lines

SHOWN = """
rk4: explicit, 4 RK stages, order 4
0   |
1/2 | 1/2
1/2 | 0    1/2
1   | 0    0    1
----+-------------------
    | 1/6  1/3  1/3  1/6

A step multiplies by R(z) = z**4/24 + z**3/6 + z**2/2 + z + 1, where each block
multiplies by z.
Where each block is -2, a step multiplies by 1/3 in the long run.
"""


def test_a_tableau(command: Command) -> None:
    ran = command("stability", "rk4", "--at", "-2")
    assert (ran.code, ran.err) == (0, "")
    assert lines(ran.out) == SHOWN.strip("\n").splitlines()


@pytest.mark.parametrize(
    ("scheme", "sentences"),
    [
        ("radau_iia3", ["R(z) = (2*z + 6)/(z**2 - 4*z + 6), where"]),
        ("RK45", ["dormand_prince54: explicit"]),
        (
            "leapfrog",
            ["by the roots zeta of -2*z*zeta + zeta**2 - 1,", "It is of order 2, and zero-stable."],
        ),
        ("resnet", ["R(z) = z + 1,", "Without its blocks a step is power-bounded."]),
        ("second_order", ["Without its blocks a step is not power-bounded."]),
        (
            "X_i = a X_{i-1} + W_i X_{i-1}",
            [
                "R(z) = a + z,",
                "Whether a step is power-bounded without its blocks is not known.",
            ],
        ),
    ],
)
def test_what_is_said(scheme: str, sentences: list[str], command: Command) -> None:
    ran = command("stability", scheme)
    assert (ran.code, ran.err) == (0, "")
    text = " ".join(ran.out.split())
    for sentence in sentences:
        assert sentence in text


@pytest.mark.parametrize(
    ("scheme", "number", "factor"),
    [
        ("resnet", "0.5", "Where each block is 1/2, a step multiplies by 3/2 in"),
        ("leapfrog", "1/2", "by 1/2 + sqrt(5)/2 in the long run."),
        ("implicit_midpoint", "2", "by oo in the long run."),
    ],
)
def test_growth(scheme: str, number: str, factor: str, command: Command) -> None:
    assert factor in command("stability", scheme, "--at", number).out


def test_the_region(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "region.png"
    ran = command("stability", "leapfrog", "--draw", str(path))
    assert lines(ran.out)[-1] == f"The region is drawn in {path}."
    assert path.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("leapfrogg",),
            "FormulaError: There is no method and no formula 'leapfrogg'.\n  try: leapfrog\n",
        ),
        (
            ("zzz",),
            "FormulaError: There is no method and no formula 'zzz'.\n  try: rk4, leapfrog\n",
        ),
        (("rk4", "--at", "x"), "error: Invalid value: --at x: write a number, as -2 or 1/2\n"),
        (("rk4", "--at", "1/0"), "error: Invalid value: --at 1/0: write a number, as -2 or 1/2\n"),
        (("sparsenet",), "PathCountError: The steps of this formula are not alike"),
        (("X_i = W_i(X_{i-1}",), "NotationError: '(' is never closed.\n"),
    ],
)
def test_what_is_refused(arguments: tuple[str, ...], message: str, command: Command) -> None:
    code, _, err = command("stability", *arguments)
    assert code == 2
    assert err.startswith(message)
