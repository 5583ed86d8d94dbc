"""Stems: what turns the input of a network into X_0."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from torch import Tensor, nn

from formula2net.blocks.layers import Layers
from formula2net.blocks.options import Options
from formula2net.errors import Problem, ShapeError
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


class StemLayers(Layers):
    """The layers of a stem, which look at the input's shape first; a slice of them does not.

    Attributes:
        dims: Axes of resolution that the input must have.
        in_chans: Channels that it must have; 0 for any input.
        least: Positions that it must have along each axis: the network's strides in all.
    """

    dims: int = 2
    in_chans: int = 0
    least: int = 1

    def forward(self, x: Tensor) -> Tensor:
        """X_0, (N, width, ceil(R / stride)...), of (N, in_chans, R...).

        Raises:
            ShapeError: The input has other axes or channels, or is smaller than the network's
                strides.
        """
        if self.in_chans and isinstance(x, Tensor):  # and no stand-in of a tracer
            self._check(x.shape)
        return super().forward(x)

    def _check(self, shape: Sequence[int]) -> None:
        if len(shape) != self.dims + 2:
            what = f"The network reads inputs of {self.dims + 2} axes."
            axes = ", ".join(("N", str(self.in_chans), *"DHW"[3 - self.dims :]))
            raise ShapeError(Problem(what, got=f"{tuple(shape)}", expected=f"({axes})"))
        if shape[1] != self.in_chans:
            what = f"The network reads {self.in_chans} channels."
            raise ShapeError(Problem(what, got=f"{shape[1]}, in an input of {tuple(shape)}"))
        if any(length < self.least for length in shape[2:]):  # each alone: exports guard on it
            size = "x".join(str(length) for length in shape[2:])
            what = f"An input of {size} is smaller than the network's strides."
            raise ShapeError(Problem(what, expected=f"at least {self.least} along each axis"))


def make_stem(stem: Stem, options: Options, least: int = 1) -> nn.Module:
    """Module from (N, in_chans, R...) to X_0, which is (N, width, ceil(R / stride)...).

    "cifar": conv 3x3, norm, activation. "conv": conv 3x3 alone. "pointwise": conv 1x1, norm,
    activation. "deep": conv 3x3 of stride 2 and conv 3x3, each with norm and activation.
    "imagenet": conv 7x7 of stride 2, norm, activation, max-pool 3x3 of stride 2. "linear": linear,
    norm, activation. "none": X_0 is the input.

    Args:
        stem: Of the backbone.
        options: Axes, norm, activation and initialisation of its layers.
        least: The strides of the whole network, which no input may be smaller than.
    """
    layers = StemLayers.named(**dict(_layers(stem, options).named_children()))
    layers.dims, layers.in_chans, layers.least = options.axes, stem.in_chans, least
    return layers


def _layers(stem: Stem, options: Options) -> Layers:
    """What the stem's kind says."""
    if stem.kind == "none":
        return Layers()
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
