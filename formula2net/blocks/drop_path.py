"""Stochastic depth: blocks that are left out at random."""

from __future__ import annotations

from torch import Tensor, fx, nn


@fx.wrap  # how many axes there are, a tracer does not know
def keep_mask(x: Tensor, keep: float) -> Tensor:
    """For each sample 1 / keep with the probability keep, else 0: (N, 1, 1...)."""
    return x.new_empty(x.shape[0], *[1] * (x.dim() - 1)).bernoulli_(keep) / keep


class DropPath(nn.Module):
    """In training, 0 for each sample with a probability, else the input over 1 - probability.

    Deep Networks with Stochastic Depth (Huang et al., 2016b). Maps (N, C, R...) to the same.

    Args:
        rate: The probability, less than 1.
    """

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        """The input, whole or not at all."""
        if not self.training or self.rate == 0:
            return x
        return x * keep_mask(x, 1 - self.rate)

    def extra_repr(self) -> str:
        """Its rate, for printing."""
        return f"rate={self.rate:.4g}"
