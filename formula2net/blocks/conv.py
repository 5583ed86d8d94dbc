"""Convolutional blocks that end with a norm.

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
    """conv, norm, activation: a layer of a plain CNN.

    Attributes:
        kernel: Size of the convolution.
        groups: Of the convolution; they divide both widths.
        drop: Rate of the dropout of whole channels before it.
    """

    kernel: int = 3
    groups: int = 1
    drop: float = 0.0

    def __call__(self, in_width: int, out_width: int, *, stride: int, ref: BlockRef) -> nn.Module:
        """Module from `in_width` to `out_width` channels."""
        return self.block(
            ref,
            drop=self.make_drop(self.drop, channels=True),
            conv=self.make_conv(in_width, out_width, self.kernel, stride, self.groups),
            norm=self.make_norm(out_width),
            act=self.make_act(),
        )


@dataclass(frozen=True, kw_only=True)
class Basic(Options):
    """conv 3x3, norm, activation, conv 3x3, norm (He et al., 2016a, Figure 5 left)."""

    def __call__(self, in_width: int, out_width: int, *, stride: int, ref: BlockRef) -> nn.Module:
        """Module from `in_width` to `out_width` channels."""
        return self.block(
            ref,
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
        groups: Of the 3x3 convolution (ResNeXt; Xie et al., 2017).
    """

    expansion: int = 4
    groups: int = 1

    def __call__(self, in_width: int, out_width: int, *, stride: int, ref: BlockRef) -> nn.Module:
        """Module from `in_width` to `out_width` channels.

        Raises:
            BlockError: If the inner width, `out_width / expansion`, is not an integer.
        """
        width = inner_width(ref.name, out_width, self.expansion)
        return self.block(
            ref,
            conv1=self.make_conv(in_width, width, 1),
            norm1=self.make_norm(width),
            act1=self.make_act(),
            conv2=self.make_conv(width, width, 3, stride, self.groups),
            norm2=self.make_norm(width),
            act2=self.make_act(),
            conv3=self.make_conv(width, out_width, 1),
            norm3=self.make_norm(out_width),
        )


def inner_width(name: str, out_width: int, expansion: int) -> int:
    """The width inside a bottleneck.

    Raises:
        BlockError: If it is not an integer.
    """
    width, rest = divmod(out_width, expansion)
    if rest or not width:
        what = f"The bottleneck {name} cannot hand on {out_width} channels."
        raise BlockError(Problem(what, expected=f"a multiple of its expansion {expansion}"))
    return width
