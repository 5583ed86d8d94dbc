"""A pair of characteristic roots, as those of the Fibonacci numbers, and the terms it contributes.

The roots of x^2 = p x - q give every sequence with s(n) = p s(n-1) - q s(n-2). Where a small shift
of n makes it one, the sequence is a difference or a sum of two powers: Binet's formula.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sympy

from formula2net.paths.series import Domain, Element

SHIFTS = (0, 1, -1, 2, -2, 3, -3)


@dataclass(frozen=True)
class Pair:
    """The sequences of a pair of roots, by their values at 0 and 1.

    Attributes:
        p: sum of the roots.
        q: product of the roots.
        domain: the field.
    """

    p: Element
    q: Element
    domain: Domain
    width = 2

    def basis(self, indices: range) -> list[list[Element]]:
        """The sequences with the values 1, 0 and 0, 1 at 0 and 1."""
        one, zero = self.domain.one, self.domain.zero
        starts = ((one, zero), (zero, one))
        return [[self._run(start, n)[0] for n in indices] for start in starts]

    def term(self, weights: Sequence[Element], n: sympy.Symbol) -> sympy.Expr:
        """The sequence with these values at 0 and 1."""
        if self.q == self.domain.one and self.domain.to_sympy(self.p).free_symbols:
            first, second = map(self.domain.to_sympy, weights)
            return self._chebyshev(first, second, n)
        for pair, values, index in self._readings(weights, n):
            found = pair._shifted(values, index)
            if found is not None:
                return found
        first, second = map(self.domain.to_sympy, weights)
        skew = second - self.domain.to_sympy(self.p) * first / 2
        if self._disc.is_negative:
            return first * self._sum(n) + skew * self._difference(n)
        (r, s), root = self._roots, sympy.sqrt(self._disc)
        before = [sympy.radsimp(first / 2 + sign * skew / root) for sign in (1, -1)]
        return before[0] * r**n + before[1] * s**n

    def _chebyshev(self, first: sympy.Expr, second: sympy.Expr, n: sympy.Symbol) -> sympy.Expr:
        """By Chebyshev polynomials of p/2, where p is no number: the start decides the kind."""
        half = sympy.expand(self.domain.to_sympy(self.p) / 2)
        if sympy.expand(second - half * first) == 0:
            return first * sympy.chebyshevt(n, half)
        rest = sympy.factor(second - 2 * half * first)
        return first * sympy.chebyshevu(n, half) + rest * sympy.chebyshevu(n - 1, half)

    def _readings(
        self, weights: Sequence[Element], n: sympy.Symbol
    ) -> Iterator[tuple[Pair, Sequence[Element], sympy.Expr]]:
        """The sequence, and the same as every second value of one whose roots are the square roots.

        The even Fibonacci numbers have the roots (3 + sqrt(5))/2, squares of the golden ratio.
        """
        yield self, weights, n
        to, back = self.domain.to_sympy, self.domain.from_sympy
        for q in (sympy.sqrt(to(self.q)), -sympy.sqrt(to(self.q))):
            p = sympy.sqrt(to(self.p) + 2 * q)
            if p.is_rational and q.is_rational and p != 0:
                half = Pair(back(p), back(q), self.domain)
                yield half, (weights[0], (weights[1] + half.q * weights[0]) / half.p), 2 * n

    def _shifted(self, weights: Sequence[Element], n: sympy.Expr) -> sympy.Expr | None:
        """The sequence as a difference or a sum of two powers, if a small shift makes it one."""
        for shift in SHIFTS:
            here, after = self._run(weights, -shift)
            if here == self.domain.zero:
                return self.domain.to_sympy(after) * self._difference(n + shift)
            if after + after == self.p * here:
                return self.domain.to_sympy(here) * self._sum(n + shift)
        return None

    def _run(self, start: Sequence[Element], n: int) -> tuple[Element, Element]:
        """The values at n and n + 1."""
        here, after = start
        for _ in range(n):
            here, after = after, self.p * after - self.q * here
        for _ in range(-n):
            here, after = (self.p * here - after) / self.q, here
        return here, after

    def _difference(self, n: sympy.Expr) -> sympy.Expr:
        """The sequence 0, 1, ...: (r^n - s^n) / (r - s)."""
        if self._disc.is_negative:
            return self._modulus ** (n - 1) * sympy.sin(n * self._angle) / sympy.sin(self._angle)
        r, s = self._roots
        return sympy.radsimp(1 / sympy.sqrt(self._disc)) * (r**n - s**n)

    def _sum(self, n: sympy.Expr) -> sympy.Expr:
        """The sequence 1, p/2, ...: (r^n + s^n) / 2."""
        if self._disc.is_negative:
            return self._modulus**n * sympy.cos(n * self._angle)
        r, s = self._roots
        return (r**n + s**n) / 2

    @property
    def _disc(self) -> sympy.Expr:
        return self.domain.to_sympy(self.p * self.p - self.domain(4) * self.q)

    @property
    def _roots(self) -> tuple[sympy.Expr, sympy.Expr]:
        half, root = self.domain.to_sympy(self.p) / 2, sympy.sqrt(self._disc) / 2
        return sympy.expand(half + root), sympy.expand(half - root)

    @property
    def _modulus(self) -> sympy.Expr:
        return sympy.sqrt(self.domain.to_sympy(self.q))

    @property
    def _angle(self) -> sympy.Expr:
        return sympy.acos(self.domain.to_sympy(self.p) / (2 * self._modulus))
