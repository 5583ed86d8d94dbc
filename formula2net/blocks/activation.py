"""Activations by name, for blocks and for formulas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from torch import nn

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
