"""Whether a network is the one that was written by hand from a paper's text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from formula2net import create_model

TOLERANCE = 1e-10
CLASSES = 5


@dataclass(frozen=True)
class ByHand:
    """A network of the registry, and the same written by hand.

    Attributes:
        model: Its name in the registry.
        make: Makes the module that was written by hand, with `CLASSES` classes.
        key: From a key of that module's state dict to the key of the same tensor in the network.
        options: Overrides that make the network small.
        shape: Of one sample.
    """

    model: str
    make: Callable[[], nn.Module]
    key: Callable[[str], str]
    options: dict[str, Any] = field(default_factory=dict)
    shape: tuple[int, ...] = (3, 16, 16)


def check_same(case: ByHand) -> None:
    """Equal outputs and gradients in float64 with the same weights, in training and evaluation."""
    torch.manual_seed(0)
    net = create_model(case.model, num_classes=CLASSES, **case.options).double()
    module = case.make().double()
    _unlike_at_the_start(module)
    net.load_state_dict({case.key(k): v.clone() for k, v in module.state_dict().items()})
    x = torch.randn(4, *case.shape, dtype=torch.float64)
    for training in (True, False):
        ours, theirs = _run(net.train(training), x), _run(module.train(training), x)
        keys = {"output": "output", "input": "input"} | {
            name: case.key(name) for name, _ in module.named_parameters()
        }
        assert set(keys.values()) == set(ours), "parameters differ in number"
        scale = max(value.abs().max().item() for value in theirs.values())
        for name, key in keys.items():
            error = (ours[key] - theirs[name]).abs().max().item() / scale
            assert error < TOLERANCE, (name, key, error)
    buffers = {case.key(name): value for name, value in module.named_buffers()}
    for key, value in net.named_buffers():  # statistics were updated alike, and as often
        assert torch.allclose(value, buffers[key], rtol=TOLERANCE, atol=TOLERANCE), key


def _unlike_at_the_start(module: nn.Module) -> None:
    """Weights of norms start at 1 and 0, and may be 0: random ones tell them apart."""
    for weight in module.parameters():
        nn.init.normal_(weight, 0.0, 0.3) if weight.dim() > 1 else nn.init.uniform_(weight, 0.5, 1)


def _run(module: nn.Module, x: Tensor) -> dict[str, Tensor]:
    """The output, and the gradient of the input and of every parameter."""
    module.zero_grad()
    x = x.clone().requires_grad_()
    output = module(x)
    weights = torch.linspace(-1, 1, output.numel(), dtype=x.dtype).reshape(output.shape)
    (output * weights).sum().backward()
    found = {"output": output.detach(), "input": x.grad}
    return found | {name: weight.grad for name, weight in module.named_parameters()}
