"""The file that a figure becomes: its ending, its folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from formula2net.errors import Formula2NetError
from formula2net.report.figure import new_figure, save_figure


@pytest.mark.parametrize("name", ["a.png", "a.SVG", "a.pdf", "new/a.v2.png"])
def test_the_ending_names_the_format(name: str, tmp_path: Path) -> None:
    path = save_figure(new_figure(1, 1), tmp_path / name)
    assert path == tmp_path / name
    assert path.stat().st_size > 100


@pytest.mark.parametrize(
    ("name", "hint"),
    [("wiring", "wiring.png"), ("wiring.xyz", "wiring.png"), (".", "picture.png")],
)
def test_another_ending_is_refused_and_nothing_written(
    name: str, hint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Matplotlib would add an ending of its own, or show no line to try."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Formula2NetError) as caught:
        save_figure(new_figure(1, 1), name)
    (problem,) = caught.value.problems
    assert problem.what == f"{Path(name).name!r} does not end in the name of a picture's format."
    assert (problem.expected, problem.try_) == (".png, .svg or .pdf", hint)
    assert list(tmp_path.iterdir()) == []
