"""How the tables of one step follow from those of the step before: v(s + 1) = M(t) v(s).

The rows of a count (`paths/rows.py`) repeat from some step on where the steps of a formula are
alike: what a value reads is what its forerunner one step before reads, one step later; or its row
is its forerunner's and some more, as that of a sum over all earlier values. Then a step is a matrix
of polynomials in t, the letter of an application.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sympy.polys.matrices import DomainMatrix
from sympy.polys.rings import PolyElement, ring

from formula2net.ir.ops import Value
from formula2net.paths.series import Domain, Element

Reads = dict[Value, Element]  # weights by value, or by offset from it
Weighted = tuple[Reads, int]  # what a value reads, and the length that it adds


@dataclass(frozen=True)
class Transfer:
    """The step of a formula whose steps are alike.

    Attributes:
        matrix: M, (carried values, carried values), over polynomials in t.
        start: the first depth that it leads on from.
        last: the greatest depth of the program that it was read off.
        polynomials: the ring of its entries.
        goes_on: whether a row is that of the step before and some more.
    """

    matrix: DomainMatrix
    start: int
    last: int
    polynomials: Any
    goes_on: bool

    @property
    def size(self) -> int:
        """How many values are carried from step to step."""
        return int(self.matrix.shape[0])

    def at(self, number: Element) -> DomainMatrix:
        """The matrix over the field, with a number for every block."""
        domain = self.polynomials.domain

        def value(entry: PolyElement) -> Element:
            terms = (c * number**n if n else c for (n,), c in entry.terms())
            return sum(terms, domain.zero)

        rows = [[value(entry) for entry in row] for row in self.matrix.to_list()]
        return DomainMatrix(rows, self.matrix.shape, domain)


@dataclass(frozen=True)
class _Repeated:
    """A value's row in every step: what it reads by offset from itself, or goes on from."""

    reads: Reads
    length: int
    continues: bool


def find_transfer(
    rows: Sequence[Weighted], sinks: Sequence[Value], domain: Domain
) -> Transfer | None:
    """The step that the rows repeat; None where the last steps are not alike.

    Args:
        rows: a row a value of a program.
        sinks: the values whose tables are the counts at the depths 1, 2, ...
        domain: the field of the weights.
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
    first = _first(rows, found, end, period)
    start = _start(sinks, period, first)
    if start is None or start + 2 > len(sinks):
        return None
    polynomials, t = ring("t", domain)
    matrix = _matrix(found, _carried(found, period), polynomials, t)
    goes_on = any(row.continues for row in found)
    return Transfer(matrix, start, len(sinks), polynomials, goes_on)


def _repeated(rows: Sequence[Weighted], value: Value, period: int) -> _Repeated | None:
    here, before, earlier = (_relative(rows, value - j * period, value) for j in range(3))
    length = rows[value][1]
    if _moved(before, period) == here:
        return _Repeated(here, length, continues=False)
    more = _difference(here, before)
    if _moved(_difference(before, earlier), period) == more:
        return _Repeated(more, length, continues=True)
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


def _first(rows: Sequence[Weighted], block: Sequence[_Repeated], end: int, period: int) -> Value:
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


def _carried(block: Sequence[_Repeated], period: int) -> list[int]:
    """Offsets, from the first value of a step, of the earlier values that it or a later one reads.

    The sink is the last value of a step.
    """
    wanted = {-1}
    for place, row in enumerate(block):
        offsets = [place + read for read in row.reads]
        wanted.update(o for o in (*offsets, *([place - period] * row.continues)) if o < 0)
    for offset in sorted(wanted):
        wanted.update(range(offset + period, 0, period))
    return sorted(wanted)


def _matrix(
    block: Sequence[_Repeated], carried: Sequence[int], polynomials: Any, t: PolyElement
) -> DomainMatrix:
    one, zero, size = polynomials.one, polynomials.zero, len(carried)
    values: dict[int, dict[int, PolyElement]] = {o: {j: one} for j, o in enumerate(carried)}
    for place, row in enumerate(block):
        table: dict[int, PolyElement] = {}
        for read, weight in row.reads.items():
            for j, entry in values[place + read].items():
                table[j] = table.get(j, zero) + weight * entry * t**row.length
        if row.continues:
            for j, entry in values[place - len(block)].items():
                table[j] = table.get(j, zero) + entry
        values[place] = table
    after = [values[offset + len(block)] for offset in carried]
    entries = [[table.get(j, zero) for j in range(size)] for table in after]
    domain = polynomials.to_domain()
    return DomainMatrix(entries, (size, size), domain)
