"""The ways of the edges of a wiring: straight where nothing is in the way, else an arc."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from formula2net.report.wiring_layout import Edge, Node, Wiring
from formula2net.report.wiring_nodes import INK, ROUND, SIZES, WHITE, as_math

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BLUE: Final = "#2563a8"
RED: Final = "#c2410c"
CLEARANCE: Final = 0.17  # between a straight edge and a node beside it

Point = tuple[float, float]


@dataclass(frozen=True)
class Curve:
    """The way of one edge, from border to border of its nodes.

    Attributes:
        edge: The edge.
        points: Two for a straight line; four of a Bezier curve for an arc.
    """

    edge: Edge
    points: tuple[Point, ...]

    @classmethod
    def of(cls, edge: Edge, wiring: Wiring) -> Curve:
        """Arcs rise above the line; below it runs what a block gave, and what is subtracted."""
        start, end = wiring.nodes[edge.start], wiring.nodes[edge.end]
        if _is_free(start, end, wiring):
            return cls(edge, (_border(start, end), _border(end, start)))
        side = -1 if edge.negative or start.kind == "block" else 1
        height = 0.3 + 0.3 * (end.x - start.x) ** 0.8
        peak = side * (max(side * start.y, side * end.y) + height)
        (wide, tall), (end_wide, end_tall) = SIZES[start.kind], SIZES[end.kind]
        first = (start.x + 0.4 * wide, start.y + side * 0.9 * tall)
        last = (end.x - 0.4 * end_wide, end.y + side * 0.9 * end_tall)
        return cls(edge, (first, (first[0] + 0.2, peak), (last[0] - 0.2, peak), last))

    @property
    def is_straight(self) -> bool:
        """Whether the edge is a straight line."""
        return len(self.points) == 2

    def at(self, t: float) -> Point:
        """The point at t, from 0 at the start to 1 at the end."""
        s = 1 - t
        weights = (s, t) if self.is_straight else (s**3, 3 * s * s * t, 3 * s * t * t, t**3)
        pairs = list(zip(weights, self.points, strict=True))
        return sum(w * x for w, (x, _) in pairs), sum(w * y for w, (_, y) in pairs)


def draw_curve(axes: Axes, curve: Curve) -> None:
    """Draws one edge with its arrow and its coefficient."""
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path

    straight = curve.is_straight
    color = RED if curve.edge.negative else INK if straight else BLUE
    codes = [Path.MOVETO, *[Path.LINETO if straight else Path.CURVE4] * (len(curve.points) - 1)]
    way = Path(list(curve.points), codes)
    arrow = FancyArrowPatch(
        path=way, arrowstyle="-|>", mutation_scale=9, color=color, linewidth=1.3, zorder=1
    )
    axes.add_patch(arrow)
    if not curve.edge.text:
        return
    x, y = curve.at(0.5)
    level = straight and abs(curve.points[0][1] - curve.points[1][1]) < 0.1
    axes.text(
        x,
        y + 0.13 * level,  # a short line would vanish below its coefficient
        as_math(curve.edge.text),
        ha="center",
        va="center",
        fontsize=8,
        color=color,
        bbox={"boxstyle": "round,pad=0.15", "facecolor": WHITE, "edgecolor": "none"},
        zorder=2,
    )


def _is_free(start: Node, end: Node, wiring: Wiring) -> bool:
    """Whether nothing stands on the straight line between two nodes."""
    for node in wiring.nodes.values():
        if start.x < node.x < end.x:
            t = (node.x - start.x) / (end.x - start.x)
            height = start.y + t * (end.y - start.y)
            if abs(height - node.y) < SIZES[node.kind][1] + CLEARANCE:
                return False
    return True


def _border(node: Node, other: Node) -> Point:
    """Where the straight line to another node, in another column, leaves this one."""
    dx, dy = other.x - node.x, other.y - node.y
    wide, tall = SIZES[node.kind]
    if node.kind in ROUND:
        scale = wide / (dx * dx + dy * dy) ** 0.5
    elif node.kind == "transition":
        scale = 1 / (abs(dx) / wide + abs(dy) / tall)
    else:
        scale = 1 / max(abs(dx) / wide, abs(dy) / tall)
    return node.x + scale * dx, node.y + scale * dy
