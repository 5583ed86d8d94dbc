"""`formula2net show`: what a formula says, its paths, their counts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from formula2net.cli import options
from formula2net.cli.console import explain, folded, heading, indented, say, show_beside, show_table
from formula2net.cli.reading import Named, read_beside, read_formula
from formula2net.cli.shown import Shown, as_data

if TYPE_CHECKING:
    from formula2net.paths.polynomial import PathPolynomial

DEPTH: Final = 4


def show(
    formula: options.FormulaArgument,
    depth: options.Depth = None,
    view: Annotated[
        options.View,
        typer.Option(help="Paper: activations are the identity. Exact: they are letters."),
    ] = options.View.paper,
    settings: options.Settings = None,
    words: Annotated[int, typer.Option("--words", min=0, help="Number of words to print.")] = 24,
    program: Annotated[bool, typer.Option("--program", help="Print the program too.")] = False,
    latex: Annotated[bool, typer.Option("--latex", help="Print LaTeX only.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
    draw: Annotated[
        Path | None,
        typer.Option("--draw", metavar="FILE", help="Draw the wiring (.png, .svg or .pdf)."),
    ] = None,
) -> None:
    """Show a formula: its paths, and how many there are of each length."""
    named = read_formula(formula, settings)
    depth = depth or (named.entry.depth if named.entry else None) or DEPTH
    if latex and not as_json:
        _print_latex(named, named.recursion.paths(depth, view=view.value), words)
    else:
        departed = read_beside(named, settings)
        shown = Shown.of(named, depth, view)
        beside = Shown.of(departed, depth, view) if departed else None
        if as_json:
            other = as_data(beside, words) if beside else None
            say(json.dumps({**as_data(shown, words), "beside": other}, indent=2))
        else:
            _print(shown, beside, words)
        if program and not as_json:
            _print_program(named, depth)
    if draw is not None:
        from formula2net.report.wiring import draw_wiring

        draw_wiring(named.recursion, draw, depth)
        if not (as_json or latex):
            say(f"\nThe wiring is drawn in {draw}.")


def _print(shown: Shown, beside: Shown | None, words: int) -> None:
    from formula2net.cli.counts import closed_forms, counts_table, forms_table, unproved

    named = shown.named
    if named.entry is not None:
        say(f"{named.entry.title}. {named.entry.summary}", "bold")
        say(f"{named.entry.source}.", "dim")
        say()
    say(indented(str(named.recursion)))
    if beside is not None:
        say(f"\nIt departs from {beside.named.name}:\n")
        say(indented(str(beside.named.recursion)))
    view = shown.polynomial.view
    heading(f"Paths from the input to the output at depth {shown.depth} ({view} view)")
    say()
    forms = closed_forms(named)
    table = forms_table(forms) if forms else None
    if beside is None:
        _print_words(shown, words)
        show_beside(counts_table(shown.counts), table)
    else:
        for each in (shown, beside):
            say(each.named.name)
            _print_words(each, words)
        say()
        titled = (counts_table(each.counts, f"  {each.named.name}") for each in (shown, beside))
        show_beside(*titled)
        if table is not None:
            show_table(table)
    for note in [*_step_notes(named), *unproved(forms)]:
        say(folded(note))
    if shown.counts.formal and view == "paper":
        explain(
            "Formal: some of these cancellations are not those of the network, since activations "
            "stand between the terms; --view exact shows what the network has."
        )


def _step_notes(named: Named) -> list[str]:
    from formula2net.cli.counts import has_roots
    from formula2net.cli.step_notes import step_notes

    return [] if has_roots(named.recursion) else step_notes(named.recursion)


def _print_words(shown: Shown, words: int) -> None:
    from formula2net.cli.counts import TERMS
    from formula2net.paths.printing import print_polynomial

    if shown.counts.is_short:
        say(folded(print_polynomial(shown.polynomial, words)))
    else:
        say(f"  The coefficients have more than {TERMS:,} terms; a smaller depth shows them.")


def _print_program(named: Named, depth: int) -> None:
    from formula2net.passes.unroll import unroll

    heading("Program")
    say(indented(str(unroll(named.recursion, depth))))


def _print_latex(named: Named, polynomial: PathPolynomial, words: int) -> None:
    from sympy import latex

    from formula2net.paths.printing import latex_polynomial

    say(latex(named.recursion))
    say(latex_polynomial(polynomial, words))
