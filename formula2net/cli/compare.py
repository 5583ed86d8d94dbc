"""`formula2net compare`: two formulas side by side."""

from __future__ import annotations

from typing import Annotated

import typer

from formula2net.cli import options
from formula2net.cli.console import heading, indented, say, show_beside
from formula2net.cli.reading import read_formula


def compare(
    first: options.FormulaArgument,
    second: Annotated[
        str, typer.Argument(metavar="OTHER", help="The other formula.", show_default=False)
    ],
    depth: Annotated[int, typer.Option("--depth", "-L", min=1, help="Number of steps.")] = 8,
    view: Annotated[options.View, typer.Option(help="In which words are compared.")] = (
        options.View.paper
    ),
    settings: options.Settings = None,
) -> None:
    """Compare two formulas: are they one network, one wiring, do they have the same paths?"""
    a, b = read_formula(first, settings), read_formula(second, settings)
    from formula2net.cli.counts import counts_table, tally
    from formula2net.paths.compare import compare as compare_formulas

    comparison = compare_formulas(a.recursion, b.recursion, depth=depth, view=view.value)
    titles = [named.name for named in (a, b)]
    if a.name == b.name:
        titles = [f"{name} {number}" for number, name in enumerate(titles, start=1)]
    for title, named in zip(titles, (a, b), strict=True):
        say(title, "bold")
        say(indented(str(named.recursion)))
    heading(f"Paths from the input at depth {depth} ({view.value} view)")
    show_beside(
        *(
            counts_table(tally(named.recursion, depth, view.value), title=f"  {title}")
            for title, named in zip(titles, (a, b), strict=True)
        )
    )
    say(str(comparison))
