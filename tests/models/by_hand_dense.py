"""DenseNet and SparseNet, written by hand."""

from __future__ import annotations

import re

import torch
from torch import nn
from torch.nn import functional

from tests.models.same import CLASSES, ByHand


class Layer(nn.Module):
    """BN-ReLU-Conv(3x3); in DenseNet-B BN-ReLU-Conv(1x1) to 4k channels before it."""

    def __init__(self, inputs, growth, bottleneck):
        super().__init__()
        self.bottleneck = bottleneck
        middle = 4 * growth if bottleneck else inputs
        self.bn1 = nn.BatchNorm2d(inputs)
        if bottleneck:
            self.conv1 = nn.Conv2d(inputs, middle, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(middle)
        self.conv2 = nn.Conv2d(middle, growth, 3, 1, 1, bias=False)

    def forward(self, x):
        x = functional.relu(self.bn1(x))
        if self.bottleneck:
            x = functional.relu(self.bn2(self.conv1(x)))
        return self.conv2(x)


class Transition(nn.Module):
    """BN-ReLU-Conv(1x1), then an average pool of 2x2."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.bn, self.conv = nn.BatchNorm2d(inputs), nn.Conv2d(inputs, outputs, 1, bias=False)

    def forward(self, x):
        return functional.avg_pool2d(self.conv(functional.relu(self.bn(x))), 2)


def all_before(values):
    """DenseNet: everything, in the order in which it was made."""
    return values


def offsets(values):
    """SparseNet: the last value, the 2nd to last, the 4th to last, ..."""
    chosen, offset = [], 1
    while offset <= len(values):
        chosen.append(values[-offset])
        offset = 2 * offset
    return chosen


class ConcatNet(nn.Module):
    """A 3x3 convolution, blocks with transitions between them, BN-ReLU, average, classifier.

    `fetch` chooses what a layer reads of the values of its block, `hand_on` what comes after it.
    """

    def __init__(self, fetch, hand_on, blocks, growths, bottleneck, theta, stem, classes):
        super().__init__()
        self.fetch, self.hand_on = fetch, hand_on
        self.conv = nn.Conv2d(3, stem, 3, 1, 1, bias=False)
        self.blocks, self.transitions, width = nn.ModuleList(), nn.ModuleList(), stem
        for number, (layers, growth) in enumerate(zip(blocks, growths, strict=True)):
            if number:
                reduced = int(width * theta)
                self.transitions.append(Transition(width, reduced))
                width = reduced
            seen, block = [width], nn.ModuleList()
            for _ in range(layers):
                block.append(Layer(sum(fetch(seen)), growth, bottleneck))
                seen.append(growth)
            self.blocks.append(block)
            width = sum(hand_on(seen))
        self.bn, self.fc = nn.BatchNorm2d(width), nn.Linear(width, classes)

    def forward(self, x):
        x = self.conv(x)
        for number, block in enumerate(self.blocks):
            if number:
                x = self.transitions[number - 1](x)
            seen = [x]
            for layer in block:
                seen.append(layer(torch.cat(self.fetch(seen), 1)))
            x = torch.cat(self.hand_on(seen), 1)
        return self.fc(functional.relu(self.bn(x)).mean(dim=(2, 3)))


def concat_key(key: str) -> str:
    """From the keys of `ConcatNet` to those of the network."""
    key = re.sub(r"^(conv|bn)\.", lambda m: {"conv": "stem.conv.", "bn": "head.norm."}[m[1]], key)
    key = re.sub(r"^fc\.", "head.fc.", key)
    key = re.sub(r"^blocks\.(\d+)\.(\d+)\.", lambda m: f"D{int(m[1]) + 1}.F_{int(m[2]) + 1}.", key)
    key = re.sub(r"^transitions\.(\d+)\.", lambda m: f"T{int(m[1]) + 2}.", key)
    return re.sub(r"\.bn(\d?)\.", r".norm\1.", key)


def densenet(blocks, growth, bottleneck=False, theta=1.0, stem=16, classes=CLASSES):
    growths = growth if isinstance(growth, tuple) else [growth] * len(blocks)
    return ConcatNet(all_before, all_before, blocks, growths, bottleneck, theta, stem, classes)


def sparsenet(blocks, growth, bottleneck=False, theta=1.0, stem=None, classes=CLASSES):
    growths = growth if isinstance(growth, tuple) else [growth] * len(blocks)
    stem = 2 * growths[0] if stem is None else stem
    return ConcatNet(offsets, offsets, blocks, growths, bottleneck, theta, stem, classes)


CASES = [
    ByHand(
        "densenet_40_k12",
        lambda: densenet((3, 2, 2), 4, stem=6),
        concat_key,
        {"blocks": (3, 2, 2), "growth": 4, "stem_width": 6},
    ),
    ByHand(
        "densenet_bc_100_k12",
        lambda: densenet((2, 3, 2), 5, bottleneck=True, theta=0.5, stem=7),
        concat_key,
        {"blocks": (2, 3, 2), "growth": 5, "stem_width": 7},
    ),
    ByHand(
        "sparsenet_40_k24",
        lambda: sparsenet((9, 4, 1), 3),
        concat_key,
        {"blocks": (9, 4, 1), "growth": 3},
    ),
    ByHand(
        "sparsenet_bc_100_k16_32_64",
        lambda: sparsenet((5, 4, 3), (2, 3, 4), bottleneck=True, theta=0.5, stem=5),
        concat_key,
        {"blocks": (5, 4, 3), "growth": (2, 3, 4), "stem_width": 5},
    ),
]
