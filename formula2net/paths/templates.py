"""Shapes that counts by length may have: a binomial coefficient, or all lengths between bounds.

A template has a value for every depth L and length k, and an expression with a factor before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import comb

import sympy

L, K = sympy.Symbol("L"), sympy.Symbol("k")

OFFSETS = (0, -1, 1, -2, 2)


@dataclass(frozen=True)
class Affine:
    """``(a L + b k) / d + c``, where that is whole, or rounded down."""

    a: int
    b: int
    c: int
    d: int = 1
    floor: bool = False

    def at(self, depth: int, length: int) -> int | None:
        """Its value; None where it is not whole."""
        whole, rest = divmod(self.a * depth + self.b * length, self.d)
        return None if rest and not self.floor else whole + self.c

    @property
    def expr(self) -> sympy.Expr:
        """As an expression."""
        quotient = (self.a * L + self.b * K) / sympy.Integer(self.d)
        return (sympy.floor(quotient) if self.floor else quotient) + self.c

    @property
    def whole(self) -> sympy.Basic:
        """The condition that it is whole."""
        if self.d == 1 or self.floor:
            return sympy.true
        return sympy.Eq(sympy.Mod(self.a * L + self.b * K, self.d), 0)


@dataclass(frozen=True)
class Binomial:
    """A binomial coefficient of two affine forms; 0 where one of them is not whole."""

    top: Affine
    bottom: Affine

    def at(self, depth: int, length: int) -> int:
        """Its value, for a negative top as SymPy continues it."""
        top, bottom = self.top.at(depth, length), self.bottom.at(depth, length)
        if top is None or bottom is None or bottom < 0:
            return 0
        return comb(top, bottom) if top >= 0 else (-1) ** bottom * comb(bottom - top - 1, bottom)

    def times(self, factor: sympy.Expr) -> sympy.Expr:
        """The expression, with a factor before it."""
        value = factor * sympy.binomial(self.top.expr, self.bottom.expr)
        return sympy.Piecewise((value, self.top.whole & self.bottom.whole), (0, True))


@dataclass(frozen=True)
class Wedge:
    """1 for ``low <= k <= slope L + offset``, else 0."""

    low: int
    slope: Fraction
    offset: Fraction

    def at(self, depth: int, length: int) -> int:
        """Its value."""
        return int(self.low <= length <= self.slope * depth + self.offset)

    def times(self, factor: sympy.Expr) -> sympy.Expr:
        """The factor, inside the wedge."""
        slope, offset = (
            sympy.Rational(n.numerator, n.denominator) for n in (self.slope, self.offset)
        )
        inside = sympy.Le(K, slope * L + offset)
        if self.low:
            inside &= sympy.Ge(K, self.low)
        return sympy.Piecewise((factor, inside), (0, True))


Template = Binomial | Wedge


def binomial_templates() -> Iterator[Binomial]:
    """All binomial coefficients that are tried, plain ones first."""
    for c, e in product(OFFSETS, OFFSETS):
        for d in (1, 2, 3):  # blocks of one, two or three applications
            yield Binomial(Affine(1, 0, c), Affine(0, 1, e, d))
        for a in (2, 3, 4):  # as many residual blocks a step
            yield Binomial(Affine(a, 0, c), Affine(0, 1, e))
        yield Binomial(Affine(1, 0, c), Affine(-1, 1, e))
        yield Binomial(Affine(0, 1, c), Affine(1, -1, e))
        yield Binomial(Affine(1, -1, c), Affine(0, 1, e))
        yield Binomial(Affine(1, 1, c), Affine(0, 2, e))
        yield Binomial(Affine(1, 1, c, 2), Affine(0, 1, e))
        yield Binomial(Affine(1, 1, c, 2, floor=True), Affine(0, 1, e))
