"""Sparse blocks and fractals once more, as a person would code them."""

from __future__ import annotations

import numpy as np

from tests.formulas.arithmetic import Vector, block
from tests.formulas.by_hand import by_hand


@by_hand
def sparsenet(x: Vector, depth: int) -> Vector:
    """A list of values, from which the last, the 2nd, the 4th, ... to last are read."""
    values = [x]
    for i in range(1, depth + 1):
        values.append(block(f"F_{i}", _fetched(values)))
    return _fetched(values)


def _fetched(values: list[Vector]) -> Vector:
    offsets = [1]
    while 2 * offsets[-1] <= len(values):
        offsets.append(2 * offsets[-1])
    return np.concatenate([values[-offset] for offset in offsets])


@by_hand
def fractal(x: Vector, depth: int) -> Vector:
    for i in range(1, depth + 1):
        x = _fractal(x, 3, f"F_{i}", f"C_{i}.")
    return x


def _fractal(z: Vector, columns: int, own: str, inside: str) -> Vector:
    """f_1 = conv, f_{C+1}(z) = (conv(z) + f_C(f_C(z))) / 2; the name of conv, and of f_C."""
    if columns == 1:
        return block(own, z)
    y = z
    for half in (1, 2):
        y = _fractal(y, columns - 1, f"{inside}F_{half}", f"{inside}C_{half}.")
    return (block(own, z) + y) / 2


@by_hand
def fractal_joined(x: Vector, depth: int) -> Vector:
    """Three columns as in the figure: four units, two of twice the reach, one around them all."""
    for i in range(1, depth + 1):

        def unit(row: int, column: int, z: Vector, i: int = i) -> Vector:
            return block(f"J_{i}.F_{row}_{column}", z)

        deepest = unit(2, 1, unit(1, 1, x))
        middle = (deepest + unit(2, 2, x)) / 2
        deepest = unit(4, 1, unit(3, 1, middle))
        x = (deepest + unit(4, 2, middle) + unit(4, 3, x)) / 3
    return x
