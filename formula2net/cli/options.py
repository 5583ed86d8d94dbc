"""Arguments and options that several commands have."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

FormulaArgument = Annotated[
    str,
    typer.Argument(
        metavar="FORMULA",
        help="A formula, as 'X_i = (1 + W_i) X_{i-1}' (several equations split by ';'), or a name "
        "that `formula2net formulas` lists.",
        show_default=False,
    ),
]
Depth = Annotated[
    int | None,
    typer.Option("--depth", "-L", min=1, help="Steps; 4, or as many as the formula has."),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=NUMBER",
        help="An integer of the formula or network, as g=8 of a window; may be repeated.",
        show_default=False,
    ),
]
NetworkArgument = Annotated[
    str,
    typer.Argument(
        metavar="FORMULA",
        help="A formula, or the name of one, as for `formula2net show`; or the name of a network "
        "that `formula2net models` lists.",
        show_default=False,
    ),
]
Blocks = Annotated[
    str | None,
    typer.Option("--blocks", help="Number of steps of each stage.", show_default="2,2,2,2"),
]
Widths = Annotated[
    str | None,
    typer.Option(
        "--widths",
        help="Channels of each stage; twice those of the stage before unless given.",
        show_default=False,
    ),
]
Block = Annotated[
    str | None,
    typer.Option(
        "--block", help="plain, basic, bottleneck, preact, linear, ...", show_default="basic"
    ),
]
Transition = Annotated[
    str | None,
    typer.Option(
        "--transition",
        help="projection, conv, identity, avgpool or layer.",
        show_default="projection",
    ),
]
Seed = Annotated[int, typer.Option("--seed", help="Of all random numbers.")]


class View(StrEnum):
    """The views of paths."""

    paper = "paper"
    exact = "exact"


class DataName(StrEnum):
    """The data sets."""

    digits = "digits"
    cifar10 = "cifar10"
    cifar100 = "cifar100"


Data = Annotated[DataName, typer.Option(help="The images; digits come with scikit-learn.")]
DataDir = Annotated[
    Path | None,
    typer.Option(help="The folder that holds cifar10/ or cifar100/.", show_default=False),
]
