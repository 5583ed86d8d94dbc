"""Lines: what the path reader needs to know of an fx graph, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from formula2net.ir.coefficient import Coefficient
from formula2net.lower.reader_tables import Row

ONE: Final = 0  # the line of the constant feature


@dataclass(frozen=True, slots=True)
class Line:
    """One value of the graph.

    Attributes:
        kind: "one", "input", "block", "letter", "gate", "sum", "join", "part" or "zero".
        reads: lines, in order, with repetitions; those of a sum are distinct.
        weights: of a sum's terms.
        name: of a module.
        part: number (from 1) and count of a part.
    """

    kind: str
    reads: tuple[int, ...] = ()
    weights: tuple[Coefficient, ...] = ()
    name: str = ""
    part: tuple[int, int] = (1, 1)

    def row(self, terms: list[tuple[Coefficient, int]]) -> Row:
        """A count of this line as a combination of others': blocks are what paths are made of."""
        return Row(terms, length=int(self.kind == "block"), source=self.kind == "input")


@dataclass(frozen=True, slots=True)
class Reading:
    """The lines of a graph, and the one that the head reads."""

    lines: tuple[Line, ...]
    output: int
