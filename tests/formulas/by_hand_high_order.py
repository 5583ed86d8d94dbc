"""The third paper's formulas once more: schemes as printed, nested, adapted; and its Table 1."""

from __future__ import annotations

from functools import partial

import numpy as np

from tests.formulas import verner
from tests.formulas.arithmetic import Vector, block, scalar
from tests.formulas.by_hand import F, by_hand


@by_hand
def midpoint_printed(x: Vector, depth: int) -> Vector:
    for i in range(1, depth + 1):
        middle = block(f"F_{i}_1", x) + x
        x = block(f"F_{i}_2", middle / 2) + x
    return x


@by_hand
def rk4_printed(x: Vector, depth: int) -> Vector:
    for i in range(1, depth + 1):
        k1 = block(f"F_{i}_1", x) + x
        k2 = block(f"F_{i}_2", k1 / 2) + x
        k3 = block(f"F_{i}_3", k2 / 2) + x
        k4 = block(f"F_{i}_4", k3) + x
        x = x + (k1 + 2 * k2 + 2 * k3 + k4) / 6
    return x


@by_hand
def nested_midpoint(x: Vector, depth: int) -> Vector:
    def midpoint(name: str, y: Vector) -> Vector:
        half = y + block(f"{name}.F_1_1", y) / 2
        return y + block(f"{name}.F_1_2", half)

    for i in range(1, depth + 1):
        x = x + midpoint(f"F_{i}_2", x + midpoint(f"F_{i}_1", x) / 2)
    return x


@by_hand
def verner89_adaptive(x: Vector, depth: int) -> Vector:
    for i in range(1, depth + 1):
        slopes: list[Vector] = []
        for number, row in enumerate(verner.A, start=1):
            moved = x + sum((a * slopes[j - 1] for j, a in row.items()), np.zeros_like(x))
            slopes.append(block(f"F_{i}_{number}", moved))
        error = sum(e * slopes[j - 1] for j, e in verner.ERROR.items())
        factor = 0.8 * np.sqrt(np.mean(error**2)) ** (-1 / 8)
        step = sum(b * slopes[j - 1] for j, b in verner.B.items())
        x = x + np.clip(factor, 0.125, 4) * step
    return x


@by_hand
def polynet(x: Vector, depth: int) -> Vector:
    for i in range(1, depth + 1):
        apply = partial(F, i)
        x = x + apply(x) + apply(apply(x))
    return x


@by_hand
def lm_resnet(x: Vector, depth: int) -> Vector:
    before, x = x, x + F(1, x)
    for i in range(2, depth + 1):
        k = scalar(f"k_{i}")
        before, x = x, (1 - k) * x + k * before + F(i, x)
    return x


@by_hand
def lm_resnet_printed(x: Vector, depth: int) -> Vector:
    out = F(1, x)
    x = x + out
    for i in range(2, depth + 1):
        k = scalar(f"k_{i}")
        new = F(i, x)
        x, out = (1 - k) * x + k * out + new, new
    return x


@by_hand
def second_order(x: Vector, depth: int) -> Vector:
    speed, h = np.zeros_like(x), scalar("h")
    for i in range(1, depth + 1):
        speed = speed + h**2 * F(i, x)
        x = x + speed
    return x
