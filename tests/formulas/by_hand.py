"""Every formula of the registry once more, as a person would code it, without the library.

`BY_HAND[name](x, depth)` is the output of the network; Runge-Kutta methods are in `runge_kutta`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from tests.formulas.arithmetic import ACTIVATIONS, WIDTH, Vector, block, scalar

Net = Callable[[Vector, int], Vector]
BY_HAND: dict[str, Net] = {}
relu, sigmoid = ACTIVATIONS["relu"], ACTIVATIONS["sigmoid"]


def by_hand(net: Net) -> Net:
    BY_HAND[net.__name__] = net
    return net


def numbered(name: str, i: int, x: Vector) -> Vector:
    return block(f"{name}_{i}", x)


W, F = partial(numbered, "W"), partial(numbered, "F")


@by_hand
def plain(x: Vector, depth: int) -> Vector:
    for i in range(1, depth + 1):
        x = W(i, x)
    return x


@by_hand
def plain_relu(x: Vector, depth: int) -> Vector:
    for i in range(1, depth + 1):
        x = relu(W(i, x))
    return x


@by_hand
def resnet(x: Vector, depth: int) -> Vector:
    for i in range(1, depth + 1):
        x = x + W(i, x)
    return x


@by_hand
def resnet_relu(x: Vector, depth: int) -> Vector:
    for i in range(1, depth + 1):
        x = relu(x + W(i, x))
    return x


@by_hand
def difference(x: Vector, depth: int) -> Vector:
    before, out_before, x = x, W(1, x), x + W(1, x)
    for i in range(2, depth + 1):
        assert np.array_equal(out_before, W(i - 1, before))
        before, out_before, x = x, W(i, x), x + W(i, x) - out_before
    return x


@by_hand
def difference_twin(x: Vector, depth: int) -> Vector:
    first = x
    for i in range(1, depth + 1):
        x = W(i, x) + first
    return x


@by_hand
def difference_system(x: Vector, depth: int) -> Vector:
    old = np.zeros_like(x)
    for i in range(1, depth + 1):
        new = W(i, x)
        x, old = x + new - old, new
    return x


@by_hand
def published_a5(x: Vector, depth: int) -> Vector:
    """A.5.1 line by line, with the aliasing of `outp` and the in-place sum; x[0] starts as 0."""
    handed = np.zeros_like(x)
    for i in range(1, depth + 1):
        out = W(i, x)
        outp = out
        out += x
        out = relu(out)
        out = out - handed
        handed, x = outp, out
    return x


@by_hand
def published_a5_system(x: Vector, depth: int) -> Vector:
    handed = np.zeros_like(x)
    for i in range(1, depth + 1):
        total = x + W(i, x)
        x, handed = relu(total) - handed, total
    return x


@by_hand
def additional_example_1(x: Vector, depth: int) -> Vector:
    before, x = x, W(1, x)
    for i in range(2, depth + 1):
        before, x = x, W(i, x) + before
    return x


@by_hand
def additional_example_2(x: Vector, depth: int) -> Vector:
    before, x = x, W(1, x)
    for i in range(2, depth + 1):
        before, x = x, W(i, x) + W(i - 1, before)
    return x


@by_hand
def leapfrog(x: Vector, depth: int) -> Vector:
    before, x = x, x + F(1, x)
    for i in range(2, depth + 1):
        before, x = x, before + 2 * F(i, x)
    return x


@by_hand
def highway(x: Vector, depth: int) -> Vector:
    for i in range(1, depth + 1):
        gate = sigmoid(block(f"T_{i}", x))
        x = gate * block(f"H_{i}", x) + (1 - gate) * x
    return x


@by_hand
def squeeze_excitation(x: Vector, depth: int) -> Vector:
    for i in range(1, depth + 1):
        u = relu(block(f"B_{i}", x))
        squeezed = relu(block(f"S_{i}", u, WIDTH // 16))  # without resolution, u is its own mean
        x = u * sigmoid(block(f"E_{i}", squeezed))
    return x


@by_hand
def res2net_chunks(x: Vector, depth: int) -> Vector:
    chunks = np.split(x, depth)
    values = [chunks[0], block("K_2", chunks[1], len(chunks[1]))]
    for k in range(3, depth + 1):
        values.append(block(f"K_{k}", chunks[k - 1] + values[-1], len(chunks[0])))
    return np.concatenate(values)


@by_hand
def res2next_block(x: Vector, depth: int) -> Vector:
    for i in range(1, depth + 1):
        y = np.split(block(f"A_{i}", x, 2 * WIDTH), 4)
        z = [y[0], block(f"R_{i}.K_2", y[1], WIDTH // 2)]
        z.append(block(f"R_{i}.K_3", y[2] + z[1], WIDTH // 2))
        z.append(block(f"R_{i}.K_4", y[3] + z[2], WIDTH // 2))
        x = block(f"B_{i}", np.concatenate(z))
    return x


@by_hand
def seqconv(x: Vector, depth: int) -> Vector:
    seen, groups = x, []
    for i in range(1, depth + 1):
        groups.append(F(i, seen))
        seen = np.concatenate([seen, groups[-1]])
    return np.concatenate(groups)


@by_hand
def seqconv_windowed(x: Vector, depth: int) -> Vector:
    seen = np.split(x, 4)
    for i in range(1, depth + 1):
        seen.append(F(i, np.concatenate(seen[-4:])))
    return np.concatenate(seen[4:])


@by_hand
def densenet(x: Vector, depth: int) -> Vector:
    for i in range(1, depth + 1):
        x = np.concatenate([x, F(i, x)])
    return x


@by_hand
def revnet(x: Vector, depth: int) -> Vector:
    x1, x2 = np.split(x, 2)
    for i in range(1, depth + 1):
        x1 = x1 + F(i, x2)
        x2 = x2 + block(f"G_{i}", x1)
    return np.concatenate([x1, x2])


@by_hand
def hyper_connection(x: Vector, depth: int) -> Vector:
    lanes = range(1, 5)
    streams = np.stack([x] * 4)
    for i in range(1, depth + 1):
        read = np.array([scalar(f"p_{i}_{j}") for j in lanes])
        mixed = np.array([[scalar(f"a_{i}_{k}_{j}") for j in lanes] for k in lanes])
        spread = np.array([scalar(f"b_{i}_{k}") for k in lanes])
        streams = mixed @ streams + np.outer(spread, W(i, read @ streams))
    return streams.sum(axis=0)


def adams_bashforth(weights: list[float], x: Vector, depth: int) -> Vector:
    """Weights by lag; the first steps are forward Euler."""
    slopes: list[Vector] = []
    for i in range(1, depth + 1):
        slopes.insert(0, F(i, x))
        latest = slopes[: len(weights)]
        ready = len(latest) == len(weights)
        x = x + (sum(w * k for w, k in zip(weights, latest, strict=True)) if ready else slopes[0])
    return x


@by_hand
def adams_bashforth2(x: Vector, depth: int) -> Vector:
    return adams_bashforth([3 / 2, -1 / 2], x, depth)


@by_hand
def adams_bashforth3(x: Vector, depth: int) -> Vector:
    return adams_bashforth([23 / 12, -4 / 3, 5 / 12], x, depth)


@by_hand
def adams_bashforth4(x: Vector, depth: int) -> Vector:
    return adams_bashforth([55 / 24, -59 / 24, 37 / 24, -3 / 8], x, depth)


def runge_kutta(A: list[list[float]], b: list[float], x: Vector, depth: int) -> Vector:
    """Steps of the explicit method (A, b), its step size in the blocks."""
    for i in range(1, depth + 1):
        slopes: list[Vector] = []
        for s, row in enumerate(A, start=1):
            moved = x + sum((a * k for a, k in zip(row, slopes, strict=True)), np.zeros_like(x))
            slopes.append(block(f"F_{i}_{s}", moved))
        x = x + sum(w * k for w, k in zip(b, slopes, strict=True))
    return x
