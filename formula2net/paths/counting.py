"""The three counts of one program in one view, all lengths together or by length."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property

from formula2net.ir.layout import View
from formula2net.ir.ops import Value
from formula2net.ir.program import Program
from formula2net.paths import graded
from formula2net.paths.counts import Number, number
from formula2net.paths.graded import Row
from formula2net.paths.rows import (
    CoefficientRow,
    numeric,
    total_rows,
    wired_rows,
    word_rows,
)
from formula2net.paths.totals import totals


class Counting:
    """Counts of a program; rows are made once, on request.

    Args:
        program: the program.
        source: the value that paths start from.
        view: paper or exact.
        limit: how many terms a symbolic total may have.
    """

    def __init__(self, program: Program, source: Value, view: View, limit: int) -> None:
        self._program = program
        self._source = source
        self._view = view
        self._limit = limit
        self._known: list[tuple[list[Row], Mapping[int, int | Fraction]]] = []

    @property
    def wired(self) -> int:
        """Number of walks."""
        return int(graded.total(self._wired_rows, self._program.output))

    @property
    def words(self) -> int:
        """Number of words."""
        return int(graded.total(self.word_rows, self._program.output))

    @property
    def total(self) -> Number:
        """Sum of the coefficients."""
        rows = numeric(self._total_rows)
        if rows is None:
            return self._symbolic(graded=False).get(0, 0)
        return number(graded.total(rows, self._program.output))

    @property
    def wired_by_length(self) -> Mapping[int, int]:
        """Number of walks by length."""
        return {k: int(n) for k, n in self._graded(self._wired_rows, counting=True).items()}

    @property
    def words_by_length(self) -> Mapping[int, int]:
        """Number of words by length."""
        return {k: int(n) for k, n in self._graded(self.word_rows, counting=True).items()}

    @property
    def total_by_length(self) -> Mapping[int, Number]:
        """Sum of the coefficients by length."""
        rows = numeric(self._total_rows)
        if rows is None:
            return self._symbolic_by_length
        return {k: number(n) for k, n in self._graded(rows).items()}

    @cached_property
    def _wired_rows(self) -> list[Row]:
        return wired_rows(self._program, self._source)

    @cached_property
    def word_rows(self) -> list[Row]:
        """How the number of words of every value follows from others."""
        return word_rows(self._program, self._view, self._source)

    @cached_property
    def _total_rows(self) -> list[CoefficientRow]:
        return total_rows(self._program, self._view, self._source)

    @cached_property
    def _symbolic_by_length(self) -> Mapping[int, Number]:
        return self._symbolic(graded=True)

    def _symbolic(self, graded: bool) -> Mapping[int, Number]:
        """Totals with roots or Scalars."""
        (found,) = totals(self._total_rows, [self._program.output], self._limit, graded)
        return {k: number(value) for k, value in found.items()}

    def _graded(self, rows: list[Row], counting: bool = False) -> Mapping[int, int | Fraction]:
        """Counts by length; where nothing cancels the three counts have the same rows."""
        for known, counts in self._known:
            if known == rows:
                return counts
        counts = graded.by_length(rows, self._program.output, counting)
        self._known.append((rows, counts))
        return counts
