"""The first paper's networks, written by hand."""

from __future__ import annotations

import re

import torch
from torch import nn
from torch.nn import functional as F

from tests.models.same import CLASSES, ByHand


class BasicBlock(nn.Module):
    """The residual branch of He et al. (2016), Figure 5 left, and a projection where needed."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Sequential()
        if stride != 1 or inputs != outputs:
            conv = nn.Conv2d(inputs, outputs, 1, stride, bias=False)
            self.shortcut = nn.Sequential(conv, nn.BatchNorm2d(outputs))

    def branch(self, x):
        return self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))


class ResNet(nn.Module):
    def __init__(self, blocks=(1, 1, 1, 1)):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64)
        widths, layers = (64, 64, 128, 256, 512), []
        for stage, count in enumerate(blocks):
            for number in range(count):
                first = number == 0
                inputs = widths[stage] if first else widths[stage + 1]
                stride = 2 if first and stage else 1
                layers.append(BasicBlock(inputs, widths[stage + 1], stride))
        self.layers = nn.ModuleList(layers)
        self.fc = nn.Linear(512, CLASSES)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        for layer in self.layers:
            x = F.relu(layer.branch(x) + layer.shortcut(x))
        return self.fc(torch.flatten(F.adaptive_avg_pool2d(x, 1), 1))


def resnet_key(key: str) -> str:
    """From the keys of `ResNet` to those of the network."""
    stem = re.sub(r"^(conv1|bn1)\.", lambda m: f"stem.{_kind(m[1])}.", key)
    head = re.sub(r"^fc\.", "head.fc.", stem)
    block = re.sub(
        r"^layers\.(\d+)\.(conv|bn)(\d)\.",
        lambda m: f"W_{int(m[1]) + 1}.{_kind(m[2])}{m[3]}.",
        head,
    )
    return re.sub(
        r"^layers\.(\d+)\.shortcut\.(\d)\.",
        lambda m: f"transition_X_{m[1]}_to_{int(m[1]) + 1}.{('conv', 'norm')[int(m[2])]}.",
        block,
    )


def _kind(name: str) -> str:
    return "norm" if name.startswith("bn") else "conv"


CASES = [ByHand("resnet18", ResNet, resnet_key, {"blocks": (1, 1, 1, 1)})]
