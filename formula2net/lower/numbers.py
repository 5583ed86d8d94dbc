"""The numbers that stand for exact coefficients in a network's code."""

from __future__ import annotations

from formula2net.ir.coefficient import Coefficient

EXACT_INTS = 2**53  # up to here every integer is a float64


def as_number(coefficient: Coefficient) -> int | float:
    """The number that stands for a coefficient without scalars: an int, or the nearest float."""
    if isinstance(coefficient, int) and abs(coefficient) <= EXACT_INTS:
        return coefficient
    return float(coefficient)
