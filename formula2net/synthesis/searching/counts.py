"""What a condition is asked about: the counts of one state, unpacked where they are wanted."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import zip_longest
from typing import Any

from formula2net.ir.coefficient import reduced
from formula2net.paths.counts import Counts, number
from formula2net.paths.graded import unpack
from formula2net.synthesis.searching.tables import Value


class Tables:
    """The counts of a state, unpacked where they are asked for.

    Attributes:
        depth: the depth.
        earlier: the counts at the depths 1, 2, ... before.
    """

    __slots__ = ("_bits", "_scale", "_value", "depth", "earlier")

    def __init__(
        self, value: Value, depth: int, bits: int, scale: int, earlier: tuple[Tables, ...]
    ) -> None:
        self._value, self.depth, self._bits, self._scale = value, depth, bits, scale
        self.earlier = earlier

    @property
    def wired(self) -> int:
        """Number of walks in the program."""
        return self._value.wired % ((1 << self._bits) - 1)

    @property
    def words(self) -> int:
        """Number of words."""
        return self._value.words % ((1 << self._bits) - 1)

    @property
    def total(self) -> Any:
        """Sum of the coefficients."""
        modulus = (1 << self._bits) - 1
        residue = self._scaled % modulus
        whole = residue if 2 * residue < modulus else residue - modulus
        return number(reduced(Fraction(whole, self._scale)))

    @property
    def longest(self) -> int:
        """Length of the longest word; -1 where there is none."""
        return (self._value.words.bit_length() + self._bits - 1) // self._bits - 1

    @property
    def shortest(self) -> int:
        """Length of the shortest word; -1 where there is none."""
        words = self._value.words
        return ((words & -words).bit_length() + self._bits - 1) // self._bits - 1

    @property
    def by_length(self) -> Mapping[int, Counts]:
        """The three counts for every length that a walk has, as of `PathPolynomial.by_length`."""
        wired, words, total = (
            unpack(table, self._bits)
            for table in (self._value.wired, self._value.words, self._scaled)
        )
        columns = zip_longest(wired, words, total, fillvalue=0)
        return {
            k: Counts(w, n, number(reduced(Fraction(t, self._scale))))
            for k, (w, n, t) in enumerate(columns)
            if w or n or t
        }

    @property
    def _scaled(self) -> int:
        """The totals without their common denominator."""
        return int(self._value.total * self._scale)

    def __repr__(self) -> str:
        return f"<depth {self.depth}: {self.words} words, {self.wired} wired, total {self.total}>"
