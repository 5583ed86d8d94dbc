"""Convolutional blocks that begin with a norm: what they hand on, sums may carry unchanged."""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn

from formula2net.blocks.conv import inner_width
from formula2net.blocks.options import Options
from formula2net.blocks.ref import BlockRef
from formula2net.blocks.transition import POOLS


@dataclass(frozen=True, kw_only=True)
class PreAct(Options):
    """norm, activation, conv 3x3, twice (He et al., 2016b, Figure 4e).

    Attributes:
        drop: Rate of the dropout between the convolutions (Zagoruyko & Komodakis, 2016).
    """

    drop: float = 0.0

    def __call__(self, in_width: int, out_width: int, *, stride: int, ref: BlockRef) -> nn.Module:
        """Module from `in_width` to `out_width` channels."""
        return self.block(
            ref,
            norm1=self.make_norm(in_width),
            act1=self.make_act(),
            conv1=self.make_conv(in_width, out_width, 3, stride),
            norm2=self.make_norm(out_width),
            act2=self.make_act(),
            drop=self.make_drop(self.drop),
            conv2=self.make_conv(out_width, out_width, 3),
        )


@dataclass(frozen=True, kw_only=True)
class PreActBottleneck(Options):
    """norm, activation and a conv, thrice: 1x1, 3x3, 1x1 (He et al., 2016b, for 164 layers on).

    Attributes:
        expansion: How many times wider than inside is what it hands on.
    """

    expansion: int = 4

    def __call__(self, in_width: int, out_width: int, *, stride: int, ref: BlockRef) -> nn.Module:
        """Module from `in_width` to `out_width` channels.

        Raises:
            BlockError: If the inner width, `out_width / expansion`, is not an integer.
        """
        width = inner_width(ref.name, out_width, self.expansion)
        return self.block(
            ref,
            norm1=self.make_norm(in_width),
            act1=self.make_act(),
            conv1=self.make_conv(in_width, width, 1),
            norm2=self.make_norm(width),
            act2=self.make_act(),
            conv2=self.make_conv(width, width, 3, stride),
            norm3=self.make_norm(width),
            act3=self.make_act(),
            conv3=self.make_conv(width, out_width, 1),
        )


@dataclass(frozen=True, kw_only=True)
class DenseLayer(Options):
    """norm, activation, conv 3x3 (Huang et al., 2017); the same after a conv 1x1 (DenseNet-B).

    Attributes:
        bottleneck: Width that the conv 1x1 hands on, in widths of the layer; 0 for none.
        drop: Rate of the dropout after it.
    """

    bottleneck: int = 4
    drop: float = 0.0

    def __call__(self, in_width: int, out_width: int, *, stride: int, ref: BlockRef) -> nn.Module:
        """Module from `in_width` to `out_width` channels."""
        inner = self.bottleneck * out_width
        return self.block(
            ref,
            norm1=self.make_norm(in_width),
            act1=self.make_act(),
            conv1=self.make_conv(in_width, inner, 1) if inner else None,
            norm2=self.make_norm(inner) if inner else None,
            act2=self.make_act() if inner else None,
            conv2=self.make_conv(inner or in_width, out_width, 3, stride),
            drop=self.make_drop(self.drop),
        )


@dataclass(frozen=True, kw_only=True)
class Compress(Options):
    """norm, activation, conv 1x1, average pool: between dense blocks (Huang et al., 2017).

    Attributes:
        drop: Rate of the dropout before the pool.
    """

    drop: float = 0.0

    def __call__(self, in_width: int, out_width: int, *, stride: int, ref: BlockRef) -> nn.Module:
        """Module from `in_width` to `out_width` channels."""
        return self.block(
            ref,
            norm=self.make_norm(in_width),
            act=self.make_act(),
            conv=self.make_conv(in_width, out_width, 1),
            drop=self.make_drop(self.drop),
            pool=POOLS[self.axes](stride, stride, ceil_mode=True) if stride > 1 else None,
        )
