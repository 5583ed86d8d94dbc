"""Blocks of bare features (N, C)."""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn

from formula2net.blocks.options import Options
from formula2net.blocks.registry import BlockRef
from formula2net.errors import BlockError, Problem


@dataclass(frozen=True, kw_only=True)
class Linear(Options):
    """linear, norm, activation, linear: a perceptron with one hidden layer.

    Attributes:
        expansion: How many times wider than what it hands on is the hidden layer.

    Raises:
        BlockError: If the backbone has axes of resolution.
    """

    expansion: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.dims not in (None, 0):
            what = f"The block 'linear' reads bare features, and the backbone has dims={self.dims}."
            raise BlockError(Problem(what, try_="block='basic', or Backbone.table(...)"))

    @property
    def axes(self) -> int:
        """Axes of resolution: none."""
        return 0

    def __call__(self, in_width: int, out_width: int, *, stride: int, ref: BlockRef) -> nn.Module:
        """Module from (N, in_width) to (N, out_width)."""
        hidden = self.expansion * out_width
        return self.block(
            ref,
            linear1=self.make_conv(in_width, hidden, 1),
            norm=self.make_norm(hidden),
            act=self.make_act(),
            linear2=nn.Linear(hidden, out_width, bias=self.bias is not False),
        )
