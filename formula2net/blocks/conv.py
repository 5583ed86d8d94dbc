"""Convolutional blocks.

The stride stands in the first 3x3 convolution. Without resolution (`dims=0`) convolutions are
linear layers. What follows a sum, such as the ReLU of ResNet, belongs to the formula.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn

from formula2net.blocks.options import Options
from formula2net.blocks.registry import BlockRef
from formula2net.errors import BlockError, Problem


@dataclass(frozen=True, kw_only=True)
class Plain(Options):
    """conv 3x3, norm, activation: a layer of a plain CNN."""

    def __call__(self, in_width: int, out_width: int, *, stride: int, ref: BlockRef) -> nn.Module:
        """Module from `in_width` to `out_width` channels."""
        return self.block(
            conv=self.make_conv(in_width, out_width, 3, stride),
            norm=self.make_norm(out_width),
            act=self.make_act(),
        )


@dataclass(frozen=True, kw_only=True)
class Basic(Options):
    """conv 3x3, norm, activation, conv 3x3, norm (He et al., 2016a, Figure 5 left)."""

    def __call__(self, in_width: int, out_width: int, *, stride: int, ref: BlockRef) -> nn.Module:
        """Module from `in_width` to `out_width` channels."""
        return self.block(
            conv1=self.make_conv(in_width, out_width, 3, stride),
            norm1=self.make_norm(out_width),
            act=self.make_act(),
            conv2=self.make_conv(out_width, out_width, 3),
            norm2=self.make_norm(out_width),
        )


@dataclass(frozen=True, kw_only=True)
class Bottleneck(Options):
    """conv 1x1, conv 3x3, conv 1x1 with norms, and activations between (Figure 5 right).

    Attributes:
        expansion: How many times wider than inside is what it hands on.
    """

    expansion: int = 4

    def __call__(self, in_width: int, out_width: int, *, stride: int, ref: BlockRef) -> nn.Module:
        """Module from `in_width` to `out_width` channels.

        Raises:
            BlockError: If the inner width, `out_width / expansion`, is not an integer.
        """
        width, rest = divmod(out_width, self.expansion)
        if rest or not width:
            what = f"The bottleneck {ref.name} cannot hand on {out_width} channels."
            expected = f"a multiple of its expansion {self.expansion}"
            raise BlockError(Problem(what, expected=expected))
        return self.block(
            conv1=self.make_conv(in_width, width, 1),
            norm1=self.make_norm(width),
            act1=self.make_act(),
            conv2=self.make_conv(width, width, 3, stride),
            norm2=self.make_norm(width),
            act2=self.make_act(),
            conv3=self.make_conv(width, out_width, 1),
            norm3=self.make_norm(out_width),
        )


@dataclass(frozen=True, kw_only=True)
class PreAct(Options):
    """norm, activation, conv 3x3, twice (He et al., 2016b, Figure 4e)."""

    def __call__(self, in_width: int, out_width: int, *, stride: int, ref: BlockRef) -> nn.Module:
        """Module from `in_width` to `out_width` channels."""
        return self.block(
            norm1=self.make_norm(in_width),
            act1=self.make_act(),
            conv1=self.make_conv(in_width, out_width, 3, stride),
            norm2=self.make_norm(out_width),
            act2=self.make_act(),
            conv2=self.make_conv(out_width, out_width, 3),
        )
