"""Speed of compiling, and of a training step beside a module written by hand."""

from __future__ import annotations

import time

import pytest
import torch
from torch import nn
from torch.multiprocessing.reductions import StorageWeakRef
from torch.nn.functional import cross_entropy
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

import formula2net as f2n

RESNET = "X_i = (1 + W_i) X_{i-1}"
DIFFERENCE = "X_i = (1 + W_i) X_{i-1} - W_{i-1} X_{i-2}; X_1 = (1 + W_1) X_0"


def deep(depth: int) -> f2n.Backbone:
    return f2n.Backbone.cifar(blocks=(depth,), widths=(4,))


@pytest.mark.parametrize("formula", [RESNET, DIFFERENCE], ids=["resnet", "difference"])
def test_compile_and_check_1000_blocks(benchmark, formula):
    net = benchmark.pedantic(lambda: f2n.compile(formula, deep(1000), "plain"), rounds=1)
    assert len(list(net.graph.nodes)) > 1000


def test_doubling_the_depth(benchmark):
    def seconds(depth: int) -> float:
        start = time.perf_counter()
        f2n.compile(DIFFERENCE, deep(depth), "plain", check=False)
        return time.perf_counter() - start

    seconds(50)
    ratios = [seconds(1000) / seconds(500) for _ in range(3)]
    benchmark.extra_info["times for twice the depth"] = sorted(ratios)[1]
    benchmark.pedantic(seconds, args=(500,), rounds=1)


class HandWritten(nn.Module):
    """The same network as a person writes it; its parts are copied from the compiled one."""

    def __init__(self, net: nn.Module, difference: bool) -> None:
        super().__init__()
        self.difference = difference
        self.stem, self.head = net.stem, net.head
        names = [f"W_{step}" for step in range(1, 9)]
        self.blocks = nn.ModuleList(net.get_submodule(name) for name in names)
        self.shortcuts = nn.ModuleDict(
            {name: module for name, module in net.named_children() if name.startswith("transition")}
        )

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        x, last = self.stem(images), None
        for step, block in enumerate(self.blocks, start=1):
            new = block(x)
            before = step - 1
            stage = before // 2 + 1
            if before and before % 2 == 0:
                x = self.shortcuts[f"transition_X_{before}_to_{stage}"](x)
                if self.difference:
                    last = self.shortcuts[f"transition_X_W_{before}_to_{stage}"](last)
            x = x + new if last is None else x + new - last
            last = new if self.difference else None
        return self.head(x)


def training_step(net: nn.Module, images: torch.Tensor, labels: torch.Tensor) -> float:
    start = time.perf_counter()
    cross_entropy(net(images), labels).backward()
    net.zero_grad()
    return time.perf_counter() - start


class PeakBytes(TorchDispatchMode):
    """The largest sum of all tensors that are alive at once, while the mode is on."""

    def __init__(self) -> None:
        super().__init__()
        self.peak = 0
        self._live: dict[int, tuple[StorageWeakRef, int]] = {}

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        for tensor in tree_leaves(result):
            if isinstance(tensor, torch.Tensor):
                reference = StorageWeakRef(tensor.untyped_storage())
                self._live[reference.cdata] = reference, tensor.untyped_storage().nbytes()
        self._live = {k: item for k, item in self._live.items() if not item[0].expired()}
        self.peak = max(self.peak, sum(size for _, size in self._live.values()))
        return result


@pytest.mark.parametrize("formula", [RESNET, DIFFERENCE], ids=["resnet18", "difference18"])
def test_peak_memory_against_a_module_by_hand(benchmark, formula):
    net = f2n.compile(formula, f2n.Backbone.cifar())
    hand = HandWritten(net, difference=formula is DIFFERENCE)
    images, labels = torch.randn(8, 3, 32, 32), torch.arange(8)
    peaks = []
    for module in (net, hand):
        with PeakBytes() as memory:
            training_step(module, images, labels)
        peaks.append(memory.peak)
    benchmark.extra_info["peak memory against by hand"] = peaks[0] / peaks[1]
    benchmark.pedantic(training_step, args=(net, images, labels), rounds=1)
    assert peaks[0] <= peaks[1]


@pytest.mark.parametrize("formula", [RESNET, DIFFERENCE], ids=["resnet18", "difference18"])
def test_training_step_against_a_module_by_hand(benchmark, formula):
    net = f2n.compile(formula, f2n.Backbone.cifar())
    hand = HandWritten(net, difference=formula is DIFFERENCE)
    images, labels = torch.randn(8, 3, 32, 32), torch.arange(8)
    torch.testing.assert_close(net.eval()(images), hand.eval()(images))
    net.train()
    ratios = [  # in turn, so that a drift of the machine meets both
        training_step(net, images, labels) / training_step(hand, images, labels) for _ in range(12)
    ]
    benchmark.extra_info["step against by hand"] = sorted(ratios[2:])[5]
    benchmark.pedantic(training_step, args=(net, images, labels), rounds=3)
