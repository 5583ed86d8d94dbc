"""Help, version, and what a wrong argument gives: one line and exit code 2."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from formula2net import __version__
from formula2net.cli.app import app
from formula2net.formulas import FORMULAS
from tests.cli.conftest import Command

COMMANDS = (
    *("show", "compare", "design", "stability", "verify", "train", "spectrum", "demo", "rank"),
    *("formulas", "models", "model"),
)


def test_help_names_every_command(command: Command) -> None:
    ran = command("--help")
    assert (ran.code, ran.err) == (0, "")
    for name in COMMANDS:
        assert f" {name} " in ran.out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str, command: Command) -> None:
    ran = command(name, "--help")
    assert (ran.code, ran.err) == (0, "")
    assert f"Usage: formula2net {name} " in ran.out


def test_no_command_is_help(command: Command) -> None:
    assert "Usage: formula2net" in "".join(command()[1:])


def test_version(command: Command) -> None:
    assert command("--version") == (0, f"formula2net {__version__}\n", "")


def test_help_loads_nothing_heavy() -> None:
    """So that it answers at once."""
    code = (
        "import sys\n"
        "from formula2net.cli import main\n"
        "try:\n"
        "    main(['--help'])\n"
        "except SystemExit:\n"
        "    pass\n"
        "heavy = {'torch', 'lightning', 'sympy', 'networkx', 'lark', 'matplotlib', 'numpy'}\n"
        "sys.exit(f'loaded {loaded}' if (loaded := heavy & set(sys.modules)) else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_a_terminal_without_the_letters() -> None:
    code = "from formula2net.cli import main; main(['formulas', 'rk*', '--sources'])"
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "COLUMNS": "120"}
    ran = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True)
    assert ran.returncode == 0, ran.stderr
    assert b"Beitrag zur n?herungsweisen Integration" in ran.stdout


def test_the_script_of_the_package_is_this_function() -> None:
    text = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    assert 'formula2net = "formula2net.cli:main"' in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("nope", "No such command 'nope'."),
        ("show", "Missing argument 'FORMULA'."),
        ("compare resnet", "Missing argument 'OTHER'."),
        ("show resnet --dept 3", "No such option: --dept"),
        ("show resnet --depth 0", "Invalid value for '--depth' / '-L': "),
        ("show resnet --depth many", "Invalid value for '--depth' / '-L': "),
        ("show resnet --view other", "Invalid value for '--view': "),
        ("show resnet --set g", "--set g: write a name and an integer, as g=8"),
        ("show resnet --set g=1.5", "--set g=1.5: write a name and an integer, as g=8"),
        ("show resnet --set self=1", "--set self=1: no parameter can be called self"),
        ("formulas zz*", "no name matches 'zz*'"),
        ("models zz*", "no name matches 'zz*'"),
        ("model", "Missing argument 'NAME'."),
        ("verify resnet --blocks 2,x", "--blocks 2,x: write positive integers, as 2,2,2,2"),
        ("verify resnet --widths ,", "--widths ,: write positive integers, as 2,2,2,2"),
        ("train resnet --data mnist", "Invalid value for '--data': "),
        ("train resnet --epochs 0", "Invalid value for '--epochs': "),
        ("show resnet --draw /dev/null/wiring.png", ": /dev/null"),
    ],
)
def test_a_bad_argument_is_one_line(arguments: str, message: str, command: Command) -> None:
    code, _, err = command(*arguments.split())
    assert code == 2
    assert err.startswith("error: ")
    assert message in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["show", "resnet2"],
            "FormulaError: There is no formula 'resnet2'.\n  try: resnet, revnet, lm_resnet\n",
        ),
        (
            ["show", "X_i = X_i + W_i X_{i-1}"],
            (
                "FormulaError: X[i] is defined by itself.\n"
                "  X[i] = X[i] + W[i]*X[i - 1]\n"
                "         ^^^^\n"
            ),
        ),
        (
            ["show", "X_i = W_i(X_{i-1}"],
            "NotationError: '(' is never closed.\n  X_i = W_i(X_{i-1}\n           ^\n",
        ),
        (["show", ""], "FormulaError: The formula has no equation.\n"),
        (
            ["show", "resnet18"],
            (
                "FormulaError: resnet18 is a network, and no formula.\n"
                "  try: formula2net model resnet18\n"
            ),
        ),
        (
            ["model", "resnet"],
            (
                "Formula2NetError: resnet is a formula, and no network.\n"
                "  try: formula2net show resnet\n"
            ),
        ),
        (
            ["show", "resnet", "--draw", "wiring"],
            (
                "Formula2NetError: 'wiring' does not end in the name of a picture's format.\n"
                "  expected .png, .svg or .pdf\n  try: wiring.png\n"
            ),
        ),
        (["show", "resnet", "--set", "g=3"], "FormulaError: The formula resnet has no parameter"),
        (["verify", "resnet", "--widths", "8"], "ShapeError: "),
        (["verify", "resnet", "--blocks", "1", "--block", "nope"], "BlockError: Unknown block"),
        (["verify", "densenet", "--blocks", "1,1"], "ShapeError: "),
    ],
)
def test_a_wrong_formula_is_shown(arguments: list[str], message: str, command: Command) -> None:
    code, _, err = command(*arguments)
    assert code == 2
    assert err.startswith(message)
    assert "Traceback" not in err


def test_the_commands_are_these() -> None:
    assert {each.callback.__name__ for each in app.registered_commands} == set(COMMANDS)


def test_a_missing_extra_is_named(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    monkeypatch.setitem(sys.modules, "matplotlib.backends.backend_agg", None)
    code, _, err = command("show", "resnet", "--draw", "wiring.png")
    assert code == 2
    assert err.startswith("error: ")
    assert err.endswith(": pip install 'formula2net[report]'\n")


def test_stopping_is_quiet(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("formula2net.cli.show.read_formula", stop)
    assert command("show", "resnet") == (130, "", "")


def test_a_mistake_of_the_library_is_not_hidden(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("formula2net.cli.show.read_formula", fail)
    with pytest.raises(ZeroDivisionError):
        command("show", "resnet")


def test_the_formulas_are_listed(command: Command) -> None:
    ran = command("formulas")
    assert ran.code == 0
    assert set(FORMULAS) <= {line.split()[0] for line in ran.out.splitlines() if line.strip()}
    some = command("formulas", "rk*").out
    assert "rk4" in some
    assert "resnet" not in some
    assert "Kutta (1901)" in command("formulas", "rk4", "--sources").out


def test_the_package_runs_as_the_command() -> None:
    ran = subprocess.run([sys.executable, "-m", "formula2net", "--help"], capture_output=True)
    assert ran.returncode == 0
    assert b"stability" in ran.stdout
