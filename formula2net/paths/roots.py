"""Characteristic roots of a recurrence, and the terms they contribute.

A root r of multiplicity m gives r^n, n r^n, ...; powers are shifted where that makes what stands
before them simpler. Pairs of roots are in `paths/pairs.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy

from formula2net.paths.pairs import SHIFTS, Pair
from formula2net.paths.series import Domain, Element


@dataclass(frozen=True)
class Power:
    """The terms ``(w_0 + w_1 n + ...) r^n`` of a root of the field.

    Attributes:
        root: r.
        width: number of weights, the root's multiplicity.
        domain: the field.
    """

    root: Element
    width: int
    domain: Domain

    def basis(self, indices: range) -> list[list[Element]]:
        """The sequences n^j r^n at some indices."""
        return [[self.domain(n**j) * self.root**n for n in indices] for j in range(self.width)]

    def term(self, weights: Sequence[Element], n: sympy.Symbol) -> sympy.Expr:
        """The terms with these weights."""
        base = self.domain.to_sympy(self.root)
        before = sum((self.domain.to_sympy(w) * n**j for j, w in enumerate(weights)), sympy.S.Zero)
        shifts = SHIFTS if abs(base) != 1 else (0, 1) if base == -1 else (0,)
        choices = [(sympy.factor(before / base**shift), n + shift) for shift in shifts]
        factor, exponent = min(choices, key=lambda choice: _size(choice[0]))
        return factor * base**exponent


def roots_of(coefficients: Sequence[Element], domain: Domain) -> list[Power | Pair] | None:
    """The roots of ``x^d = c_1 x^(d-1) + ... + c_d``; None where one is beyond square roots."""
    if not coefficients:
        return []
    x = sympy.Symbol("x")
    polynomial = sympy.Poly([domain.one, *(-c for c in coefficients)], x, domain=domain)
    roots: list[Power | Pair] = []
    for factor, times in polynomial.factor_list()[1]:
        lead, *rest = factor.rep.to_list()
        if len(rest) == 1:
            roots.append(Power(-rest[0] / lead, times, domain))
        elif len(rest) == 2 and times == 1:
            roots.append(Pair(-rest[0] / lead, rest[1] / lead, domain))
        else:
            return None
    return roots


def _size(factor: sympy.Expr) -> tuple[int, int]:
    """How long an expression is to read: operations, then digits."""
    return sympy.count_ops(factor), len(str(factor))
