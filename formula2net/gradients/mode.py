"""A network that runs for a while and is then as it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import torch
from torch import nn

from formula2net.blocks.probe import in_mode


@contextmanager
def as_it_was(net: nn.Module, training: bool) -> Iterator[None]:
    """The network in one mode; afterwards each module's own mode and all statistics are back."""
    buffers = [(buffer, buffer.detach().clone()) for buffer in net.buffers()] if training else []
    try:
        with in_mode(net, training), _eagerly(net):
            yield
    finally:
        with torch.no_grad():
            for buffer, value in buffers:
                buffer.copy_(value)


def _eagerly(net: nn.Module) -> AbstractContextManager[None]:
    """Runs compiled modules as they were written: compiled code goes back only once."""
    if any(module._compiled_call_impl is not None for module in net.modules()):
        return torch.compiler.set_stance("force_eager")
    return nullcontext()  # asking for a stance loads the compiler
