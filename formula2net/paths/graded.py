"""Counting by length: dynamic programs over tables, one table a value.

A table is a polynomial in t (the coefficient of t**k counts paths of length k). Where all weights
are whole it is held in one Python integer, the coefficients side by side in fields of equal size
(Kronecker substitution): adding two tables is one addition, one more letter is a shift. Tables of
fractions are lists (`paths/quotients.py`). A table is freed after its last reader.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from formula2net.ir.ops import Value
from formula2net.paths.quotients import Number, Quotients, weighted_sum

Table = TypeVar("Table")


@dataclass(frozen=True, slots=True)
class Row:
    """How a table follows from others: ``t**length * (sum of weight * table)``."""

    terms: tuple[tuple[Number, Value], ...]
    length: int = 0
    source: bool = False


def total(rows: Sequence[Row], sink: Value) -> Number:
    """The sum over all lengths, for one value."""
    if _whole(rows):
        return tables(rows, [sink], shift=0)[0]
    return by_length(ungraded(rows), sink).get(0, 0)


def ungraded(rows: Iterable[Row]) -> list[Row]:
    """The same rows, where every path counts as one of length 0."""
    return [replace(row, length=0) for row in rows]


def by_length(rows: Sequence[Row], sink: Value, counting: bool = False) -> dict[int, Number]:
    """The nonzero counts by length, for one value; see :func:`by_lengths`."""
    return by_lengths(rows, [sink], counting)[0]


def by_lengths(
    rows: Sequence[Row], sinks: Sequence[Value], counting: bool = False
) -> list[dict[int, Number]]:
    """The nonzero counts by length, for several values.

    Args:
        rows: one a value.
        sinks: the values.
        counting: promises that no table has a negative field, as counts of words have none, though
            rows take back what they would count twice; then fields may be smaller.
    """
    if not _whole(rows):
        return [found.by_length() for found in _run(rows, sinks, _quotients)]
    bits = field_size(rows, counting)
    packed = tables(rows, sinks, shift=bits)
    return [{k: c for k, c in enumerate(unpack(table, bits)) if c} for table in packed]


def tables(
    rows: Sequence[Row], wanted: Iterable[Value], shift: int, limit: int | None = None
) -> list[int]:
    """The tables of some values, their numbers side by side.

    Args:
        rows: one a value, with whole weights; each reads smaller values only.
        wanted: the values whose tables are returned.
        shift: bits of a field; 0 adds all lengths up.
        limit: forget paths that are longer.
    """
    mask = None if limit is None or not shift else (1 << (shift * (limit + 1))) - 1

    def packed(row: Row, live: Mapping[Value, int]) -> int:
        terms = (live[read] if weight == 1 else weight * live[read] for weight, read in row.terms)
        table = 1 if row.source else int(sum(terms)) << (shift * row.length)
        return table if mask is None else table & mask

    return _run(rows, wanted, packed)


def unpack(table: int, bits: int) -> list[int]:
    """The fields of a table; negative ones have borrowed from the next field."""
    if not table:
        return []
    count = max(table.bit_length(), (-table).bit_length()) // bits + 2
    half, size = 1 << (bits - 1), bits // 8
    # Adding half to every field makes all of them positive; bits is a multiple of 8.
    lifted = table + int.from_bytes(half.to_bytes(size, "little") * count, "little")
    raw = lifted.to_bytes(size * count + 1, "little", signed=False)
    return [int.from_bytes(raw[k * size : (k + 1) * size], "little") - half for k in range(count)]


def field_size(rows: Sequence[Row], counting: bool = False) -> int:
    """Bits that hold every coefficient of every table, sign included; a multiple of 8.

    Counts are bounded by their own totals, other tables by the totals of the absolute values.
    """
    sizes: list[int] = []
    for row in rows:
        terms = ((int(w) if counting else abs(int(w))) * sizes[read] for w, read in row.terms)
        sizes.append(1 if row.source else sum(terms))
    return (max(sizes, default=1).bit_length() + 9) // 8 * 8


def _whole(rows: Sequence[Row]) -> bool:
    return all(isinstance(weight, int) for row in rows for weight, _ in row.terms)


def _quotients(row: Row, live: Mapping[Value, Quotients]) -> Quotients:
    if row.source:
        return Quotients([1], 1)
    return weighted_sum([(weight, live[v]) for weight, v in row.terms]).longer(row.length)


def _run(
    rows: Sequence[Row],
    wanted: Iterable[Value],
    table_of: Callable[[Row, Mapping[Value, Table]], Table],
) -> list[Table]:
    """The tables of some values, from those that they read."""
    wanted = list(wanted)
    last = _last_readers(rows, wanted)
    live: dict[Value, Table] = {}
    for value in sorted(last):
        live[value] = table_of(rows[value], live)
        for _, read in rows[value].terms:
            if last[read] == value:
                live.pop(read, None)
    return [live[value] for value in wanted]


def _last_readers(rows: Sequence[Row], wanted: Sequence[Value]) -> dict[Value, Value]:
    """For every value that is needed, the last one that reads it."""
    last = {value: len(rows) for value in wanted}
    for value in range(max(wanted, default=-1), -1, -1):
        if value in last:
            for _, read in rows[value].terms:
                last.setdefault(read, value)
    return last
