"""Sums of real roots with integer multiples, exactly.

Roots in lowest form are linearly independent over the rationals (Besicovitch 1940), so two sums
are equal exactly when their multiples are. Nothing is ever rounded.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from math import gcd, lcm, prod
from typing import Final

from sympy import factorint

Root = tuple[int, int]  # (radicand, index): the index-th root of the radicand, in lowest form
Surd = dict[Root, int]  # a sum of integer multiples of roots, without zeros
ONE: Final[Root] = (1, 1)


def dot(pairs: Iterable[tuple[Surd, Surd]]) -> Surd:
    """The sum of products."""
    total: Surd = {}
    for left, right in pairs:
        for r, m in left.items():
            for s, n in right.items():
                factor, root = product(r, s)
                total[root] = total.get(root, 0) + factor * m * n
    return {root: multiple for root, multiple in total.items() if multiple}


@lru_cache(maxsize=4096)
def product(left: Root, right: Root) -> tuple[int, Root]:
    """(factor, root) of the product of two roots."""
    (m, j), (n, k) = left, right
    index = lcm(j, k)
    return lowest(m ** (index // j) * n ** (index // k), index)


@lru_cache(maxsize=4096)
def lowest(radicand: int, index: int) -> tuple[int, Root]:
    """(factor, root) in lowest form: the 2nd root of 12 is 2 times that of 3."""
    if radicand == 0:
        return 0, ONE
    powers = {p: divmod(e, index) for p, e in factorint(radicand).items()}
    factor = prod(p**whole for p, (whole, _) in powers.items())
    common = gcd(index, *(rest for _, rest in powers.values()))
    return factor, (prod(p ** (rest // common) for p, (_, rest) in powers.items()), index // common)
