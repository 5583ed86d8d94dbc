"""`formula2net rank`: a table of results, from a file or from the first paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Command, lines

SHOWN = """
8 methods on 3 data sets (Table 1)
average ranks: ResNet50s 1.67, ResNet101s 2.00, ResNet50 3.67, ResNet101 3.67,
ResNet34s 4.00, ResNet34 6.00, ResNet18 7.33, ResNet18s 7.67
Friedman: chi^2(7) = 18.11, p = 0.011
Iman-Davenport: F(7, 14) = 12.54, p = 4.6e-05
Nemenyi at 0.05: no two methods differ by more than 6.06
Nemenyi at 0.1: ResNet50s and ResNet18, ResNet50s and ResNet18s, ResNet101s and
ResNet18s differ by more than 5.56
"""


def test_a_table_of_the_paper(command: Command) -> None:
    ran = command("rank", "table1", "--only", "*top-1")
    assert (ran.code, ran.err) == (0, "")
    assert lines(ran.out) == SHOWN.strip().splitlines()


def test_a_file_of_errors_and_its_drawing(command: Command, tmp_path: Path) -> None:
    table, picture = tmp_path / "errors.csv", tmp_path / "graph.svg"
    table.write_text("data,a,b,c\nx,1,2,3\ny,1,3,2\n", encoding="utf-8")
    ran = command("rank", str(table), "--errors", "--draw", str(picture))
    assert "average ranks: a 1.00, b 2.50, c 2.50" in lines(ran.out)
    assert lines(ran.out)[-1] == f"The Friedman graph is drawn in {picture}."
    assert picture.read_bytes().startswith(b"<?xml")
    accuracies = lines(command("rank", str(table)).out)
    assert "average ranks: b 1.50, c 1.50, a 3.00" in accuracies


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing.csv"], "error: No such file or directory: nothing.csv\n"),
        (["table3"], "Formula2NetError: Friedman's test compares at least 3 methods"),
        (["table1", "--only", "MNIST"], "Formula2NetError: No data sets match 'MNIST'."),
    ],
)
def test_what_cannot_be_ranked(arguments: list[str], message: str, command: Command) -> None:
    ran = command("rank", *arguments)
    assert ran.code == 2
    assert ran.err.startswith(message)
