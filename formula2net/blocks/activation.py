"""Activations by name, for blocks and for formulas; and what formulas have besides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import torch
from torch import Tensor, fx, nn

from formula2net.blocks.choice import choose
from formula2net.errors import BlockError, Problem

ActivationLike = str | Callable[[], nn.Module] | None

ACTIVATIONS: Final[Mapping[str, type[nn.Module]]] = {
    "elu": nn.ELU,
    "gelu": nn.GELU,
    "leaky_relu": nn.LeakyReLU,
    "mish": nn.Mish,
    "relu": nn.ReLU,
    "sigmoid": nn.Sigmoid,
    "silu": nn.SiLU,
    "softplus": nn.Softplus,
    "tanh": nn.Tanh,
}


# A tracer does not know how many axes there are, so it takes these two as they are.
@fx.wrap
def mean_position(x: Tensor) -> Tensor:
    """The mean over all positions: (N, C, R...) to (N, C, 1...)."""
    return x.mean(dim=tuple(range(2, x.dim())), keepdim=True) if x.dim() > 2 else x


@fx.wrap
def mean_square(x: Tensor) -> Tensor:
    """The mean square of each sample, (N, 1, 1...), in float32 at least."""
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    return wide.square().mean(dim=tuple(range(1, x.dim())), keepdim=True)


class GlobalPool(nn.Module):
    """The mean over all positions: (N, C, R...) to (N, C, 1...). Bare features stay as they are."""

    def forward(self, x: Tensor) -> Tensor:
        """One position."""
        return mean_position(x)


class StepFactor(nn.Module):
    """The factor by which an error estimate changes a step: one number a sample, spread over it.

    0.8 e^(-1/8), at least 1/8 and at most 4, where e is the root of the error's mean square; a
    smaller error gives a longer step. These are the safety factor, the exponent for order 8 and
    the bounds of step size control with Verner's pair; the tolerance is the formula's affair:
    `step_factor(2*E)` halves it. Between the bounds the gradient flows; beyond them it is 0.

    Maps (N, C, R...) to the same shape. Half precision is computed in float32.
    """

    SAFETY, EXPONENT, LEAST, MOST = 0.8, 1 / 8, 0.125, 4.0

    def forward(self, error: Tensor) -> Tensor:
        """The factor at every place; it takes no memory."""
        # The error is bounded first: near 0 the slope of the power overflows, and 0 * inf is NaN.
        power = mean_square(error).clamp(*self._bounds()).pow(-self.EXPONENT / 2)
        factor = (self.SAFETY * power).clamp(self.LEAST, self.MOST)
        return factor.to(error.dtype).expand_as(error)

    def _bounds(self) -> tuple[float, float]:
        """The mean squares at which the factor is at most and at least."""
        return (
            (self.SAFETY / self.MOST) ** (2 / self.EXPONENT),
            (self.SAFETY / self.LEAST) ** (2 / self.EXPONENT),
        )


# What an `Activation` of a formula may be.
FUNCTIONS: Final[Mapping[str, type[nn.Module]]] = {
    **ACTIVATIONS,
    "global_pool": GlobalPool,
    "step_factor": StepFactor,
}


def make_function(name: str) -> nn.Module:
    """Module of an activation of a formula, or of another function without parameters.

    Raises:
        BlockError: If the name is unknown.
    """
    return choose("activation", name, FUNCTIONS)()


def make_activation(activation: ActivationLike) -> nn.Module | None:
    """Module of an activation, which never works in place.

    A value of a formula may be read by several terms; one that is overwritten is lost to the
    others and to the backward pass.

    Args:
        activation: A name of `ACTIVATIONS`, a callable without arguments that returns a module
            (`nn.PReLU`), or None for no activation.

    Raises:
        BlockError: If the name is unknown, or the module works in place.
    """
    if activation is None:
        return None
    if not callable(activation):
        return choose("activation", activation, ACTIVATIONS)()
    module = activation()
    if getattr(module, "inplace", False):
        what = f"The activation {module!r} overwrites its input."
        raise BlockError(Problem(what, expected="inplace=False"))
    return module
