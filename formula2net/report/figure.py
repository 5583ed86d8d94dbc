"""A figure to draw on, and the file it becomes."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from formula2net.errors import Formula2NetError, Problem

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


def save_figure(figure: Figure, path: str | Path, **options: Any) -> Path:
    """Writes a figure; the ending names the format (.png, .svg, .pdf), folders are made.

    Args:
        figure: As `new_figure` gives it.
        path: The file.
        **options: Of Matplotlib's `savefig`.

    Raises:
        Formula2NetError: The ending names no format.
    """
    path = Path(path)
    if path.suffix[1:].lower() not in figure.canvas.get_supported_filetypes():
        what = f"{path.name!r} does not end in the name of a picture's format."
        raise Formula2NetError(
            Problem(what, expected=".png, .svg or .pdf", try_=f"{path.stem or 'picture'}.png")
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, **{"dpi": DPI, **options})
    return path
