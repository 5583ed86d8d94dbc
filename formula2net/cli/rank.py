"""`formula2net rank`: whether methods differ over several data sets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from formula2net.cli.console import explain, say


def rank(
    table: Annotated[
        str,
        typer.Argument(
            metavar="TABLE",
            help="A CSV file (methods in the first line, data sets in the first column), or "
            "table1, table2, ... of the first paper.",
            show_default=False,
        ),
    ],
    only: Annotated[str, typer.Option(help="Which data sets, as '*top-1'.")] = "*",
    errors: Annotated[bool, typer.Option("--errors", help="Lower figures are better.")] = False,
    alpha: Annotated[float, typer.Option(help="Level of significance of the drawing.")] = 0.05,
    draw: Annotated[
        Path | None,
        typer.Option("--draw", metavar="FILE", help="Draw the Friedman graph (.png, .svg, .pdf)."),
    ] = None,
) -> None:
    """Rank methods by their results: Friedman's test, and Nemenyi's critical difference."""
    from formula2net.report.ranking import rank as rank_results
    from formula2net.report.results import list_results, load_results, read_results

    results = load_results(table) if table in list_results() else read_results(table)
    ranking = rank_results(results.only(only), higher_is_better=not errors)
    for line in str(ranking).splitlines():
        explain(line)
    if draw is not None:
        from formula2net.report.friedman import draw_friedman

        say(f"The Friedman graph is drawn in {draw_friedman(ranking, draw, alpha)}.")
