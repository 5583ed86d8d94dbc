"""What stands in place of a block that was taken out."""

from __future__ import annotations

from torch import Tensor, nn


class Zero(nn.Module):
    """In place of a block: zero, in the shape that the block gives.

    Maps (N, C, R...) to (N, width, ceil(R / stride)...). It has no parameters.

    Args:
        width: Channels of the block's output.
        stride: By which it divides the resolution.
    """

    def __init__(self, width: int, stride: int) -> None:
        super().__init__()
        self.width, self.stride = width, stride

    def forward(self, x: Tensor) -> Tensor:
        """Nothing."""
        sizes = (-(-size // self.stride) for size in x.shape[2:])
        return x.new_zeros(x.shape[0], self.width, *sizes)

    def extra_repr(self) -> str:
        """Its numbers, for printing."""
        return f"width={self.width}, stride={self.stride}"
