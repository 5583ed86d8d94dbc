"""A figure to draw on, and the file it becomes."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 150


def new_figure(width: float, height: float, layout: str | None = "constrained") -> Figure:
    """An empty figure, in inches.

    Not of pyplot: it opens no window, and has no state that a caller's own plots would share.

    Raises:
        ImportError: Matplotlib is not installed; the message names the extra that brings it.
    """
    if find_spec("matplotlib") is None:
        raise ImportError("Pictures need Matplotlib: pip install 'formula2net[report]'")
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout=layout)
    FigureCanvasAgg(figure)
    return figure


def save_figure(figure: Figure, path: str | Path) -> Path:
    """Writes a figure; the ending names the format (.png, .svg, .pdf), folders are made."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=DPI)
    return path
