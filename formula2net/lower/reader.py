"""Path counts by length, read back from the code of a network.

Nothing here is shared with what counts the paths of formulas and programs, except the exact
numbers: the two must agree, or the network that was wired is not the formula's (design 6, 7).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple

from torch.fx import GraphModule

from formula2net.ir.coefficient import Coefficient
from formula2net.lower.reader_elements import Width
from formula2net.lower.reader_forms import Forms
from formula2net.lower.reader_lines import Line
from formula2net.lower.reader_nodes import read_lines
from formula2net.lower.reader_tables import Row, by_length, is_rational, residues_by_length


class ReadCounts(NamedTuple):
    """The three counts of one length.

    Attributes:
        wired: walks in the code.
        words: what is left of them after cancellation.
        total: the sum of their coefficients; a residue modulo the 61-bit prime of
            `ir.coefficient` where a coefficient is irrational. Trainable scalars are fixed random
            integers.
    """

    wired: int
    words: int
    total: int | Fraction


def read_counts(
    module: GraphModule,
    view: str,
    exact: Mapping[float, Iterable[Coefficient]],
    widths: Mapping[str, Width] = MappingProxyType({}),
) -> dict[int, ReadCounts]:
    """The counts for every length that a walk has.

    Args:
        module: a network.
        view: "paper" or "exact".
        exact: for every float in the code the exact coefficients that round to it.
        widths: of what modules hand on, where that is not the width of their stage, in widths of
            it. Code does not say how wide values are, and slots of concatenations may differ.

    Raises:
        PathCountError: the code is not as the compiler emits it, or a float is ambiguous.
    """
    reading = read_lines(module.graph, exact)
    rows = list(Forms(reading.lines, view, widths).rows())
    wired = by_length(_walks(reading.lines), reading.output)
    words = by_length([row.words for row in rows], reading.output)
    totals = [row.totals for row in rows]
    total: Mapping[int, int | Fraction] = (
        by_length(totals, reading.output, signed=True)
        if is_rational(totals)
        else residues_by_length(totals, reading.output)
    )
    return {
        k: ReadCounts(int(wired.get(k, 0)), int(words.get(k, 0)), total.get(k, 0))
        for k in sorted({*wired, *words, *total})
    }


def _walks(lines: Sequence[Line]) -> list[Row]:
    """Rows that count walks: every read is an edge, and nothing cancels."""
    return [
        line.row([] if line.kind == "zero" else [(1, read) for read in line.reads])
        for line in lines
    ]
