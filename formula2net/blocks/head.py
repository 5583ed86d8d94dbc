"""Heads: what reads X_L."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from torch import nn

from formula2net.blocks.layers import Layers
from formula2net.blocks.options import Options
from formula2net.language.backbone import Head

AVERAGES: Final[Mapping[int, type[nn.Module]]] = {
    1: nn.AdaptiveAvgPool1d,
    2: nn.AdaptiveAvgPool2d,
    3: nn.AdaptiveAvgPool3d,
}


def make_head(head: Head, width: int, options: Options) -> nn.Module:
    """Module from X_L, which is (N, width, R...), to (N, num_classes), (N, width) or X_L itself.

    Args:
        head: Of the backbone.
        width: Channels of X_L.
        options: Axes of resolution, all of which are averaged over; norm and activation.
    """
    dims = options.axes
    first = {"norm": options.make_norm(width), "act": options.make_act()} if head.norm else {}
    if head.kind == "features":
        return Layers.named(**first) if first else nn.Identity()
    classes = head.kind == "classifier"
    return Layers.named(
        **first,
        pool=AVERAGES[dims](1) if dims else None,
        flatten=nn.Flatten() if dims else None,
        drop=nn.Dropout(head.drop_rate) if classes and head.drop_rate else None,
        fc=nn.Linear(width, head.num_classes) if classes else None,
    )
