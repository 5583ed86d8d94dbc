"""Loss and accuracy over the epochs, as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from formula2net.report.figure import new_figure, save_figure

if TYPE_CHECKING:
    from formula2net.train.result import TrainResult


def plot_curves(results: Mapping[str, TrainResult], path: str | Path) -> Path:
    """Draws the networks' training loss and test accuracy side by side.

    Args:
        results: By the network's name, which the legend shows.
        path: The file to write; its ending names the format (.png, .svg, .pdf).

    Returns:
        The path of the file.

    Raises:
        ImportError: Matplotlib is not installed; the message names the extra that brings it.
    """
    figure = new_figure(9, 3.6)
    loss, accuracy = figure.subplots(1, 2)
    for name, result in results.items():
        steps = range(1, len(result.history) + 1)
        loss.plot(steps, [e.train_loss for e in result.history], marker="o", label=name)
        hits = [100 * e.test_accuracy for e in result.history]
        accuracy.plot(steps, hits, marker="o", label=f"{name}: {hits[-1]:.1f} %")
    loss.set(title="Training loss", yscale="log")
    accuracy.set(title="Test accuracy (%)")
    for axes in (loss, accuracy):
        axes.set_xlabel("epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.grid(alpha=0.3)
        axes.legend()
    return save_figure(figure, path)
