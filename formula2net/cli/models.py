"""`formula2net models` and `model`: the networks that have a name."""

from __future__ import annotations

from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from formula2net.cli.console import say, show_table
from formula2net.errors import Formula2NetError, Problem


def models(
    pattern: Annotated[
        str,
        typer.Argument(help="Which names, as '*resnet50'; all unless given.", show_default=False),
    ] = "*",
    sources: Annotated[bool, typer.Option("--sources", help="Say where they come from.")] = False,
) -> None:
    """List the networks that have a name, with their numbers of parameters."""
    from formula2net.models.info import counts
    from formula2net.models.registry import MODELS, list_models

    names = list_models(pattern)
    if not names:
        raise typer.BadParameter(f"no name matches {pattern!r}")
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("name", no_wrap=True)
    table.add_column("parameters", justify="right", no_wrap=True)
    table.add_column("source" if sources else "what it is")
    for name in names:
        params = counts().get(name, {}).get("params")
        family = MODELS[name].family
        number = "" if params is None else f"{params:,}"
        what = family.source if sources else family.title
        table.add_row(Text(name, "bold"), number, Text(what))
    show_table(table)
    say("formula2net model NAME tells more.", "dim")


def model(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="One of `formula2net models`.", show_default=False)
    ],
) -> None:
    """Show a network that has a name: its formula, beside its counts and the published ones."""
    from formula2net.formulas import FORMULAS
    from formula2net.models.info import model_info
    from formula2net.models.registry import MODELS

    if name in FORMULAS and name not in MODELS:
        what = f"{name} is a formula, and no network."
        raise Formula2NetError(Problem(what, try_=f"formula2net show {name}"))
    say(str(model_info(name)))
