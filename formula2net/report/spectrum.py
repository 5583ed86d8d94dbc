"""The gradient by length of its paths beside their number, and what a network loses by blocks.

After figure 6 and figures 3 and 5 of Residual Networks Behave Like Ensembles of Relatively Shallow
Networks (Veit et al., 2016), for any formula.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from formula2net.gradients.curve import LesionCurve
from formula2net.gradients.spectrum import PathSpectrum, short
from formula2net.report.figure import new_figure, save_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHOWN = 24  # ticks that have room for a label


def plot_spectrum(spectrum: PathSpectrum, path: str | Path) -> Path:
    """Draws how many paths of each length there are, their gradient's norm, and their share of it.

    Args:
        spectrum: Of a network, as of `path_spectrum`.
        path: The file to write; its ending names the format (.png, .svg, .pdf).

    Returns:
        The path of the file.

    Raises:
        ImportError: Matplotlib is not installed; the message names the extra that brings it.
    """
    figure = new_figure(12, 3.6)
    counts, norms, shares = figure.subplots(1, 3)
    places = range(len(spectrum.lengths))
    wired = [count.wired for count in spectrum.counts]
    counts.bar(places, [100 * count / sum(wired) for count in wired], color="C0")
    counts.set(title=f"Paths (% of {short(sum(wired))})")
    norms.bar(places, spectrum.norms, color="C1")
    norms.set(title="Norm of what came along them")
    shares.bar(places, [100 * share for share in spectrum.projections], color="C2")
    shares.set(title="Share of the whole gradient (%)")
    shares.axhline(0, color="black", linewidth=0.8)
    every = -(-len(places) // SHOWN)
    for axes in (counts, norms, shares):
        axes.set_xticks(places[::every], spectrum.labels()[::every])
        axes.set_xlabel("blocks on the path")
        axes.grid(axis="y", alpha=0.3)
    note = ": the lengths cancel" if spectrum.cancels else ""
    figure.suptitle(f"Gradient at {spectrum.source}, norm {spectrum.norm:.3g}{note}")
    return save_figure(figure, path)


def plot_lesions(curve: LesionCurve, path: str | Path, figure_of: str = "accuracy") -> Path:
    """Draws what a network becomes without each of its blocks, and without several at once.

    Args:
        curve: As of `lesion_curve`.
        path: The file to write, as above.
        figure_of: What the curve's numbers are.

    Returns:
        The path of the file.

    Raises:
        ImportError: Matplotlib is not installed; the message names the extra that brings it.
    """
    figure = new_figure(9, 3.6)
    one, several = figure.subplots(1, 2, sharey=True)
    _draw_single(curve, one)
    means = curve.means()
    for count, found in curve.several.items():
        several.plot([count] * len(found), found, ".", color="C1", alpha=0.5)
    several.plot(list(means), list(means.values()), color="C1", label="mean")
    several.set(title="Without several blocks", xlabel="blocks that give zero")
    several.xaxis.get_major_locator().set_params(integer=True)
    one.set_ylabel(figure_of)
    for axes in (one, several):
        axes.grid(alpha=0.3)
        axes.legend()
    return save_figure(figure, path)


def _draw_single(curve: LesionCurve, axes: Axes) -> None:
    """A point a block, and the whole network as a line."""
    places = range(len(curve.single))
    axes.axhline(curve.whole, color="black", linestyle="--", label="whole network")
    axes.plot(places, list(curve.single.values()), "o", color="C0", label="without the block")
    every = -(-len(places) // SHOWN)
    axes.set_xticks(places[::every], list(curve.single)[::every], rotation=90)
    axes.set(title="Without one block")
