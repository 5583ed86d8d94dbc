"""The Friedman graph: average ranks of methods, each with its critical difference."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from formula2net.report.figure import new_figure, save_figure
from formula2net.report.ranking import Ranking

LIKE_THE_BEST: Final = "#1f5fa8"
OTHER: Final = "#9a9a9a"
HEIGHT: Final = 0.32  # of a method, in inches


def draw_friedman(ranking: Ranking, path: str | Path, alpha: float = 0.05) -> Path:
    """Draws a dot at the average rank of each method, in a line of the critical difference.

    The lines of two methods overlap if, and only if, Nemenyi's test does not tell them apart.
    Those that differ from the best one are gray.

    Args:
        ranking: As `rank` gives it; the methods are in the order of its table.
        path: The file to write; its ending names the format (.png, .svg, .pdf).
        alpha: Probability of finding any difference if there is none.

    Returns:
        The path of the file.

    Raises:
        ImportError: Matplotlib or SciPy is not installed; the message names the extra.
    """
    limit, average = ranking.critical_difference(alpha), ranking.average
    best = min(average.values())
    figure = new_figure(6.4, 1.1 + HEIGHT * len(average))
    axes = figure.subplots()
    for row, rank in enumerate(average.values()):
        color = OTHER if rank - best > limit else LIKE_THE_BEST
        axes.plot([rank - limit / 2, rank + limit / 2], [row, row], color=color, linewidth=2)
        axes.plot([rank], [row], "o", color=color)
    axes.set_yticks(range(len(average)), list(average))
    axes.invert_yaxis()
    axes.set_xlabel("average rank (1 is the best)")
    axes.set_title(f"critical difference {limit:.2f} at alpha = {alpha:g}", fontsize=10)
    axes.grid(axis="x", alpha=0.3)
    return save_figure(figure, path)
