"""How the tables of one step follow from those of the step before: v(s + 1) = M(t) v(s).

Where the rows of a count repeat (`paths/repeated.py`), a step is a matrix of polynomials in t, the
letter of an application.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sympy.polys.matrices import DomainMatrix
from sympy.polys.rings import PolyElement, ring

from formula2net.ir.ops import Value
from formula2net.paths.repeated import Repeated, Weighted, find_block
from formula2net.paths.series import Domain, Element


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


def find_transfer(
    rows: Sequence[Weighted], sinks: Sequence[Value], domain: Domain
) -> Transfer | None:
    """The step that the rows repeat; None where the last steps are not alike.

    Args:
        rows: a row a value of a program.
        sinks: the values whose tables are the counts at the depths 1, 2, ...
        domain: the field of the weights.
    """
    found = find_block(rows, sinks)
    if found is None:
        return None
    block, start = found
    polynomials, t = ring("t", domain)
    matrix = _matrix(block, _carried(block), polynomials, t)
    goes_on = any(row.continues for row in block)
    return Transfer(matrix, start, len(sinks), polynomials, goes_on)


def _carried(block: Sequence[Repeated]) -> list[int]:
    """Offsets, from the first value of a step, of the earlier values that it or a later one reads.

    The sink is the last value of a step.
    """
    wanted, period = {-1}, len(block)
    for place, row in enumerate(block):
        offsets = [place + read for read in row.reads]
        wanted.update(o for o in (*offsets, *([place - period] * row.continues)) if o < 0)
    for offset in sorted(wanted):
        wanted.update(range(offset + period, 0, period))
    return sorted(wanted)


def _matrix(
    block: Sequence[Repeated], carried: Sequence[int], polynomials: Any, t: PolyElement
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
