"""Rows that repeat from step to step.

The rows of a count (`paths/rows.py`) repeat from some step on where the steps of a formula are
alike: what a value reads is what its forerunner one step before reads, one step later; or its row
is its forerunner's and some more, as that of a sum over all earlier values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from formula2net.ir.ops import Value
from formula2net.paths.series import Element

Reads = dict[Value, Element]  # weights by value, or by offset from it
Weighted = tuple[Reads, int]  # what a value reads, and the length that it adds


@dataclass(frozen=True)
class Repeated:
    """A value's row in every step.

    Attributes:
        reads: weights by offset from the value.
        length: what it adds to a path.
        continues: whether it is its forerunner besides what it reads.
    """

    reads: Reads
    length: int
    continues: bool


def find_block(
    rows: Sequence[Weighted], sinks: Sequence[Value]
) -> tuple[list[Repeated], int] | None:
    """The rows of one step, the sink's last, and the depth after which they repeat.

    Args:
        rows: a row a value of a program.
        sinks: the values whose tables are the counts at the depths 1, 2, ...

    Returns:
        None where the last steps are not alike.
    """
    if len(sinks) < 2:
        return None
    period, end = sinks[-1] - sinks[-2], sinks[-1] + 1
    if period < 1 or end < 4 * period:
        return None
    block = [_repeated(rows, value, period) for value in range(end - period, end)]
    found = [row for row in block if row is not None]
    if len(found) < period:
        return None
    start = _start(sinks, period, _first(rows, found, end, period))
    return None if start is None or start + 2 > len(sinks) else (found, start)


def _repeated(rows: Sequence[Weighted], value: Value, period: int) -> Repeated | None:
    here, before, earlier = (_relative(rows, value - j * period, value) for j in range(3))
    length = rows[value][1]
    if _moved(before, period) == here:
        return Repeated(here, length, continues=False)
    more = _difference(here, before)
    if _moved(_difference(before, earlier), period) == more:
        return Repeated(more, length, continues=True)
    return None


def _relative(rows: Sequence[Weighted], value: Value, origin: Value) -> Reads:
    return {read - origin: weight for read, weight in rows[value][0].items()}


def _moved(reads: Reads, by: int) -> Reads:
    return {read + by: weight for read, weight in reads.items()}


def _difference(reads: Reads, other: Reads) -> Reads:
    found = dict(reads)
    for read, weight in other.items():
        left = found.pop(read) - weight if read in found else -weight
        if left:
            found[read] = left
    return found


def _first(rows: Sequence[Weighted], block: Sequence[Repeated], end: int, period: int) -> Value:
    """The first value from which on every row is that of the block."""
    value = end - 1
    while value >= 2 * period:
        row = block[(value - end) % period]
        reads = _relative(rows, value, value)
        if row.continues:
            reads = _difference(reads, _relative(rows, value - period, value))
        if reads != row.reads or rows[value][1] != row.length:
            break
        value -= 1
    return value + 1


def _start(sinks: Sequence[Value], period: int, first: Value) -> int | None:
    """The first depth after which all values repeat, and all sinks are a step apart."""
    start = None
    for depth in range(len(sinks) - 1, 0, -1):
        if sinks[depth - 1] + 1 < first or sinks[depth] - sinks[depth - 1] != period:
            break
        start = depth
    return start
