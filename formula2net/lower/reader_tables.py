"""Counts by length of the path reader.

A table, the numbers of paths of length 0, 1, 2, ..., is one integer: fields of equal size side by
side. Then tables add up in one addition, and one more block on every path is a shift. Only the
last table is taken apart, so only its numbers must fit their fields; those before it may overlap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from formula2net.ir.coefficient import PRIME, Coefficient, Polynomial, modular

WIDE = 8  # longer rows are compared with the one before them
RESIDUE_BITS = 256  # a residue times a residue, and room for sums

Terms = list[tuple[Coefficient, int]]


@dataclass(slots=True)
class Row:
    """How a line's table follows from earlier ones: their combination, then a shift.

    Attributes:
        terms: weights and lines.
        length: blocks that are added to every path.
        source: whether it is the input, where one path of length 0 begins.
    """

    terms: Terms
    length: int = 0
    source: bool = False


def by_length(rows: Sequence[Row], output: int, signed: bool = False) -> dict[int, int | Fraction]:
    """The nonzero numbers of one line, exactly.

    Args:
        rows: with rational weights.
        output: the line.
        signed: whether a number may be negative; counts may not, whatever their rows take back.
    """
    rows = _continued(rows)
    bound, _ = _table(_mapped(rows, _absolute) if signed else rows, output, bits=0)
    bits = -(-(bound.bit_length() + 2) // 8) * 8
    table, denominator = _table(rows, output, bits)
    counts = {k: Fraction(c, denominator) for k, c in enumerate(_fields(table, bits)) if c}
    return {k: c.numerator if c.denominator == 1 else c for k, c in counts.items()}


def residues_by_length(rows: Sequence[Row], output: int) -> dict[int, int]:
    """The numbers of one line modulo a 61-bit prime; scalars have fixed random values."""
    rows = _continued(_mapped(rows, modular))
    table, _ = _table(rows, output, RESIDUE_BITS, modulus=PRIME)
    return {k: c for k, c in enumerate(_fields(table, RESIDUE_BITS)) if c}


def is_rational(rows: Iterable[Row]) -> bool:
    """Whether no weight is symbolic or irrational."""
    return not any(isinstance(weight, Polynomial) for row in rows for weight, _ in row.terms)


def _table(rows: Sequence[Row], output: int, bits: int, modulus: int = 0) -> tuple[int, int]:
    """The table of one line: numerators side by side, and their common denominator."""
    last = {read: number for number, row in enumerate(rows) for _, read in row.terms}
    last[output] = len(rows)
    tables: dict[int, tuple[int, int]] = {}
    for number, row in enumerate(rows[: output + 1]):
        table, denominator = (1, 1) if row.source else _combined(row.terms, tables)
        if modulus:
            table = _packed([field % modulus for field in _fields(table, bits)], bits)
        if number in last:
            tables[number] = table << bits * row.length, denominator
        for _, read in row.terms:
            if last[read] == number:
                tables.pop(read, None)
    return tables[output]


def _combined(terms: Terms, tables: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """A combination of tables, over a common denominator."""
    weights = [_rational(weight) for weight, _ in terms]
    reads = [tables[read] for _, read in terms]
    common = lcm(*(w.denominator * below for w, (_, below) in zip(weights, reads, strict=True)))
    total = 0
    for weight, (table, below) in zip(weights, reads, strict=True):
        factor = weight.numerator * (common // (weight.denominator * below))
        total += table if factor == 1 else factor * table
    return total, common


def _continued(rows: Sequence[Row]) -> list[Row]:
    """Long rows that begin with the last long row before them, written as that and the rest."""
    found: list[Row] = []
    before = -1
    for number, row in enumerate(rows):
        found.append(row)
        if len(row.terms) > WIDE and not row.length:
            known = rows[before].terms if before >= 0 else []
            if known and row.terms[: len(known)] == known:
                found[-1] = Row([(1, before), *row.terms[len(known) :]])
            before = number
    return found


def _mapped(rows: Sequence[Row], change: Callable[[Coefficient], int | Fraction]) -> list[Row]:
    """Rows with other weights."""
    return [
        Row([(change(weight), read) for weight, read in row.terms], row.length, row.source)
        for row in rows
    ]


def _absolute(weight: Coefficient) -> int | Fraction:
    return abs(Fraction(_rational(weight)))


def _rational(weight: Coefficient) -> int | Fraction:
    if isinstance(weight, Polynomial):
        raise TypeError(f"{weight} is not rational")
    return weight


def _packed(fields: list[int], bits: int) -> int:
    """A table of nonnegative numbers."""
    return int.from_bytes(b"".join(f.to_bytes(bits // 8, "little") for f in fields), "little")


def _fields(table: int, bits: int) -> list[int]:
    """The numbers of a table; a negative one has borrowed from the next field."""
    count = abs(table).bit_length() // bits + 2
    size = bits // 8
    half = 1 << (bits - 1)
    raised = table + int.from_bytes(half.to_bytes(size, "little") * count, "little")
    raw = raised.to_bytes(size * count + 1, "little")
    return [
        int.from_bytes(raw[k : k + size], "little") - half for k in range(0, size * count, size)
    ]
