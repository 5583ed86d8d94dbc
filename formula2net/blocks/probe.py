"""Try a module on zeros without leaving a trace in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn


@contextmanager
def in_mode(module: nn.Module, training: bool) -> Iterator[None]:
    """One mode for a while; in evaluation no statistics are updated, nothing is drawn at random.

    Each submodule gets its own mode back, as frozen norms differ from the rest.
    """
    modes = [(part, part.training) for part in module.modules()]
    module.train(training)
    try:
        yield
    finally:
        for part, mode in modes:
            part.training = mode


@dataclass(frozen=True, slots=True)
class Trial:
    """What one run of a module showed.

    Attributes:
        shape: Of the output, batch included.
        overwrites: Whether the module wrote into its input.
    """

    shape: tuple[int, ...]
    overwrites: bool


def try_on_zeros(module: nn.Module, shape: Sequence[int]) -> Trial:
    """Run a module on zeros.

    Args:
        module: Takes one tensor and gives one, on any device and of any dtype.
        shape: Of the input, batch included.

    Raises:
        TypeError: If it gives no tensor.
    """
    weight = next((part for part in module.parameters() if part.is_floating_point()), None)
    zeros = torch.zeros(*shape) if weight is None else weight.new_zeros(shape)
    written = zeros._version
    with in_mode(module, training=False), torch.no_grad():
        output = module(zeros)
    if not isinstance(output, Tensor):
        raise TypeError(f"a tensor was expected, got {type(output).__name__}")
    return Trial(tuple(output.shape), zeros._version != written)
