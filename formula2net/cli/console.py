"""Printing: formulas as they are, tables, errors. Nothing is markup: W[i] is no style."""

from __future__ import annotations

import textwrap
from typing import Final

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

INDENT: Final = "  "
GAP: Final = 2  # blanks between two tables

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def say(text: str = "", style: str = "") -> None:
    """Prints text as it is; long lines are left to the terminal."""
    out.print(Text(text, style=style), soft_wrap=True)


def show_table(table: RenderableType) -> None:
    """Prints a table."""
    out.print(table)


def show_beside(left: RenderableType, right: RenderableType | None = None) -> None:
    """Prints two tables side by side, or one below the other where they would be too narrow."""
    if right is None:
        out.print(left)
        return
    width = out.measure(left).maximum
    if width > out.width * 0.6 or width + GAP + out.measure(right).minimum > out.width:
        out.print(left)
        out.print(right)
        return
    grid = Table.grid(padding=(0, GAP))
    grid.add_column(width=width)  # widths that are said: a grid that shares them cuts tables off
    grid.add_column(width=out.width - width - GAP)
    grid.add_row(left, right)
    out.print(grid)


def heading(text: str) -> None:
    """Prints a heading after an empty line."""
    say()
    say(text, "bold")


def explain(text: str) -> None:
    """Prints a paragraph, in lines of a readable length; formulas are broken at spaces only."""
    width = min(80, out.width)
    say(textwrap.fill(text, width=width, break_long_words=False, break_on_hyphens=False))


def folded(text: str) -> str:
    """A long sum, broken at its spaces to the width of the terminal, and indented."""
    return textwrap.fill(
        text,
        width=max(40, out.width),
        initial_indent=INDENT,
        subsequent_indent=2 * INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )


def indented(text: str) -> str:
    """Every line two places to the right."""
    return textwrap.indent(text, INDENT)


def report_error(kind: str, message: str) -> None:
    """Prints an error: `FormulaError: X[i] is defined by itself. ...`."""
    err.print(Text.assemble((f"{kind}: ", "bold red"), message), soft_wrap=True)
