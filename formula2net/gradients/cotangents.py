"""The cotangent of a value, split up by the length of the paths that it came along."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Cotangents:
    """One cotangent for each length of the paths from a value to the output.

    Attributes:
        lengths: Numbers of block applications, increasing.
        rows: (lengths, N, C, R...), in their order.
    """

    lengths: tuple[int, ...]
    rows: Tensor

    @classmethod
    def of(cls, cotangent: Tensor) -> Cotangents:
        """That of the output: its path to itself has no block."""
        return cls((0,), cotangent[None])

    def mapped(self, function: Callable[[Tensor], Tensor]) -> Cotangents:
        """Those of what a letter of length 0 reads, by a linear function of all rows at once."""
        return Cotangents(self.lengths, function(self.rows))

    def longer(self, most: int | None = None) -> Cotangents:
        """The same paths with one more block.

        Args:
            most: The greatest length that stays apart; all longer ones share the next.
        """
        lengths = tuple(length + 1 for length in self.lengths)
        if most is None or lengths[-1] <= most + 1:
            return Cotangents(lengths, self.rows)
        # Only what already shared a length has passed it, and that comes last.
        shared = Cotangents((most + 1,), self.rows[-1:])
        kept = Cotangents(lengths[:-1], self.rows[:-1])
        return kept.plus(shared) if kept.lengths else shared

    def plus(self, other: Cotangents) -> Cotangents:
        """The sum, length by length; both stay as they are."""
        if self.lengths == other.lengths:
            return Cotangents(self.lengths, self.rows + other.rows)
        lengths = tuple(sorted({*self.lengths, *other.lengths}))
        place = {length: row for row, length in enumerate(lengths)}
        dtype = torch.promote_types(self.rows.dtype, other.rows.dtype)
        total = self.rows.new_zeros((len(lengths), *self.rows.shape[1:]), dtype=dtype)
        for part in (self, other):
            total[[place[length] for length in part.lengths]] += part.rows
        return Cotangents(lengths, total)
