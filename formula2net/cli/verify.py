"""`formula2net verify`: compiles a formula and proves that the network is the formula's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from formula2net.cli import options
from formula2net.cli.console import heading, indented, out, say, show_table
from formula2net.cli.networks import Layout, choose

if TYPE_CHECKING:
    from formula2net.lower.verify import VerifyReport


def verify(
    formula: options.NetworkArgument,
    blocks: options.Blocks = None,
    widths: options.Widths = None,
    block: options.Block = None,
    transition: options.Transition = None,
    seed: options.Seed = 0,
    settings: options.Settings = None,
    code: Annotated[bool, typer.Option("--code", help="Print the network's code too.")] = False,
) -> None:
    """Compile a formula, or a network that has a name, and check it: counts, Jacobian, output."""
    layout = Layout(blocks, widths, block, transition)
    chosen = choose(formula, settings, layout, first_width=8)
    with out.status("compiling and checking"):
        from formula2net.lower.verify import verify as verify_network

        net = chosen.make(None, None)
        report = verify_network(net, seed)
    say(indented(str(chosen.recursion)))
    say()
    say(chosen.stages(net))
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
