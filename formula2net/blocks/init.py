"""Weight initialisations by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from torch import Tensor, nn

from formula2net.blocks.choice import choose
from formula2net.errors import BlockError, Problem

InitLike = str | Callable[[nn.Module], object]

WEIGHTED: Final = (nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.Linear)
# What may follow the last weights of a block: 0 stays 0, and gradients pass.
PASSING: Final = (
    *(nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d),
    *(nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d),
)


def kaiming(module: nn.Module) -> None:
    """Normal with variance 2 / fan-out, biases 0 (He et al., 2015; as torchvision's ResNet)."""
    for layer in _weighted(module):
        nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")


def xavier(module: nn.Module) -> None:
    """Uniform with variance 2 / (fan-in + fan-out), biases 0 (Glorot & Bengio, 2010)."""
    for layer in _weighted(module):
        nn.init.xavier_uniform_(layer.weight)


def default(module: nn.Module) -> None:
    """What torch does by itself."""


INITS: Final[Mapping[str, Callable[[nn.Module], object]]] = {
    "default": default,
    "kaiming": kaiming,
    "xavier": xavier,
    "zero_last": kaiming,
}


def initialise(module: nn.Module, how: InitLike) -> None:
    """Initialise all weights of a module in place.

    Args:
        module: Block, stem or transition.
        how: A name of `INITS`, or a callable that is given the module. "zero_last" is "kaiming";
            what it means for a block is up to `zero_last`.

    Raises:
        BlockError: If the name is unknown.
    """
    (how if callable(how) else choose("weight initialisation", how, INITS))(module)


def zero_last(block: nn.Sequential) -> None:
    """Set the last weighted layer to 0, so that W_i(x) = 0 at the start (Goyal et al., 2017).

    Raises:
        BlockError: If nothing has weights, or an activation comes after them: the gradient of a
            ReLU at 0 is 0, and the block would never learn.
    """
    last = [layer for layer in block if not isinstance(layer, PASSING)][-1]
    weight = getattr(last, "weight", None)
    if not isinstance(weight, Tensor):
        what = f"weight_init='zero_last' needs a block that ends with weights, not {last!r}."
        raise BlockError(Problem(what, try_="weight_init='kaiming'"))
    nn.init.zeros_(weight)
    bias = getattr(last, "bias", None)
    if isinstance(bias, Tensor):
        nn.init.zeros_(bias)


def _weighted(module: nn.Module) -> list[nn.Conv1d | nn.Conv2d | nn.Conv3d | nn.Linear]:
    """Convolutions and linear layers, their biases set to 0."""
    layers = [layer for layer in module.modules() if isinstance(layer, WEIGHTED)]
    for layer in layers:
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)
    return layers
