"""`formula2net design`: from the wanted paths to the recursions that have them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from formula2net.cli.console import explain, say

if TYPE_CHECKING:
    from formula2net.synthesis.designing.answers import Answer, Answers


def design(
    target: Annotated[
        str,
        typer.Argument(
            metavar="TARGET",
            help="The wanted dX_L/dX_{L-m}, in the indices L (last) and m (span), as "
            "'1 + sum(prod(W[L-j], j=0..k-1), k=1..m)'.",
            show_default=False,
        ),
    ],
    source: Annotated[
        int | None,
        typer.Option(help="0 for dX_L/dX_0 only; every span unless given.", show_default=False),
    ] = None,
    lag: Annotated[
        int | None, typer.Option(min=1, help="The largest lag.", show_default=False)
    ] = None,
    states: Annotated[
        int | None,
        typer.Option(min=1, help="The most values that steps carry.", show_default=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
) -> None:
    """Find the recursions that have the paths you want; exit code 1 if there are none."""
    from formula2net.synthesis.designing.design import design as find

    answers = find(target, source, lag, states)
    if as_json:
        say(json.dumps(_as_data(answers), indent=2))
    else:
        _print(answers)
    if not answers:
        raise typer.Exit(1)


def _print(answers: Answers) -> None:
    for answer in answers:
        say(f"{answer}\n")
    explain(answers.proof)


def _as_data(answers: Answers) -> dict[str, Any]:
    """Everything that is printed, as plain data; `show` and `train` read the formulas."""
    return {
        "answers": [
            {"formula": answer.recursion.to_text(), **_facts(answer)} for answer in answers
        ],
        "proof": answers.proof,
    }


def _facts(answer: Answer) -> dict[str, Any]:
    return {name: value for name, value in vars(answer).items() if name != "recursion"}
