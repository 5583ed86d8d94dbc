"""`formula2net verify`: compiles a formula and proves that the network is the formula's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from formula2net.cli import options
from formula2net.cli.console import heading, indented, out, say, show_table
from formula2net.cli.reading import read_backbone, read_formula

if TYPE_CHECKING:
    from formula2net.lower.verify import VerifyReport


def verify(
    formula: options.FormulaArgument,
    blocks: options.Blocks = "2,2,2,2",
    widths: options.Widths = None,
    block: options.Block = "basic",
    transition: options.Transition = "projection",
    seed: options.Seed = 0,
    settings: options.Settings = None,
    code: Annotated[bool, typer.Option("--code", help="Print the network's code too.")] = False,
) -> None:
    """Compile a formula, and check the network against it: counts, Jacobian, output."""
    named = read_formula(formula, settings)
    backbone = read_backbone(blocks, widths, transition, first_width=8)
    with out.status("compiling and checking"):
        from formula2net.compiler import compile
        from formula2net.lower.verify import verify as verify_network

        net = compile(named.recursion, backbone, block)
        report = verify_network(net, seed)
    say(indented(str(named.recursion)))
    say()
    stages = ", ".join(f"{stage.blocks} of width {stage.width}" for stage in backbone.stages)
    say(f"over {backbone.depth} steps of {block} blocks: {stages}")
    if code:
        heading("Code")
        say(indented(net.code.strip()))
    show_table(report_table(report))
    if not report.ok:
        raise typer.Exit(1)


def report_table(report: VerifyReport) -> Table:
    """The checks, each with its figure."""
    table = Table(box=box.SIMPLE_HEAD)
    for column in ("check", "", "figure"):
        table.add_column(column)
    for check in report.checks:
        verdict = Text("ok", "green") if check.ok else Text("FAILED", "bold red")
        table.add_row(Text(check.name), verdict, Text(check.figure))
    return table
