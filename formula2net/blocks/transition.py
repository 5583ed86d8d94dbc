"""Transitions: what adapts a value to a stage of another shape (design 13)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from torch import Tensor, nn
from torch.nn import functional

from formula2net.blocks.choice import choose
from formula2net.blocks.options import Options
from formula2net.blocks.registry import BlockRef, CheckedBlock
from formula2net.errors import Problem, ShapeError
from formula2net.language.backbone import Shape

POOLS: Final[Mapping[int, type[nn.AvgPool1d | nn.AvgPool2d | nn.AvgPool3d]]] = {
    1: nn.AvgPool1d,
    2: nn.AvgPool2d,
    3: nn.AvgPool3d,
}


class Subsample(nn.Module):
    """Every `stride`-th position, and new channels that are 0 (He et al., 2016a, option A).

    Maps (N, C, R...) to (N, C + extra, ceil(R / stride)...).
    """

    def __init__(self, stride: int, extra: int, dims: int) -> None:
        super().__init__()
        self.stride, self.extra, self.dims = stride, extra, dims

    def forward(self, x: Tensor) -> Tensor:
        """The same values at fewer positions, then zeros."""
        if self.stride > 1:
            x = x[(slice(None), slice(None), *[slice(None, None, self.stride)] * self.dims)]
        return functional.pad(x, [0, 0] * self.dims + [0, self.extra]) if self.extra else x

    def extra_repr(self) -> str:
        """Its numbers, for printing."""
        return f"stride={self.stride}, extra={self.extra}, dims={self.dims}"


def projection(in_width: int, out_width: int, stride: int, options: Options) -> nn.Module:
    """Conv 1x1, norm (option B)."""
    return options.sequence(
        conv=options.make_conv(in_width, out_width, 1, stride),
        norm=options.make_norm(out_width),
    )


def conv(in_width: int, out_width: int, stride: int, options: Options) -> nn.Module:
    """Conv 1x1, without a norm: for networks whose blocks begin with one."""
    return options.sequence(conv=options.make_conv(in_width, out_width, 1, stride))


def identity(in_width: int, out_width: int, stride: int, options: Options) -> nn.Module:
    """No parameters."""
    if out_width < in_width:
        what = f"A transition of kind 'identity' cannot turn {in_width} channels into {out_width}."
        raise ShapeError(Problem(what, try_="transition='projection'"))
    return Subsample(stride, out_width - in_width, options.axes)


def avgpool(in_width: int, out_width: int, stride: int, options: Options) -> nn.Module:
    """Average pool, conv 1x1, norm, so that no position is lost (He et al., 2019, ResNet-D)."""
    return options.sequence(
        pool=POOLS[options.axes](stride, stride, ceil_mode=True) if stride > 1 else None,
        conv=options.make_conv(in_width, out_width, 1),
        norm=options.make_norm(out_width),
    )


def layer(in_width: int, out_width: int, stride: int, options: Options) -> nn.Module:
    """Conv 3x3, norm, activation."""
    return options.sequence(
        conv=options.make_conv(in_width, out_width, 3, stride),
        norm=options.make_norm(out_width),
        act=options.make_act(),
    )


TRANSITION_MAKERS: Final[Mapping[str, Callable[[int, int, int, Options], nn.Module]]] = {
    "avgpool": avgpool,
    "conv": conv,
    "identity": identity,
    "layer": layer,
    "projection": projection,
}


def make_transition(
    kind: str | Callable[..., Any],
    in_shape: Shape,
    out_shape: Shape,
    options: Options,
    ref: BlockRef | None = None,
) -> nn.Module:
    """Module from values of one shape to values of another.

    Args:
        kind: Of the backbone: a name, or a callable with the signature of a block.
        in_shape: Of the value.
        out_shape: Of the stage that reads it.
        options: Axes, norm, activation and initialisation of its layers.
        ref: What a callable is told about its place.

    Raises:
        ShapeError: If the resolution would have to grow, or by another ratio than an integer.
        BlockError: If the name is unknown, or a callable does not keep the contract of blocks.
    """
    stride, rest = divmod(out_shape.stride, in_shape.stride)
    if rest or not stride:
        what = (
            f"A value of {in_shape.width} channels at 1/{in_shape.stride} of the input's resolution"
            f" cannot become one of {out_shape.width} channels at 1/{out_shape.stride}."
        )
        raise ShapeError(Problem(what, expected="a resolution divided by an integer"))
    if callable(kind):
        place = ref or BlockRef("transition", 0, 0)
        make = CheckedBlock(kind, options.axes)
        return make(in_shape.width, out_shape.width, stride=stride, ref=place)
    make_named = choose("transition", kind, TRANSITION_MAKERS)
    return make_named(in_shape.width, out_shape.width, stride, options)
