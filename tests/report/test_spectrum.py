"""The pictures of a gradient by length, and of blocks that give zero."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from matplotlib.figure import Figure

from formula2net.compiler import compile
from formula2net.gradients.curve import LesionCurve
from formula2net.gradients.measure import path_spectrum
from formula2net.gradients.spectrum import PathSpectrum
from formula2net.language.backbone import Backbone
from formula2net.report import plot_lesions, plot_spectrum

CURVE = LesionCurve(
    whole=0.75,
    single={"W_1": 0.5, "W_2": 0.625},
    several={1: (0.5, 0.625), 2: (0.25,)},
)


def spectrum(depth: int = 4, most: int | None = None) -> PathSpectrum:
    torch.manual_seed(0)
    net = compile("X_i = (1 + W_i) X_{i-1}", Backbone.table(3, (depth,), (4,), 2), check=False)
    return path_spectrum(net.eval(), torch.randn(2, 3), max_length=most)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    figures: list[Figure] = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, *_, **__: figures.append(figure))
    return figures


def heights(axes: object) -> list[float]:
    return [bar.get_height() for bar in axes.patches]


def test_the_bars_are_the_spectrum(drawn: list[Figure], tmp_path: Path) -> None:
    found = spectrum()
    plot_spectrum(found, tmp_path / "spectrum.png")
    counts, norms, shares = drawn[0].axes
    assert heights(counts) == [100 * count / 16 for count in (1, 4, 6, 4, 1)]
    assert heights(norms) == list(found.norms)
    assert heights(shares) == [100 * share for share in found.projections]
    assert [label.get_text() for label in norms.get_xticklabels()] == ["0", "1", "2", "3", "4"]
    assert counts.get_title() == "Paths (% of 16)"
    assert drawn[0].get_suptitle() == f"Gradient at X_0, norm {found.norm:.3g}"


def test_many_lengths_have_room(drawn: list[Figure], tmp_path: Path) -> None:
    plot_spectrum(spectrum(60), tmp_path / "spectrum.png")
    labels = [label.get_text() for label in drawn[0].axes[0].get_xticklabels()]
    assert labels == [str(length) for length in range(0, 61, 3)]
    plot_spectrum(spectrum(60, most=1), tmp_path / "spectrum.png")
    labels = [label.get_text() for label in drawn[1].axes[0].get_xticklabels()]
    assert labels == ["0", "1", "2+"]


def test_a_gradient_of_nothing_is_drawn(tmp_path: Path, drawn: list[Figure]) -> None:
    net = compile("X_i = (1 + W_i) X_{i-1}", Backbone.table(3, (2,), (4,), 2), check=False)
    nothing = path_spectrum(net, torch.zeros(1, 3), cotangent=torch.zeros(1, 4))
    plot_spectrum(nothing, tmp_path / "spectrum.png")
    assert drawn[0].get_suptitle() == "Gradient at X_0, norm 0"


def test_the_points_are_the_curve(drawn: list[Figure], tmp_path: Path) -> None:
    plot_lesions(CURVE, tmp_path / "lesions.png")
    one, several = drawn[0].axes
    whole, single = one.lines
    assert set(whole.get_ydata()) == {0.75}
    assert list(single.get_ydata()) == [0.5, 0.625]
    assert [label.get_text() for label in one.get_xticklabels()] == ["W_1", "W_2"]
    *points, mean = several.lines
    assert [list(line.get_ydata()) for line in points] == [[0.5, 0.625], [0.25]]
    assert list(mean.get_xdata()) == [0, 1, 2]
    assert list(mean.get_ydata()) == [0.75, 0.5625, 0.25]


def test_the_files_are_pictures(tmp_path: Path) -> None:
    assert plot_spectrum(spectrum(), tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert plot_lesions(CURVE, tmp_path / "b.svg").read_bytes().startswith(b"<?xml")
