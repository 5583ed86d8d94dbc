"""The third paper's networks, written by hand."""

from __future__ import annotations

import re
from collections.abc import Callable

import torch
from sympy import Rational
from torch import Tensor, nn

from tests.formulas import verner
from tests.models.same import CLASSES, ByHand

WIDTH = 6


class Residual(nn.Module):
    """F: norm, ReLU, 3x3 convolution, twice."""

    def __init__(self, width: int = WIDTH) -> None:
        super().__init__()
        self.bn1, self.bn2 = nn.BatchNorm2d(width), nn.BatchNorm2d(width)
        self.conv1 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv1(torch.relu(self.bn1(x)))
        return self.conv2(torch.relu(self.bn2(x)))


class Net(nn.Module):
    """3x3 stem, norm, ReLU; the blocks as `body` stacks them; pool and classifier."""

    def __init__(self, count: int, width: int = WIDTH, stem: int = WIDTH) -> None:
        super().__init__()
        self.conv, self.bn = nn.Conv2d(3, stem, 3, padding=1, bias=False), nn.BatchNorm2d(stem)
        self.F = nn.ModuleList(Residual(width) for _ in range(count))
        self.fc = nn.Linear(stem, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        x = self.body(torch.relu(self.bn(self.conv(x))))
        return self.fc(x.mean(dim=(2, 3)))

    def body(self, x: Tensor) -> Tensor:
        raise NotImplementedError


class Verner(Net):
    """Two steps of order 8: 14 blocks each, their outputs times the factor."""

    FACTOR = 1.0

    def __init__(self) -> None:
        super().__init__(28)

    def body(self, x: Tensor) -> Tensor:
        for step in range(2):
            k: dict[int, Tensor] = {}
            for stage in range(1, 15):
                moved = x + sum(a * k[j] for j, a in verner.A[stage - 1].items())
                k[stage] = self.FACTOR * self.F[14 * step + stage - 1](moved)
            x = x + sum(b * k[j] for j, b in verner.B.items())
        return x


class VernerTimes(Verner):
    FACTOR = 1.2


class VernerLearned(Verner):
    """A number a step, learned."""

    def __init__(self) -> None:
        super().__init__()
        self.h = nn.ParameterList(nn.Parameter(torch.tensor(1.0)) for _ in range(2))

    def body(self, x: Tensor) -> Tensor:
        for step, h in enumerate(self.h):
            k: dict[int, Tensor] = {}
            for stage in range(1, 15):
                moved = x + sum(a * k[j] for j, a in verner.A[stage - 1].items())
                k[stage] = self.F[14 * step + stage - 1](moved) * h
            x = x + sum(b * k[j] for j, b in verner.B.items())
        return x


class Adaptive(Net):
    """One step with all 16 blocks, as far as each sample's error lets it go."""

    def __init__(self) -> None:
        super().__init__(16)

    def body(self, x: Tensor) -> Tensor:
        k: dict[int, Tensor] = {}
        for stage, row in enumerate(verner.A, start=1):
            k[stage] = self.F[stage - 1](x + sum(a * k[j] for j, a in row.items()))
        error = sum(e * k[j] for j, e in verner.ERROR.items())
        size = error.flatten(1).pow(2).mean(dim=1).sqrt()
        factor = (0.8 / size ** (1 / 8)).clamp(0.125, 4)
        return x + factor[:, None, None, None] * sum(b * k[j] for j, b in verner.B.items())


class MidpointPrinted(Net):
    """Eqs. (6) and (7)."""

    def __init__(self) -> None:
        super().__init__(4)

    def body(self, x: Tensor) -> Tensor:
        for first, second in (self.F[:2], self.F[2:]):
            middle = first(x) + x
            x = second(middle / 2) + x
        return x


class RK4Printed(Net):
    """Eqs. (8) and (9)."""

    def __init__(self) -> None:
        super().__init__(8)

    def body(self, x: Tensor) -> Tensor:
        for blocks in (self.F[:4], self.F[4:]):
            k1 = blocks[0](x) + x
            k2 = blocks[1](k1 / 2) + x
            k3 = blocks[2](k2 / 2) + x
            k4 = blocks[3](k3) + x
            x = x + (k1 + 2 * k2 + 2 * k3 + k4) / 6
        return x


def midpoint(first: Callable[[Tensor], Tensor], second: Callable[[Tensor], Tensor], x: Tensor):
    return x + second(x + first(x) / 2)


class Nested(Net):
    """One midpoint step of midpoint steps of midpoint steps."""

    def __init__(self) -> None:
        super().__init__(8)

    def body(self, x: Tensor) -> Tensor:
        a, b, c, d, e, f, g, h = self.F

        def one(y: Tensor) -> Tensor:
            return midpoint(lambda z: midpoint(a, b, z), lambda z: midpoint(c, d, z), y)

        def two(y: Tensor) -> Tensor:
            return midpoint(lambda z: midpoint(e, f, z), lambda z: midpoint(g, h, z), y)

        return midpoint(one, two, x)


class RevNet(Net):
    """Halves that take turns: F is even, G odd."""

    def __init__(self) -> None:
        super().__init__(4, WIDTH // 2)

    def body(self, x: Tensor) -> Tensor:
        a, b = x.chunk(2, dim=1)
        for f, g in (self.F[:2], self.F[2:]):
            a = a + f(b)
            b = b + g(a)
        return torch.cat([a, b], dim=1)


class PolyNet(Net):
    def __init__(self) -> None:
        super().__init__(3)

    def body(self, x: Tensor) -> Tensor:
        for f in self.F:
            once = f(x)
            x = x + once + f(once)
        return x


class LMResNet(Net):
    """k[0] belongs to the second block; the first has no state before."""

    def __init__(self) -> None:
        super().__init__(4)
        self.k = nn.ParameterList(nn.Parameter(torch.tensor(-0.05)) for _ in range(3))

    def body(self, x: Tensor) -> Tensor:
        before, x = x, x + self.F[0](x)
        for k, f in zip(self.k, self.F[1:], strict=True):
            before, x = x, (1 - k) * x + k * before + f(x)
        return x


class LMResNetPrinted(LMResNet):
    def body(self, x: Tensor) -> Tensor:
        out = self.F[0](x)
        x = x + out
        for k, f in zip(self.k, self.F[1:], strict=True):
            new = f(x)
            x, out = (1 - k) * x + k * out + new, new
        return x


class SecondOrder(Net):
    """From rest, with h = 1/2."""

    def __init__(self) -> None:
        super().__init__(4)

    def body(self, x: Tensor) -> Tensor:
        before = x
        for f in self.F:
            before, x = x, 2 * x - before + f(x) / 4
        return x


def keys(block: Callable[[int], str], first_step: int = 1) -> Callable[[str], str]:
    """From a key of a net to the network's.

    `block` names the modules of F, from 0; a scalar has the number of its step.
    """

    def key(name: str) -> str:
        name = re.sub(r"\bbn(\d?)\b", r"norm\1", name)
        if re.match(r"(conv|norm)\.", name):
            return f"stem.{name}"
        if name.startswith("fc."):
            return f"head.{name}"
        if match := re.fullmatch(r"F\.(\d+)\.(.*)", name):
            return f"{block(int(match[1]))}.{match[2]}"
        scalar, _, number = name.partition(".")
        return f"{scalar}_{int(number) + first_step}"

    return key


def in_steps(stages: int) -> Callable[[int], str]:
    return lambda number: f"F_{number // stages + 1}_{number % stages + 1}"


def nested_name(number: int) -> str:
    """The bits of a number say which half of each step it is in."""
    outer, middle, inner = (number >> bit & 1 for bit in (2, 1, 0))
    return f"F_1_{outer + 1}.F_1_{middle + 1}.F_1_{inner + 1}"


def of_step(number: int) -> str:
    return f"F_{number + 1}"


def half_of_step(number: int) -> str:
    return f"{'FG'[number % 2]}_{number // 2 + 1}"


def small(blocks: int, **options):
    return {"blocks": (blocks,), "width": WIDTH, **options}


CASES = [
    ByHand("rk8_x2", Verner, keys(in_steps(14)), small(2)),
    ByHand("rk8_x1", VernerTimes, keys(in_steps(14)), small(2, factor=Rational(6, 5))),
    ByHand(
        "verner89_x1",
        VernerLearned,
        keys(in_steps(14)),
        small(2, factor="learned_per_step"),
    ),
    ByHand("rk8_adaptive_x1", Adaptive, keys(in_steps(16)), small(1)),
    ByHand("midpoint_printed_x2", MidpointPrinted, keys(in_steps(2)), small(2)),
    ByHand("rk4_printed_x2", RK4Printed, keys(in_steps(4)), small(2)),
    ByHand("nested_midpoint_x8_twice", Nested, keys(nested_name), small(1)),
    ByHand("revnet_x8", RevNet, keys(half_of_step), small(2)),
    ByHand("polynet_x8", PolyNet, keys(of_step), small(3)),
    ByHand("lm_resnet_x8", LMResNet, keys(of_step, first_step=2), small(4)),
    ByHand("lm_resnet_printed_x8", LMResNetPrinted, keys(of_step, first_step=2), small(4)),
    ByHand("second_order_x8", SecondOrder, keys(of_step), small(4, step_size=Rational(1, 2))),
]
