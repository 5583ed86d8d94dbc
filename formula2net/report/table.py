"""Networks side by side, as a table for the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.table import Table

if TYPE_CHECKING:
    from formula2net.train.result import TrainResult


def results_table(results: Mapping[str, TrainResult], title: str | None = None) -> Table:
    """One row a network: accuracy on the test images, parameters, MACs, time.

    Args:
        results: By the network's name.
        title: Above the table.
    """
    table = Table(title=title)
    table.add_column("network")
    for column in ("accuracy", "parameters", "MACs", "epochs", "time"):
        table.add_column(column, justify="right")
    for name, result in results.items():
        table.add_row(
            name,
            f"{result.accuracy:.2%}",
            f"{result.parameters:,}",
            short(result.macs),
            str(len(result.history)),
            f"{result.seconds:.1f} s",
        )
    return table


def short(count: int) -> str:
    """A large count, readable: 1.82 M, 556.65 M, 13.10 G."""
    for size, unit in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if count >= size:
            return f"{count / size:.2f} {unit}"
    return str(count)
