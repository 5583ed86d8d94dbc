"""`formula2net formulas`: what has a name."""

from __future__ import annotations

from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from formula2net.cli.console import say, show_table


def formulas(
    pattern: Annotated[
        str, typer.Argument(help="Which names, as 'diff*'; all unless given.", show_default=False)
    ] = "*",
    sources: Annotated[bool, typer.Option("--sources", help="Say where they come from.")] = False,
) -> None:
    """List the formulas that have a name: those of the literature."""
    from formula2net.formulas import FORMULAS, list_formulas

    names = list_formulas(pattern)
    if not names:
        raise typer.BadParameter(f"no name matches {pattern!r}")
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("name", no_wrap=True)
    table.add_column("source" if sources else "what it is")
    for name in names:
        entry = FORMULAS[name]
        table.add_row(Text(name, "bold"), Text(entry.source if sources else entry.summary))
    show_table(table)
    say("formula2net show NAME tells more.", "dim")
