"""What else the first paper writes down or computes, written by hand.

Liao et al. (2021), Eqs. (1), (3), (21), A.4 and A.5. What a block does not read in its own shape is
adapted by a 1x1 convolution with a norm, as `shortcut` in A.5.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import relu

from tests.models.by_hand_parts import (
    BasicBranch,
    BottleneckBranch,
    Stacked,
    outer_key,
    projection,
    projection_key,
    stages_of,
)
from tests.models.by_hand_residual import NARROW, WIDE, Block, key_of
from tests.models.same import ByHand


class Plain(Stacked):
    """Eq. (3)."""

    def walk(self, x: Tensor) -> Tensor:
        for block in self.blocks:
            x = relu(block(x))
        return x


class Skipping(Stacked):
    """Beside block i stands what adapts a value of step i - LAG to step i, if anything must."""

    LAG = 1

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        steps = range(1, len(self.shapes))
        self.skips = nn.ModuleList(self.between(max(i - self.LAG, 0), i) for i in steps)

    def between(self, old: int, new: int) -> nn.Sequential:
        """What adapts a value of one step to another."""
        (inputs, before), (outputs, after) = self.shapes[old], self.shapes[new]
        return projection(inputs, outputs, after // before)


class HighwayBlock(nn.Module):
    """A branch, and a gate with a bias and without a norm."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.branch = BasicBranch(inputs, outputs, stride)
        self.gate = nn.Conv2d(inputs, outputs, 3, stride, 1)

    @staticmethod
    def name(step: int, layer: str) -> str:
        if layer == "gate":
            return f"T_{step}.conv"
        return f"H_{step}.{BasicBranch.name(layer.removeprefix('branch.'))}"


class Highway(Skipping):
    """Eq. (1): y = f(x) t(x) + x (1 - t(x))."""

    def walk(self, x: Tensor) -> Tensor:
        for block, skip in zip(self.blocks, self.skips, strict=True):
            gate = torch.sigmoid(block.gate(x))
            x = block.branch(x) * gate + skip(x) * (1 - gate)
        return x


class Twin(Skipping):
    """Eq. (21): X_q = W_q X_{q-1} + X_0; one projection of X_0 for all blocks of a stage."""

    def __init__(self, make: Any, blocks: Sequence[int], *args: Any, **options: Any) -> None:
        super().__init__(make, blocks, *args, **options)
        self.stages = stages_of(blocks)
        firsts = [self.stages.index(stage) + 1 for stage in sorted(set(self.stages))]
        self.skips = nn.ModuleList(self.between(0, step) for step in firsts)

    def walk(self, x: Tensor) -> Tensor:
        adapted = [skip(x) for skip in self.skips]
        for block, stage in zip(self.blocks, self.stages, strict=True):
            x = block(x) + adapted[stage - 1]
        return x


class Example1(Skipping):
    """A.4.1: X_i = W_i X_{i-1} + X_{i-2}, and X_1 = W_1 X_0."""

    LAG = 2

    def walk(self, x: Tensor) -> Tensor:
        before, x = x, self.blocks[0](x)
        for block, skip in zip(self.blocks[1:], self.skips[1:], strict=True):
            before, x = x, block(x) + skip(before)
        return x


class Example2(Skipping):
    """A.4.2: X_i = W_i X_{i-1} + W_{i-1} X_{i-2}, and X_1 = W_1 X_0."""

    def walk(self, x: Tensor) -> Tensor:
        before = x = self.blocks[0](x)
        for block, skip in zip(self.blocks[1:], self.skips[1:], strict=True):
            given = block(x)
            before, x = given, given + skip(before)
        return x


class Published(Stacked):
    """A.5, with what its statements do to each other's tensors written out.

    `outp` and `out` are one tensor when the shortcut is added in place, so what is handed on as
    x[0] is the sum; x[0] of the first block is not given, and is 0 here.
    """

    def walk(self, x: Tensor) -> Tensor:
        handed = torch.zeros_like(x)
        for block in self.blocks:
            total = block.branch(x) + block.shortcut(x)
            x, handed = relu(total) - block.shortcut2(handed), total
        return x


class PublishedInPlace(Stacked):
    """A.5 with the very operations that it has: two names for one tensor, sums in place.

    Attributes:
        first: x[0] of the first block, from its x[1].
    """

    first: Callable[[Tensor], Tensor] = staticmethod(torch.zeros_like)

    def walk(self, x: Tensor) -> Tensor:
        pair = torch.stack((self.first(x), x))
        for block in self.blocks:
            value = block.branch(pair[1])
            alias = value
            value += block.shortcut(pair[1])
            value = relu(value)
            value -= block.shortcut2(pair[0])
            pair = torch.stack((alias, value))
        return pair[1]


def skipping_key(
    blocks: Sequence[int],
    adapted: Callable[[int], str] = lambda step: f"X_{step - 1}",
    name: Callable[[int, str], str] = lambda step, layer: f"W_{step}.{BasicBranch.name(layer)}",
) -> Callable[[str], str]:
    """From the keys of these modules to those of the network.

    Args:
        blocks: Of each stage.
        adapted: The value that is adapted to a step.
        name: The network's for a layer of a step's block.
    """
    stages = stages_of(blocks)

    def key(given: str) -> str:
        part, _, rest = given.partition(".")
        if part not in ("blocks", "skips"):
            return outer_key(given)
        number, *layers, leaf = rest.split(".")
        step, layer = int(number) + 1, ".".join(layers)
        if part == "blocks":
            return f"{name(step, layer)}.{leaf}"
        return f"{projection_key(adapted(step), stages[step - 1], layer)}.{leaf}"

    return key


def twin_key(given: str) -> str:
    """From the keys of `Twin`, whose skips are numbered by stage."""
    if not given.startswith("skips."):
        return skipping_key(BLOCKS)(given)
    _, stage, layer, leaf = given.split(".")
    return f"{projection_key('X_0', int(stage) + 1, layer)}.{leaf}"


BLOCKS = (2, 2, 1, 2)
A5 = partial(Block, branch=BasicBranch, bias=False, old=True)
A5_2 = partial(Block, branch=BottleneckBranch, bias=False, old=True)
TWO_BACK = skipping_key(BLOCKS, lambda step: f"X_{step - 2}")
OF_THE_BLOCK = skipping_key(BLOCKS, lambda step: f"X_W_{step - 1}")
GATED = skipping_key(BLOCKS, name=HighwayBlock.name)


def case(
    model: str,
    kind: type[Stacked],
    make: Callable[..., nn.Module],
    key: Callable[[str], str],
    widths: Sequence[int] = NARROW,
    **options: Any,
) -> ByHand:
    given = {"blocks": BLOCKS, "width": 8, **options}
    return ByHand(model, partial(kind, make, BLOCKS, widths, 8), key, given)


CASES = [
    case("plain18", Plain, BasicBranch, skipping_key(BLOCKS)),
    case("highway18", Highway, HighwayBlock, GATED),
    case("difference_twin18", Twin, BasicBranch, twin_key),
    case("additional_example_1_18", Example1, BasicBranch, TWO_BACK),
    case("additional_example_2_18", Example2, BasicBranch, OF_THE_BLOCK),
    case("published_a5_18", Published, A5, key_of(BLOCKS, BasicBranch.name, "S")),
]
BOTTLENECK_KEY = key_of(BLOCKS, BottleneckBranch.name, "S")
BOTTLENECK = case("published_a5_18", Published, A5_2, BOTTLENECK_KEY, WIDE, bottleneck=True)
