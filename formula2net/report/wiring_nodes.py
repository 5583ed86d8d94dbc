"""How the values of a wiring look."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from formula2net.report.wiring_layout import Node

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK: Final = "#1f2933"
GRAY: Final = "#7b8794"
WHITE: Final = "#ffffff"
FILLS: Final = {
    "block": "#dbe9f6",
    "activation": "#fdf0d5",
    "transition": "#e4e7eb",
    "gate": "#e6f4ea",
    "concat": INK,
}
# Half the width and half the height of a node, in columns and rows.
SIZES: Final = {
    "state": (0.27, 0.27),
    "block": (0.36, 0.24),
    "activation": (0.38, 0.17),
    "transition": (0.15, 0.15),
    "gate": (0.18, 0.18),
    "concat": (0.06, 0.3),
    "part": (0.2, 0.16),
    "sum": (0.15, 0.15),
    "number": (0.15, 0.15),
}
ROUND: Final = ("state", "gate", "sum", "number")
SOFT: Final = ("block", "activation")  # boxes with round corners


def draw_node(axes: Axes, node: Node) -> None:
    """Draws one value: its shape, its name, and below it the state that it is."""
    from matplotlib.patches import Circle, FancyBboxPatch, RegularPolygon

    wide, tall = SIZES[node.kind]
    fill = FILLS.get(node.kind, WHITE)
    look: dict[str, Any] = {"facecolor": fill, "edgecolor": INK, "linewidth": 1.2, "zorder": 3}
    if node.kind in ROUND:
        axes.add_patch(Circle((node.x, node.y), wide, **look))
    elif node.kind == "transition":
        axes.add_patch(RegularPolygon((node.x, node.y), 4, radius=wide, **look))
    else:
        corner = 0.1 if node.kind in SOFT else 0.02
        style = f"round,pad={corner},rounding_size={corner}"
        start = (node.x - wide + corner, node.y - tall + corner)
        size = (2 * (wide - corner), 2 * (tall - corner))
        axes.add_patch(FancyBboxPatch(start, *size, boxstyle=style, **look))
    font = 11 if node.kind in ("state", "block") else 8
    middle: dict[str, Any] = {"ha": "center", "zorder": 4}
    if node.text:
        place = (node.x, node.y)
        axes.text(*place, as_math(node.text), va="center", fontsize=font, color=INK, **middle)
    if node.note:
        place = (node.x, node.y - tall - 0.06)
        axes.text(*place, as_math(node.note), va="top", fontsize=8, color=GRAY, **middle)


def as_math(text: str) -> str:
    """A name with its indices as subscripts, `W_3.K_1_2`; the second use of a block is `W@2`.

    What is no name, as a number or the name of an activation, stays as it is.
    """
    if not re.fullmatch(r"[\w.@-]+|\\odot", text) or re.fullmatch(r"[^\W\d]{2,}", text):
        return text
    name, _, number = text.partition("@")
    parts = [part.partition("_") for part in name.split(".")]
    spelled = [f"{head}_{{{tail.replace('_', ',')}}}" if tail else head for head, _, tail in parts]
    return f"${'.'.join(spelled)}{f'^{{({number})}}' if number else ''}$"
