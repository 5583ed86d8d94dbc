"""The weights of sources in the blocks that read them, as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from torch import Tensor

from formula2net.lower.network import Network
from formula2net.report.figure import new_figure, save_figure
from formula2net.report.heatmap import Heatmap, weight_heatmap

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.image import AxesImage

CELL, WIDEST = 0.17, 16.0  # inches: of a square, and of all of them side by side
MOST: Final = 100  # names along an axis; of more, some are left out
COLORS: Final = "turbo"  # blue is little, red is much
FRAME: Final = "#d5dae0"


def draw_weights(
    net: Network,
    path: str | Path,
    prefixes: str | Sequence[str] | None = None,
    scale: str = "row",
) -> Path:
    """Draws `weight_heatmap`, one panel for each prefix, side by side.

    Red is much, blue is little; white is not read.

    Args:
        net: The network.
        path: The file to write; its ending names the format (.png, .svg, .pdf).
        prefixes: As `("S1.G_1", "S2.G_1", "S3.G_1")`: the second layer of the first residual block
            of each stage of a SeqResNet. One panel for all blocks unless given.
        scale: As of `weight_heatmap`.

    Returns:
        The path of the file.

    Raises:
        Formula2NetError: As of `weight_heatmap`.
        ImportError: Matplotlib is not installed; the message names the extra that brings it.
    """
    asked = [prefixes] if prefixes is None or isinstance(prefixes, str) else [*prefixes]
    maps = [weight_heatmap(net, prefix, scale) for prefix in asked]
    sizes = [(len(each.sources), len(each.consumers)) for each in maps]
    columns, rows = sum(width for width, _ in sizes), max(height for _, height in sizes)
    cell = min(CELL, WIDEST / columns)
    figure = new_figure(cell * columns + 1.0 * len(maps) + 1.0, cell * rows + 1.6)
    panels = figure.subplots(1, len(maps), squeeze=False, width_ratios=[w for w, _ in sizes])[0]
    top = 1.0 if scale != "none" else max(_largest(each.matrix) for each in maps)
    for axes, each, prefix in zip(panels, maps, asked, strict=True):
        image = _draw(axes, each, top)
        axes.set_title(prefix or "", fontsize=9)
    label = "mean absolute weight" + {"row": " / row's largest", "all": " / largest"}.get(scale, "")
    bar = figure.colorbar(image, ax=[*panels], shrink=0.6, pad=0.01, panchor=False)
    bar.set_label(label, fontsize=8)
    bar.ax.tick_params(labelsize=7)
    return save_figure(figure, path)


def _largest(matrix: Tensor) -> float:
    return matrix.nan_to_num(0.0).max().item() or 1.0


def _draw(axes: Axes, heatmap: Heatmap, top: float) -> AxesImage:
    """One panel."""
    image = axes.imshow(heatmap.matrix.numpy(), cmap=COLORS, vmin=0, vmax=top)
    for axis, names in ((axes.xaxis, heatmap.sources), (axes.yaxis, heatmap.consumers)):
        step = -(-len(names) // MOST)
        axis.set_ticks(range(0, len(names), step), names[::step], fontsize=6)
    axes.tick_params(axis="x", labelrotation=90)
    axes.tick_params(length=0)
    axes.set_anchor("N")
    for side in axes.spines.values():
        side.set_color(FRAME)
    return image
