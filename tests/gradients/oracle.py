"""What spectra are compared with: autograd through the network's own code.

Where every block's derivative is multiplied by t, and no value is changed, the gradient is the sum
over the lengths k of t^k times the contribution of that length. So autograd knows them apart, too.
"""

from __future__ import annotations

from copy import deepcopy

import torch
from torch import Tensor, nn

from formula2net.gradients.spectrum import PathSpectrum
from formula2net.lower.network import Network


class Turned(nn.Module):
    """A block with the same output, and t times its derivative."""

    def __init__(self, block: nn.Module, t: float) -> None:
        super().__init__()
        self.block, self.t = block, t

    def forward(self, x: Tensor) -> Tensor:
        y = self.block(x)
        return y.detach() + self.t * (y - y.detach())


def from_x0(net: Network, t: float = 1.0) -> Network:
    """The network from X_0 to X_L, with t for each block on a path."""
    found = deepcopy(net)
    found.stem, found.head = nn.Identity(), nn.Identity()
    for name in found.program.blocks:
        block = dict(found.named_modules()).get(name)
        if block is not None and not isinstance(block, Turned):
            found.set_submodule(name, Turned(block, t))
    return found


def gradient(net: Network, x0: Tensor, cotangent: Tensor, t: float = 1.0) -> Tensor:
    """The gradient at X_0 by autograd; the network is in the mode that it is to be in."""
    x0 = x0.detach().requires_grad_()
    return torch.autograd.grad(from_x0(net, t)(x0), x0, cotangent)[0]


def polynomial(spectrum: PathSpectrum, t: float) -> Tensor:
    """The sum over the lengths k of t^k times their contributions."""
    powers = torch.tensor([t**k for k in spectrum.lengths], dtype=spectrum.contributions.dtype)
    return torch.tensordot(powers, spectrum.contributions, dims=1)


def error(found: Tensor, wanted: Tensor, spectrum: PathSpectrum) -> float:
    """How far apart two gradients are, in units of the sum of the lengths' norms."""
    assert found.shape == wanted.shape
    return (found - wanted).norm().item() / (sum(spectrum.norms) or 1.0)


def batch(net: Network, samples: int = 2, size: int = 8) -> Tensor:
    """Random inputs in float64."""
    shape = [size] * net.backbone.dims
    return torch.randn(samples, net.backbone.stem.in_chans, *shape, dtype=torch.float64)
