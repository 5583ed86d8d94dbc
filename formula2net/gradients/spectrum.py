"""How much of a gradient came along paths of each length."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import nan
from typing import Final, NamedTuple

import torch
from torch import Tensor

from formula2net.errors import FormulaError, Problem
from formula2net.gradients.cotangents import Cotangents
from formula2net.ir.ops import Value
from formula2net.ir.program import Program
from formula2net.paths.counting import Counting
from formula2net.paths.polynomial import LIMIT
from formula2net.paths.rows import rebased

DIGITS: Final = 12  # longer counts are printed by their size


class PathCount(NamedTuple):
    """How many paths there are, in the exact view (design 6, 7)."""

    wired: int
    words: int


@dataclass(frozen=True, eq=False)
class PathSpectrum:
    """The gradient at a state, split up by the length of the paths that it came along.

    A length is a number of block applications. The contributions of all lengths add up to the
    gradient, so their projections on it add up to 1.

    Attributes:
        source: The state, such as "X_0".
        lengths: All lengths that walks in the program have, increasing.
        norms: Of each length's contribution, over the whole batch.
        projections: Each length's signed share of the gradient, <g_k, g> / <g, g>; NaN if the
            gradient is 0.
        counts: How many paths of each length there are.
        norm: Of the gradient, which is the sum of all contributions.
        gathered: Whether the last length stands for all from there on.
        cancels: Whether the lengths cancel to nothing: the gradient is 0, or it has lost more than
            half of its digits between lengths, and they are not. Projections then say little.
        contributions: (lengths, N, C, R...).
    """

    source: str
    lengths: tuple[int, ...]
    norms: tuple[float, ...]
    projections: tuple[float, ...]
    counts: tuple[PathCount, ...]
    norm: float
    gathered: bool
    cancels: bool
    contributions: Tensor = field(repr=False)

    @classmethod
    def of(cls, source: str, found: Cotangents, counts: Mapping[int, PathCount]) -> PathSpectrum:
        """The figures of what the pass from the output has found; they are made in float64.

        Args:
            source: The state's name.
            found: Its cotangents.
            counts: Of the paths of every length, as of `path_counts`.
        """
        *lengths, last = found.lengths
        longer = [length for length in counts if length >= last]
        rest = PathCount(*map(sum, zip(*(counts[length] for length in longer), strict=True)))
        rows = [row.double() for row in found.rows.detach().cpu().flatten(1)]
        whole = torch.stack(rows).sum(0)
        norms = tuple(row.norm().item() for row in rows)
        norm, square = whole.norm().item(), whole.dot(whole).item()
        shares = tuple(row.dot(whole).item() / square if square else nan for row in rows)
        half = torch.finfo(found.rows.dtype).eps ** 0.5
        return cls(
            source=source,
            lengths=(*lengths, min(longer)),
            norms=norms,
            projections=shares,
            counts=(*(counts[length] for length in lengths), rest),
            norm=norm,
            gathered=len(longer) > 1,
            cancels=any(norms) and norm <= half * sum(norms),
            contributions=found.rows.detach(),
        )

    @property
    def gradient(self) -> Tensor:
        """The gradient, (N, C, R...): the sum of all contributions."""
        return self.contributions.sum(0)

    def contribution(self, length: int) -> Tensor:
        """What came along the paths of one length, (N, C, R...).

        Args:
            length: One of `lengths`.

        Raises:
            FormulaError: There are no paths of this length, or it was gathered with others.
        """
        if length not in self.lengths or (self.gathered and length == self.lengths[-1]):
            known = ", ".join(self.labels())
            raise FormulaError(Problem(f"There is no length {length} by itself.", expected=known))
        return self.contributions[self.lengths.index(length)]

    def labels(self) -> list[str]:
        """The lengths as text; "7+" is 7 and more."""
        labels = [str(length) for length in self.lengths]
        return [*labels[:-1], f"{labels[-1]}+"] if self.gathered else labels

    def __str__(self) -> str:
        lines = [f"gradient at {self.source}: norm {self.norm:.4g}"]
        if not any(self.norms):
            lines.append("no path has a gradient")
        if self.cancels:
            lines.append(f"the lengths cancel: their norms add up to {sum(self.norms):.4g}")
        head = ("length", "wired", "words", "norm", "share")
        rows = zip(self.labels(), self.counts, self.norms, self.projections, strict=True)
        cells = [
            (label, short(count.wired), short(count.words), f"{norm:.3g}", f"{share:.1%}")
            for label, count, norm, share in rows
        ]
        widths = [max(map(len, column)) for column in zip(head, *cells, strict=True)]
        for row in (head, *cells):
            aligned = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
            lines.append("  ".join(aligned))
        return "\n".join(lines)

    __repr__ = __str__


def path_counts(program: Program, source: Value) -> dict[int, PathCount]:
    """How many paths of each length there are, in the exact view: for all that walks have."""
    counting = Counting(*rebased(program, source), "exact", LIMIT)
    wired, words = counting.wired_by_length, counting.words_by_length
    return {length: PathCount(wired[length], words.get(length, 0)) for length in sorted(wired)}


def short(count: int) -> str:
    """A count, or its size."""
    text = str(count)
    return text if len(text) <= DIGITS else f"{text[0]}.{text[1:3]}e+{len(text) - 1}"
