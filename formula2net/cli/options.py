"""Arguments and options that several commands have."""

from __future__ import annotations

from enum import StrEnum
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
        help="An integer of the formula, as g=8 of a window; may be repeated.",
        show_default=False,
    ),
]
Blocks = Annotated[str, typer.Option("--blocks", help="Number of steps of each stage.")]
Widths = Annotated[
    str | None,
    typer.Option(
        "--widths",
        help="Channels of each stage; twice those of the stage before unless given.",
        show_default=False,
    ),
]
Block = Annotated[
    str, typer.Option("--block", help="plain, basic, bottleneck, preact, linear, ...")
]
Transition = Annotated[
    str, typer.Option("--transition", help="projection, identity, avgpool or layer.")
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
