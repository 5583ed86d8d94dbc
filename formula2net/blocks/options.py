"""What blocks, stem and transitions have in common: axes, norm, activation, initialisation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Final, TypeVar

from torch import nn

from formula2net.blocks.activation import ACTIVATIONS, ActivationLike, make_activation
from formula2net.blocks.choice import choose
from formula2net.blocks.drop_path import DropPath
from formula2net.blocks.init import INITS, InitLike, initialise, zero_last
from formula2net.blocks.layers import Layers
from formula2net.blocks.norm import NORMS, NormLike, make_norm
from formula2net.blocks.ref import BlockRef
from formula2net.errors import BlockError, Problem
from formula2net.language.stages import wrong_rate

CONVOLUTIONS: Final[Mapping[int, type[nn.Conv1d | nn.Conv2d | nn.Conv3d]]] = {
    1: nn.Conv1d,
    2: nn.Conv2d,
    3: nn.Conv3d,
}

CHANNEL_DROPS: Final[Mapping[int, type[nn.Module]]] = {
    0: nn.Dropout,
    1: nn.Dropout1d,
    2: nn.Dropout2d,
    3: nn.Dropout3d,
}

Self = TypeVar("Self", bound="Options")


@dataclass(frozen=True, kw_only=True)
class Options:
    """Layers of one make.

    Attributes:
        norm: "batch", "batch_plain" (without weights), "group", "layer", None, or a callable from
            the width to a module.
        activation: "relu", "gelu", "silu", ..., None, or a callable that returns a module.
        weight_init: "kaiming", "xavier", "zero_last" (a block starts as 0), "default" (torch's),
            or a callable that initialises the module it is given.
        bias: Whether convolutions have one; unless given, only where there is no norm to undo it.
        drop_path: How often a block of the last step is left out of a training sample; it grows
            linearly from 0 at the first step (stochastic depth, Huang et al., 2016b).
        dims: Axes of resolution, 0 to 3; None for those of the backbone, 2 without one.
        droppable: Whether what the block makes may be left out.

    Raises:
        BlockError: If a name is unknown, or `drop_path` is given for what cannot be left out.
    """

    droppable: ClassVar[bool] = True

    norm: NormLike = "batch"
    activation: ActivationLike = "relu"
    weight_init: InitLike = "kaiming"
    bias: bool | None = None
    drop_path: float = 0.0
    dims: int | None = None

    def __post_init__(self) -> None:
        if not (self.norm is None or callable(self.norm)):
            choose("norm", self.norm, NORMS)
        if not (self.activation is None or callable(self.activation)):
            choose("activation", self.activation, ACTIVATIONS)
        if not callable(self.weight_init):
            choose("weight initialisation", self.weight_init, INITS)
        if problems := wrong_rate("drop_path", self.drop_path):
            raise BlockError(*problems)
        if self.drop_path and not self.droppable:
            what = f"{type(self).__name__}(drop_path={self.drop_path}) leaves nothing out."
            raise BlockError(Problem(what, expected="drop_path of a block that a sum goes around"))
        if self.dims not in (None, 0, 1, 2, 3):
            what = f"A block cannot have dims={self.dims!r}."
            raise BlockError(Problem(what, expected="0, 1, 2 or 3 axes of resolution"))

    @property
    def axes(self) -> int:
        """Axes of resolution."""
        return 2 if self.dims is None else self.dims

    def with_dims(self: Self, dims: int) -> Self:
        """The same options for a backbone of so many axes.

        Raises:
            BlockError: If others were asked for.
        """
        if self.dims not in (None, dims):
            what = f"{type(self).__name__}(dims={self.dims}) on a backbone with dims={dims}."
            raise BlockError(Problem(what, try_="leave dims out: the backbone decides"))
        return replace(self, dims=dims)

    def make_conv(
        self, in_width: int, out_width: int, kernel: int, stride: int = 1, groups: int = 1
    ) -> nn.Module:
        """Convolution that keeps the resolution R up to its stride: ceil(R / stride).

        Without resolution it is a linear layer. Unless `bias` says otherwise, it has a bias only
        where no norm can undo one.

        Raises:
            BlockError: If the groups do not divide both widths, or there is no resolution, or the
                kernel is even and would change it.
        """
        bias = self.norm is None if self.bias is None else self.bias
        if groups != 1 and (
            groups < 1 or self.axes == 0 or in_width % groups or out_width % groups
        ):
            what = f"A convolution from {in_width} to {out_width} channels has no {groups} groups."
            expected = f"a divisor of both, and dims=1, 2 or 3 (here {self.axes})"
            raise BlockError(Problem(what, expected=expected))
        if kernel < 1 or kernel % 2 == 0:
            what = f"A convolution with a kernel of {kernel} does not keep the resolution."
            raise BlockError(Problem(what, expected="an odd number"))
        if self.axes == 0:
            return nn.Linear(in_width, out_width, bias=bias)
        convolution = CONVOLUTIONS[self.axes]
        padding = kernel // 2
        return convolution(in_width, out_width, kernel, stride, padding, groups=groups, bias=bias)

    def make_drop(self, rate: float, channels: bool = False) -> nn.Module | None:
        """Dropout, or None for a rate of 0.

        Args:
            rate: Its rate.
            channels: Whether whole channels are dropped (Tompson et al., 2015).

        Raises:
            BlockError: If the rate is no probability below 1.
        """
        if problems := wrong_rate("drop", rate):
            raise BlockError(*problems)
        drop = CHANNEL_DROPS[self.axes] if channels else nn.Dropout
        return drop(rate) if rate else None

    def make_norm(self, width: int) -> nn.Module | None:
        """Norm of so many channels."""
        return make_norm(self.norm, width, self.axes)

    def make_act(self) -> nn.Module | None:
        """Activation, a module of its own."""
        return make_activation(self.activation)

    def sequence(self, **layers: nn.Module | None) -> Layers:
        """Initialised layers one after the other, under their names; None is left out."""
        module = Layers.named(**layers)
        initialise(module, self.weight_init)
        return module

    def block(self, ref: BlockRef | None = None, **layers: nn.Module | None) -> Layers:
        """A sequence that starts as 0 if the options say so; a stem or transition must not.

        Args:
            ref: Where the block stands; it is dropped at random if the options say so.
            **layers: In order, None for none.

        Raises:
            BlockError: If it is dropped at random, and is one for all steps.
        """
        module = self.sequence(**layers)
        if self.weight_init == "zero_last":
            zero_last(module)
        if ref is not None and self.drop_path:
            self._add_drop_path(module, ref)
        return module

    def _add_drop_path(self, module: Layers, ref: BlockRef) -> None:
        if ref.name == ref.operator:
            what = f"The block {ref.name} is one for all steps, and drop_path grows with the step."
            raise BlockError(Problem(what, try_=f"{ref.name}[i], or drop_path=0"))
        if ref.step > 1:
            rate = self.drop_path * (ref.step - 1) / max(ref.depth - 1, 1)
            module.add_module("drop_path", DropPath(rate))
