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
KERNELS: Final[Mapping[str, tuple[int, int]]] = {  # and stride, of the first convolution
    "cifar": (3, 1),
    "conv": (3, 1),
    "deep": (3, 2),
    "imagenet": (7, 2),
    "linear": (1, 1),
    "pointwise": (1, 1),
}


def make_stem(stem: Stem, options: Options) -> nn.Module:
    """Module from (N, in_chans, R...) to X_0, which is (N, width, ceil(R / stride)...).

    "cifar": conv 3x3, norm, activation. "conv": conv 3x3 alone. "pointwise": conv 1x1, norm,
    activation. "deep": conv 3x3 of stride 2 and conv 3x3, each with norm and activation.
    "imagenet": conv 7x7 of stride 2, norm, activation, max-pool 3x3 of stride 2. "linear": linear,
    norm, activation. "none": X_0 is the input.

    Args:
        stem: Of the backbone.
        options: Axes, norm, activation and initialisation of its layers.
    """
    if stem.kind == "none":
        return nn.Identity()
    kernel, stride = KERNELS[stem.kind]
    conv = options.make_conv(stem.in_chans, stem.width, kernel, stride)
    if stem.kind == "conv":
        return options.sequence(conv=conv)
    norm, act = options.make_norm(stem.width), options.make_act()
    if stem.kind == "deep":
        return options.sequence(
            conv1=conv,
            norm1=norm,
            act1=act,
            conv2=options.make_conv(stem.width, stem.width, kernel),
            norm2=options.make_norm(stem.width),
            act2=options.make_act(),
        )
    pool = MAX_POOLS[options.axes](3, 2, 1) if stem.kind == "imagenet" else None
    return options.sequence(conv=conv, norm=norm, act=act, pool=pool)
