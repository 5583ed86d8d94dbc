"""Images a second of named networks in training, beside modules written by hand.

On a CUDA device: bfloat16, channels_last, a batch of 128, as they are and compiled; the table of
docs/performance.md is what is printed. Without one, a tiny batch, so that the measurement itself is
run by every `make bench`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from formula2net import create_model
from tests.models.by_hand_parts import BasicBranch, BottleneckBranch
from tests.models.by_hand_residual import Block, Difference, Residual
from tests.models.by_hand_seqconv import SeqResNet
from tests.models.same import CLASSES

BASIC, WIDE = (64, 128, 256, 512), (256, 512, 1024, 2048)
TRIES = 3


def residual(
    kind: type[nn.Module],
    branch: Callable[..., nn.Module],
    blocks: Sequence[int],
    widths: Sequence[int],
) -> nn.Module:
    make = partial(Block, branch=branch, bias=False, old=kind is Difference)
    return kind(make, blocks, widths, 64)


BY_HAND: dict[str, Callable[[], nn.Module]] = {
    "resnet18": lambda: residual(Residual, BasicBranch, (2, 2, 2, 2), BASIC),
    "difference_resnet18": lambda: residual(Difference, BasicBranch, (2, 2, 2, 2), BASIC),
    "resnet50": lambda: residual(Residual, BottleneckBranch, (3, 4, 6, 3), WIDE),
    "difference_resnet50": lambda: residual(Difference, BottleneckBranch, (3, 4, 6, 3), WIDE),
    "seq_resnet_b_k16_r7_n1": lambda: SeqResNet(
        [112, 224, 336], [16] * 3, [1] * 3, bottleneck=True
    ),
}
OPTIONS = {"seq_resnet_b_k16_r7_n1": {"drop": 0.0}}  # as the one written by hand


def pair(name: str) -> tuple[nn.Module, nn.Module]:
    """The network, and the module written by hand, of equal size."""
    ours = create_model(name, num_classes=CLASSES, **OPTIONS.get(name, {}))
    theirs = BY_HAND[name]()
    sizes = [sum(weight.numel() for weight in net.parameters()) for net in (ours, theirs)]
    assert sizes[0] == sizes[1]
    return ours, theirs


class Step:
    """A training step of a network on one batch."""

    def __init__(self, net: nn.Module, device: str, batch: int, size: int) -> None:
        self.net = net.to(device, memory_format=torch.channels_last).train()
        x = torch.randn(batch, 3, size, size, device=device)
        self.x = x.to(memory_format=torch.channels_last)
        self.y = torch.randint(CLASSES, (batch,), device=device)
        self.optimizer = torch.optim.SGD(self.net.parameters(), lr=1e-3, momentum=0.9)
        self.device = device

    def run(self) -> None:
        self.optimizer.zero_grad(set_to_none=True)
        with torch.autocast(self.device, dtype=torch.bfloat16):
            loss = cross_entropy(self.net(self.x), self.y)
        loss.backward()
        self.optimizer.step()

    def images_a_second(self, steps: int) -> float:
        self._wait()
        start = time.perf_counter()
        for _ in range(steps):
            self.run()
        self._wait()
        return steps * len(self.x) / (time.perf_counter() - start)

    def _wait(self) -> None:
        if self.device == "cuda":
            torch.cuda.synchronize()


def compiled(net: nn.Module) -> None:
    """Block by block where the network can, in place; whole where it was written by hand."""
    if hasattr(net, "compile_blocks"):
        net.compile_blocks()
    else:
        net.compile()


def measure(
    nets: tuple[nn.Module, nn.Module], device: str, batch: int, size: int, steps: int
) -> tuple[float, float]:
    """Images a second of both, the best of several tries in turns."""
    pairs = [Step(net, device, batch, size) for net in nets]
    for step in pairs:
        for _ in range(2):
            step.run()
    rates = [[step.images_a_second(steps) for step in pairs] for _ in range(TRIES)]
    return max(rate[0] for rate in rates), max(rate[1] for rate in rates)


@pytest.mark.parametrize("name", BY_HAND)
def test_the_measurement_runs(benchmark, name):
    ours, theirs = benchmark.pedantic(
        measure, args=(pair(name), "cpu", 2, 16, 1), rounds=1, iterations=1
    )
    assert ours > 0
    assert theirs > 0


@pytest.mark.gpu
@pytest.mark.parametrize("how", ["eager", "compiled"])
@pytest.mark.parametrize("name", BY_HAND)
def test_throughput(benchmark, name, how):
    nets = pair(name)
    if how == "compiled":
        for net in nets:
            compiled(net)
    ours, theirs = benchmark.pedantic(
        measure, args=(nets, "cuda", 128, 32, 20), rounds=1, iterations=1
    )
    benchmark.extra_info[f"{how}: images a second"] = ours
    benchmark.extra_info[f"{how}: of that of the module written by hand"] = ours / theirs
    assert ours > 0.5 * theirs
