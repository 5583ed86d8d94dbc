"""The progress bar gives the terminal back, whatever happens."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from torch import Tensor, nn

from formula2net.train import ImageData, train
from formula2net.train.callbacks import ProgressBar


class Breaks(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(1, 1)

    def forward(self, images: Tensor) -> Tensor:
        raise ArithmeticError("broken")


@pytest.fixture
def bars(monkeypatch: pytest.MonkeyPatch) -> list[ProgressBar]:
    """Every bar that is made."""
    made: list[ProgressBar] = []

    class Known(ProgressBar):
        def __init__(self, label: str) -> None:
            super().__init__(label)
            made.append(self)

    monkeypatch.setattr("formula2net.train.trainer.ProgressBar", Known)
    return made


def test_the_bar_stops_when_the_net_breaks(
    colours: ImageData, bars: list[ProgressBar], tmp_path: Path
) -> None:
    with pytest.raises(ArithmeticError, match="broken"):
        train(Breaks(), colours, 1, tmp_path)
    (bar,) = bars
    assert not bar.bar.live.is_started


def test_a_resumed_bar_starts_where_the_run_does(
    colours: ImageData,
    small: Callable[[], nn.Module],
    bars: list[ProgressBar],
    tmp_path: Path,
) -> None:
    first = train(small(), colours, 1, tmp_path)
    train(small(), colours, 3, tmp_path, resume=first.checkpoint)
    batches = len(colours.train_images) // 64
    (done,), (resumed,) = (bar.bar.tasks for bar in bars)
    assert (done.completed, done.total) == (batches, batches)
    assert (resumed.completed, resumed.total) == (3 * batches, 3 * batches)
