"""Exact coefficients and the numbers that stand for them in a network's code."""

from __future__ import annotations

from fractions import Fraction

from formula2net.ir.coefficient import Coefficient, Monomial, Polynomial, collect

EXACT_INTS = 2**53  # up to here every integer is a float64

ScalarMonomial = tuple[str, ...]


def as_number(coefficient: Coefficient) -> int | float:
    """The number that stands for a coefficient without scalars: an int, or the nearest float."""
    if isinstance(coefficient, int) and abs(coefficient) <= EXACT_INTS:
        return coefficient
    return float(coefficient)


def monomials(coefficient: Coefficient) -> list[tuple[Coefficient, ScalarMonomial]]:
    """A coefficient as a sum of numbers times products of scalars.

    The number holds all that is known exactly, radicals included; a scalar that stands twice in
    the product is listed twice.
    """
    if not isinstance(coefficient, Polynomial):
        return [(coefficient, ())]
    numbers: dict[ScalarMonomial, dict[Monomial, Fraction]] = {}
    for monomial, rational in coefficient.terms:
        scalars = tuple(g for g, e in monomial if isinstance(g, str) for _ in range(int(e)))
        radicals = tuple((g, e) for g, e in monomial if not isinstance(g, str))
        known = numbers.setdefault(scalars, {})
        known[radicals] = known.get(radicals, Fraction(0)) + rational
    return [(collect(known), scalars) for scalars, known in numbers.items()]
