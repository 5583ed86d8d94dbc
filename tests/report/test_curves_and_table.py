"""The picture of the curves and the table of results."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from matplotlib import pyplot
from matplotlib.figure import Figure
from rich.console import Console

from formula2net.report import plot_curves, results_table
from formula2net.report.table import short
from formula2net.train import Epoch, TrainResult


@pytest.fixture
def results() -> dict[str, TrainResult]:
    slow = (Epoch(2.0, 0.3, 1.5, 0.5, 1.25), Epoch(0.5, 0.8, 0.4, 0.9125, 1.0))
    fast = (Epoch(1.0, 0.6, 0.8, 0.75, 0.5), Epoch(0.1, 0.9, 0.2, 0.9875, 0.5))
    return {
        "ResNet": TrainResult(slow, 174_970, 1_648_256, Path("a")),
        "difference": TrainResult(fast, 174_970, 1_648_256, Path("b")),
    }


def test_the_table_has_every_figure(results: dict[str, TrainResult]) -> None:
    console = Console(width=100, record=True, file=sys.stderr)
    console.print(results_table(results, title="digits"))
    rows = [line.strip("│ ") for line in console.export_text().splitlines() if "1.65 M" in line]
    assert [[cell.strip() for cell in row.split("│")] for row in rows] == [
        ["ResNet", "91.25%", "174,970", "1.65 M", "2", "2.2 s"],
        ["difference", "98.75%", "174,970", "1.65 M", "2", "1.0 s"],
    ]


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1.00 k"),
        (556_651_520, "556.65 M"),
        (13_100_000_000, "13.10 G"),
    ],
)
def test_short(count: int, text: str) -> None:
    assert short(count) == text


@pytest.mark.parametrize(
    ("ending", "magic"), [(".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF")]
)
def test_a_picture_in_the_format_of_its_name(
    ending: str, magic: bytes, results: dict[str, TrainResult], tmp_path: Path
) -> None:
    path = plot_curves(results, tmp_path / "new" / f"curves{ending}")
    assert path.read_bytes().startswith(magic)


def test_the_curves_are_the_history(
    results: dict[str, TrainResult], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Figure] = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, *_, **__: drawn.append(figure))
    plot_curves(results, tmp_path / "curves.png")
    loss, accuracy = drawn[0].axes
    assert [list(line.get_ydata()) for line in loss.lines] == [[2.0, 0.5], [1.0, 0.1]]
    assert [list(line.get_ydata()) for line in accuracy.lines] == [[50.0, 91.25], [75.0, 98.75]]
    assert [list(line.get_xdata()) for line in accuracy.lines] == [[1, 2], [1, 2]]
    assert [text.get_text() for text in accuracy.get_legend().get_texts()] == [
        "ResNet: 91.2 %",
        "difference: 98.8 %",
    ]


def test_pyplot_is_left_alone(results: dict[str, TrainResult], tmp_path: Path) -> None:
    before = pyplot.get_fignums()
    plot_curves(results, tmp_path / "curves.png")
    assert pyplot.get_fignums() == before


def test_without_matplotlib_the_extra_is_named(
    results: dict[str, TrainResult], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"pip install 'formula2net\[report\]'"):
        plot_curves(results, tmp_path / "curves.png")
