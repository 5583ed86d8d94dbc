"""The first paper's residual networks and their difference form, written by hand.

The difference form is Eq. (20) as Figure 3 has it: a block hands on its sum and what its branch
gave, and both are adapted by weights of their own (`shortcut` and `shortcut2` of A.5).
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
    Res2NeXtBranch,
    SqueezeBranch,
    Stacked,
    outer_key,
    projection,
    projection_key,
    stages_of,
)
from tests.models.same import ByHand

Make = Callable[..., nn.Module]


class Block(nn.Module):
    """A branch beside its shortcut, and beside a second one that only the difference form uses."""

    def __init__(
        self, inputs: int, outputs: int, stride: int, *, branch: Make, bias: bool, old: bool
    ) -> None:
        super().__init__()
        self.branch = branch(inputs, outputs, stride, bias)
        self.shortcut = projection(inputs, outputs, stride, bias)
        if old:
            self.shortcut2 = projection(inputs, outputs, stride, bias)


class Residual(Stacked):
    """He et al. (2016), Eq. (2), and the ReLU after the sum."""

    def walk(self, x: Tensor) -> Tensor:
        for block in self.blocks:
            x = relu(block.branch(x) + block.shortcut(x))
        return x


class Difference(Stacked):
    """Liao et al. (2021), Eq. (20): before the first block, its branch is said to have given 0."""

    def __init__(self, *args: Any, activation: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.last = nn.ReLU() if activation else nn.Identity()

    def walk(self, x: Tensor) -> Tensor:
        before = torch.zeros_like(x)
        for block in self.blocks:
            given = block.branch(x)
            x = self.last(block.shortcut(x) + given - block.shortcut2(before))
            before = given
        return x


def key_of(blocks: Sequence[int], name: Callable[[str], str], old: str = "K") -> Make:
    """From the keys of these modules to those of the network; `old` is what shortcut2 adapts."""
    stages = stages_of(blocks)

    def key(given: str) -> str:
        if not given.startswith("blocks."):
            return outer_key(given)
        _, number, part, *layers, leaf = given.split(".")
        step, layer = int(number) + 1, ".".join(layers)
        if part == "branch":
            return f"W_{step}.{name(layer)}.{leaf}"
        value = f"{'X' if part == 'shortcut' else old}_{step - 1}"
        return f"{projection_key(value, stages[step - 1], layer)}.{leaf}"

    return key


def case(
    model: str,
    branch: Make,
    widths: Sequence[int],
    stem: int,
    blocks: Sequence[int],
    *,
    bias: bool = False,
    kernel: int = 3,
    large: bool = False,
    activation: bool = False,
    **options: Any,
) -> ByHand:
    """A network of the registry beside one of these modules."""
    old = model.startswith("difference")
    kind = partial(Difference, activation=activation) if old else Residual
    make = partial(Block, branch=branch, bias=bias, old=old)
    module = partial(kind, make, blocks, widths, stem, kernel=kernel, bias=bias, large=large)
    name = (branch.func if isinstance(branch, partial) else branch).name
    given = {"blocks": blocks, "activation": activation, **options}
    return ByHand(model, module, key_of(blocks, name), given, (3, 64, 64) if large else (3, 16, 16))


def both(model: str, *args: Any, **options: Any) -> list[ByHand]:
    return [case(f"{form}{model}", *args, **options) for form in ("", "difference_")]


NARROW, WIDE, CHUNKED = (8, 16, 32, 64), (32, 64, 128, 256), (128, 256, 512)
SE_BASIC = partial(SqueezeBranch, branch=BasicBranch, reduction=4)
SE_BOTTLENECK = partial(SqueezeBranch, branch=BottleneckBranch, reduction=4)
RESNEXT = partial(BottleneckBranch, expansion=2, groups=2)
RES2NEXT = partial(Res2NeXtBranch, cardinality=2, scales=4)

CASES = [
    *both("resnet18", BasicBranch, NARROW, 8, (2, 1, 2, 1), width=8),
    *both("resnet50", BottleneckBranch, WIDE, 8, (2, 1, 1, 2), width=8),
    *both("se_resnet18", SE_BASIC, NARROW, 8, (1, 2, 1, 1), bias=True, width=8, reduction=4),
    *both("se_resnet50", SE_BOTTLENECK, WIDE, 8, (1, 1, 2, 1), bias=True, width=8, reduction=4),
    *both(
        "resnext29_2x64d", RESNEXT, NARROW[1:], 8, (2, 1, 2), kernel=1, base_width=4, stem_width=8
    ),
    *both("res2next29_6c24w4s", RES2NEXT, CHUNKED, 32, (1, 2, 1), cardinality=2, base_width=8),
    *both("resnet34_imagenet", BasicBranch, NARROW, 8, (1, 1, 1, 1), large=True, width=8),
    case("difference_resnet34", BasicBranch, NARROW, 8, (2, 2, 1, 1), activation=True, width=8),
]
