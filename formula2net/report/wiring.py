"""A picture of a formula's wiring: states on a line, blocks as boxes, what skips them as arcs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from formula2net.ir.program import Program
from formula2net.language.backbone import Backbone
from formula2net.language.reading import Formula, as_recursion
from formula2net.language.recursion import Recursion
from formula2net.passes.unroll import unroll
from formula2net.report.figure import DPI, new_figure, save_figure
from formula2net.report.wiring_curves import Curve, draw_curve
from formula2net.report.wiring_layout import Wiring, lay_out
from formula2net.report.wiring_nodes import GRAY, INK, draw_node

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from formula2net.lower.network import Network

INCHES: Final = 0.92  # a column, a row
PIXELS: Final = 30_000  # a wider picture gets fewer pixels an inch
TITLE_LINES, TITLE_WIDTH = 6, 110
TINTS: Final = ("#f7f9fb", "#eef2f6")  # of the stages, in turns


def draw_wiring(
    formula: Formula | Program | Network,
    path: str | Path,
    depth: int | Backbone = 4,
    title: str | None = None,
) -> Path:
    """Draws what reads what.

    Blue arcs above skip something, arcs below bring back what a block gave earlier, and red is
    subtracted. A coefficient stands on its arc where it is not 1. A bar concatenates, a gate is a
    circle with a dot.

    Args:
        formula: A formula, its text, a scheme, an answer of `design`, a program, or a network.
        path: The file to write; its ending names the format (.png, .svg, .pdf).
        depth: Steps of a recursion, or its backbone, whose transitions are drawn as diamonds.
        title: Stands above; the recursion's equations unless given.

    Returns:
        The path of the file.

    Raises:
        FormulaError: If it is none of these, or makes no program at this depth.
        Formula2NetError: If the ending names no format.
        ImportError: Matplotlib is not installed; the message names the extra that brings it.
    """
    program, recursion = _read(formula, depth)
    if title is None and recursion is not None:
        title = _shortened([line.text for line in recursion.lines])
    wiring = lay_out(program)
    curves = [Curve.of(edge, wiring) for edge in wiring.edges]
    left, right, low, high = _bounds(wiring, curves)
    figure = new_figure((right - left) * INCHES, (high - low) * INCHES, layout=None)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(left, right), ylim=(low, high), aspect="equal")
    axes.set_axis_off()
    _draw_stages(axes, wiring, high)
    for curve in curves:
        draw_curve(axes, curve)
    for node in wiring.nodes.values():
        draw_node(axes, node)
    return _save(figure, path, title)


def _read(formula: Any, depth: int | Backbone) -> tuple[Program, Recursion | None]:
    """What is drawn, and the equations that stand above it."""
    if isinstance(formula, Program):
        return formula, None
    program, recursion = (getattr(formula, name, None) for name in ("program", "formula"))
    if isinstance(program, Program) and isinstance(recursion, Recursion):
        return program, recursion
    recursion = as_recursion(formula)
    return unroll(recursion, depth), recursion


def _shortened(lines: list[str]) -> str:
    """The equations of a title; long ones and many are cut."""
    if len(lines) > TITLE_LINES:
        lines = [*lines[: TITLE_LINES - 1], "..."]
    return "\n".join(t if len(t) <= TITLE_WIDTH else f"{t[:TITLE_WIDTH]} ..." for t in lines)


def _bounds(wiring: Wiring, curves: list[Curve]) -> tuple[float, float, float, float]:
    """Left, right, bottom and top of the picture."""
    xs = [node.x for node in wiring.nodes.values()]
    ys = [node.y for node in wiring.nodes.values()] + [curve.at(0.5)[1] for curve in curves]
    return min(xs) - 0.6, max(xs) + 0.6, min(ys) - 0.4, max(ys) + 0.35


def _draw_stages(axes: Axes, wiring: Wiring, high: float) -> None:
    """Bands behind the stages of a backbone."""
    columns: dict[int, list[float]] = {}
    for node in wiring.nodes.values():
        if node.stage and node.kind == "block":
            columns.setdefault(node.stage, []).append(node.x)
    starts = [min(xs) - 0.5 for xs in columns.values()]
    ends = [*starts[1:], max(node.x for node in wiring.nodes.values()) + 0.6]
    for stage, left, right in zip(columns, starts, ends, strict=False):
        axes.axvspan(left, right, color=TINTS[stage % 2], zorder=0)
        axes.text(left + 0.1, high - 0.08, f"stage {stage}", va="top", fontsize=8, color=GRAY)


def _save(figure: Figure, path: str | Path, title: str | None) -> Path:
    if title:
        figure.text(
            *(0.5, 1.0),
            title,
            ha="center",
            va="bottom",
            color=INK,
            family="monospace",
            parse_math=False,
        )
    dpi = min(DPI, PIXELS / figure.get_figwidth())
    return save_figure(
        figure, path, dpi=dpi, facecolor="white", bbox_inches="tight", pad_inches=0.15
    )
