"""Parameters and multiply-accumulates of a module."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

from torch import Tensor, nn
from torch.nn.modules.conv import _ConvNd, _ConvTransposeNd

from formula2net.blocks.probe import try_on_zeros


def count_parameters(module: nn.Module) -> int:
    """Number of trainable parameters; those of norms count, their running statistics do not."""
    return sum(weight.numel() for weight in module.parameters() if weight.requires_grad)


def count_macs(module: nn.Module, input_shape: Sequence[int]) -> int:
    """Multiply-accumulates of one sample: convolutions and linear layers, as used.

    Norms, activations, pooling, sums and biases count nothing; a layer that is applied twice
    counts twice.

    Args:
        module: Takes one tensor; is left as it was.
        input_shape: Of one sample, without the batch: (3, 32, 32).
    """
    counts: list[int] = []

    def count(layer: nn.Module, args: tuple[Any, ...], output: Tensor) -> None:
        counts.append(_macs(layer, args[0], output))

    layers = [part for part in module.modules() if isinstance(part, _ConvNd | nn.Linear)]
    hooks = [layer.register_forward_hook(count) for layer in layers]
    try:
        try_on_zeros(module, (1, *input_shape))
    finally:
        for hook in hooks:
            hook.remove()
    return sum(counts)


def _macs(layer: nn.Module, given: Tensor, output: Tensor) -> int:
    """Of one use: every output element is a sum over the kernel and the channels it sees."""
    if isinstance(layer, nn.Linear):
        return output.numel() * layer.in_features
    if isinstance(layer, _ConvTransposeNd):  # here every input element is spread
        return given.numel() * prod(layer.kernel_size) * (layer.out_channels // layer.groups)
    if isinstance(layer, _ConvNd):
        return output.numel() * prod(layer.kernel_size) * (layer.in_channels // layer.groups)
    return 0
