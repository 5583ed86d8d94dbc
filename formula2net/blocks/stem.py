"""Stems: what turns the input of a network into X_0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from torch import nn

from formula2net.blocks.options import Options
from formula2net.language.backbone import Stem

MAX_POOLS: Final[Mapping[int, type[nn.Module]]] = {
    1: nn.MaxPool1d,
    2: nn.MaxPool2d,
    3: nn.MaxPool3d,
}


def make_stem(stem: Stem, options: Options) -> nn.Module:
    """Module from (N, in_chans, R...) to X_0, which is (N, width, ceil(R / stride)...).

    "cifar": conv 3x3, norm, activation. "imagenet": conv 7x7 of stride 2, norm, activation,
    max-pool 3x3 of stride 2. "linear": linear, norm, activation. "none": X_0 is the input.

    Args:
        stem: Of the backbone.
        options: Axes, norm, activation and initialisation of its layers.
    """
    if stem.kind == "none":
        return nn.Identity()
    large = stem.kind == "imagenet"
    return options.sequence(
        conv=options.make_conv(stem.in_chans, stem.width, *((7, 2) if large else (3, 1))),
        norm=options.make_norm(stem.width),
        act=options.make_act(),
        pool=MAX_POOLS[options.axes](3, 2, 1) if large else None,
    )
