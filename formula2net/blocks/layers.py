"""Layers one after the other."""

from __future__ import annotations

from collections import OrderedDict

from torch import Tensor, nn


class Layers(nn.Sequential):
    """Layers one after the other, with the constructor of `nn.Sequential`.

    It has a forward of its own because `nn.Sequential(...).compile()` compiles nothing, without a
    word: torch takes no function of `torch.nn` for the start of a graph.
    """

    @classmethod
    def named(cls, **layers: nn.Module | None) -> Layers:
        """Layers under these names; None is left out."""
        return cls(
            OrderedDict((name, layer) for name, layer in layers.items() if layer is not None)
        )

    def forward(self, x: Tensor) -> Tensor:
        """What the last layer makes of the last but one, and so on."""
        for layer in self:
            x = layer(x)
        return x
