"""Blocks that are parts of others: what formulas inside a block are made of."""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn

from formula2net.blocks.options import Options
from formula2net.blocks.ref import BlockRef
from formula2net.blocks.stem import MAX_POOLS
from formula2net.blocks.transition import POOLS
from formula2net.errors import BlockError, Problem


@dataclass(frozen=True, kw_only=True)
class NormAct(Options):
    """norm, activation: a `Norm` of a formula."""

    droppable = False

    def __call__(self, in_width: int, out_width: int, *, stride: int, ref: BlockRef) -> nn.Module:
        """Module that keeps the width; `stride` is 1."""
        return self.sequence(norm=self.make_norm(in_width), act=self.make_act())


@dataclass(frozen=True, kw_only=True)
class Pool(Options):
    """max- or average-pooling over as many positions as it strides; no parameters.

    It keeps the width, so its operator says it: that of what it reads, in widths of its stage.

    Attributes:
        kind: "max" or "avg".

    Raises:
        BlockError: If it is neither.
    """

    droppable = False
    kind: str = "max"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.kind not in ("max", "avg"):
            raise BlockError(Problem(f"Unknown pool: {self.kind!r}.", expected="'max' or 'avg'"))

    def __call__(self, in_width: int, out_width: int, *, stride: int, ref: BlockRef) -> nn.Module:
        """Module that keeps the width.

        Raises:
            BlockError: If the operator says another width.
        """
        if in_width != out_width:
            what = f"The pool {ref.name} cannot turn {in_width} channels into {out_width}."
            try_ = f"Operator({ref.operator.rpartition('.')[2]!r}, width=...)"
            raise BlockError(Problem(what, try_=try_))
        pools = MAX_POOLS if self.kind == "max" else POOLS
        made = pools[self.axes](stride, stride, ceil_mode=True) if stride > 1 else None
        return self.sequence(pool=made)


@dataclass(frozen=True, kw_only=True)
class Narrow(Options):
    """conv 1x1 to the width that it hands on, norm, activation, conv 3x3.

    The bottleneck of Sequentially Aggregated Convolutional Networks (Huang et al., 2018), whose
    norm and activation after the sum are the formula's.

    Attributes:
        groups: Of the 3x3 convolution.
        drop: Rate of the dropout of whole channels before it all.
    """

    groups: int = 1
    drop: float = 0.0

    def __call__(self, in_width: int, out_width: int, *, stride: int, ref: BlockRef) -> nn.Module:
        """Module from `in_width` to `out_width` channels."""
        return self.block(
            ref,
            drop=self.make_drop(self.drop, channels=True),
            conv1=self.make_conv(in_width, out_width, 1),
            norm=self.make_norm(out_width),
            act=self.make_act(),
            conv2=self.make_conv(out_width, out_width, 3, stride, self.groups),
        )


@dataclass(frozen=True, kw_only=True)
class Gate(Options):
    """conv 3x3 with a bias that keeps the gate nearly shut at the start (Srivastava et al., 2015).

    Attributes:
        start: The bias before training; sigmoid(-2) is 0.12.
    """

    droppable = False
    start: float = -2.0

    def __call__(self, in_width: int, out_width: int, *, stride: int, ref: BlockRef) -> nn.Module:
        """Module from `in_width` to `out_width` channels, without a norm."""
        kernel = 3 if self.axes else 1
        layers = self.sequence(conv=self._biased().make_conv(in_width, out_width, kernel, stride))
        nn.init.constant_(layers.conv.bias, self.start)
        return layers

    def _biased(self) -> Options:
        return Options(norm=None, weight_init=self.weight_init, dims=self.dims)
