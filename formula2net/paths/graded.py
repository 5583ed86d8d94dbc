"""Counting by length: dynamic programs over tables, one table a value.

A table is a polynomial in t (the coefficient of t**k counts paths of length k). It is held in one
Python integer, the coefficients side by side in fields of equal size (Kronecker substitution):
adding two tables is one addition, one more letter is a shift. Tables are freed after their last
reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from formula2net.ir.coefficient import reduced
from formula2net.ir.ops import Value

Number = int | Fraction


@dataclass(frozen=True, slots=True)
class Row:
    """How a table follows from others: ``t**length * (sum of weight * table)``."""

    terms: tuple[tuple[Number, Value], ...]
    length: int = 0
    source: bool = False


def total(rows: Sequence[Row], sink: Value) -> Number:
    """The sum over all lengths, for one value."""
    ((table, denominator),) = tables(rows, [sink], shift=0)
    return reduced(Fraction(table, denominator))


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
    bits = field_size(rows, counting)
    return [
        {k: reduced(Fraction(c, below)) for k, c in enumerate(unpack(table, bits)) if c}
        for table, below in tables(rows, sinks, shift=bits)
    ]


def tables(
    rows: Sequence[Row], wanted: Iterable[Value], shift: int, limit: int | None = None
) -> list[tuple[int, int]]:
    """The tables of some values, as (numerators side by side, common denominator).

    Args:
        rows: one a value; each reads smaller values only.
        wanted: the values whose tables are returned.
        shift: bits of a field; 0 adds all lengths up.
        limit: forget paths that are longer.
    """
    wanted = list(wanted)
    last = _last_readers(rows, wanted)
    mask = None if limit is None or not shift else (1 << (shift * (limit + 1))) - 1
    live: dict[Value, tuple[int, int]] = {}
    for value in sorted(last):
        row = rows[value]
        table, denominator = _combined(row, live)
        table <<= shift * row.length
        live[value] = (table if mask is None else table & mask, denominator)
        for _, read in row.terms:
            if last[read] == value:
                live.pop(read, None)
    return [live[value] for value in wanted]


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


def _combined(row: Row, live: dict[Value, tuple[int, int]]) -> tuple[int, int]:
    if row.source:
        return 1, 1
    whole = [(weight, *live[read]) for weight, read in row.terms if isinstance(weight, int)]
    if len(whole) == len(row.terms) and all(below == 1 for _, _, below in whole):
        return sum(table if weight == 1 else weight * table for weight, table, _ in whole), 1
    fractions = [(Fraction(weight), *live[read]) for weight, read in row.terms]
    denominator = lcm(*(weight.denominator * below for weight, _, below in fractions))
    return sum(
        table * weight.numerator * (denominator // (weight.denominator * below))
        for weight, table, below in fractions
    ), denominator


def _last_readers(rows: Sequence[Row], wanted: Sequence[Value]) -> dict[Value, Value]:
    """For every value that is needed, the last one that reads it."""
    last = {value: len(rows) for value in wanted}
    for value in range(max(wanted, default=-1), -1, -1):
        if value in last:
            for _, read in rows[value].terms:
                last.setdefault(read, value)
    return last


def field_size(rows: Sequence[Row], counting: bool = False) -> int:
    """Bits that hold every coefficient of every table, sign included; a multiple of 8.

    Counts are bounded by their own totals, other tables by the totals of the absolute values.
    """
    counting = counting and all(isinstance(w, int) for row in rows for w, _ in row.terms)
    sizes: list[tuple[Number, int]] = []
    for row in rows:
        parts = [(w if counting else abs(Fraction(w)), *sizes[read]) for w, read in row.terms]
        denominator = 1 if counting else lcm(*(w.denominator * below for w, _, below in parts))
        size = sum(w * above * (denominator // below) for w, above, below in parts)
        sizes.append((1 if row.source else size, denominator))
    largest = max((int(size) for size, _ in sizes), default=1)
    return (largest.bit_length() + 9) // 8 * 8
