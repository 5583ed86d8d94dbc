"""Heads: what reads X_L."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from torch import nn

from formula2net.blocks.layers import Layers
from formula2net.language.backbone import Head

AVERAGES: Final[Mapping[int, type[nn.Module]]] = {
    1: nn.AdaptiveAvgPool1d,
    2: nn.AdaptiveAvgPool2d,
    3: nn.AdaptiveAvgPool3d,
}


def make_head(head: Head, width: int, dims: int) -> nn.Module:
    """Module from X_L, which is (N, width, R...), to (N, num_classes), or X_L itself.

    Args:
        head: Of the backbone.
        width: Channels of X_L.
        dims: Axes of resolution; the classifier averages over all of them.
    """
    if head.kind == "features":
        return nn.Identity()
    return Layers.named(
        pool=AVERAGES[dims](1) if dims else None,
        flatten=nn.Flatten() if dims else None,
        fc=nn.Linear(width, head.num_classes),
    )
