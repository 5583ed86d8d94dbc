"""Residual networks for CIFAR, written by hand: as of 2016, pre-activated, and wide."""

from __future__ import annotations

import re

import torch
from torch import nn
from torch.nn import functional

from tests.models.same import CLASSES, ByHand


def conv(inputs, outputs, size, stride=1):
    return nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False)


class OptionA(nn.Module):
    """Every second position; zeros for the new channels."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.stride, self.new = stride, outputs - inputs

    def forward(self, x):
        x = x[:, :, :: self.stride, :: self.stride]
        return torch.cat([x, x.new_zeros(len(x), self.new, *x.shape[2:])], 1)


class PostBlock(nn.Module):
    """Conv-BN-ReLU-Conv-BN, the sum, ReLU."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1, self.bn1 = conv(inputs, outputs, 3, stride), nn.BatchNorm2d(outputs)
        self.conv2, self.bn2 = conv(outputs, outputs, 3), nn.BatchNorm2d(outputs)
        self.shortcut = OptionA(inputs, outputs, stride)

    def forward(self, x):
        y = self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(x)))))
        return functional.relu(y + self.shortcut(x))


class PreBlock(nn.Module):
    """BN-ReLU-Conv, twice or thrice; W_s x on the shortcut where dimensions change."""

    def __init__(self, inputs, outputs, stride, bottleneck=False, option_a=False):
        super().__init__()
        middle = outputs // 4 if bottleneck else outputs
        plan = [(inputs, middle, 3, stride), (middle, outputs, 3, 1)]
        if bottleneck:
            plan = [(inputs, middle, 1, 1), (middle, middle, 3, stride), (middle, outputs, 1, 1)]
        self.norms = nn.ModuleList(nn.BatchNorm2d(first) for first, *_ in plan)
        self.convs = nn.ModuleList(conv(*numbers) for numbers in plan)
        self.shortcut = nn.Identity()
        if option_a:
            self.shortcut = OptionA(inputs, outputs, stride)
        elif stride != 1 or inputs != outputs:
            self.shortcut = conv(inputs, outputs, 1, stride)

    def forward(self, x):
        y = x
        for norm, layer in zip(self.norms, self.convs, strict=True):
            y = layer(functional.relu(norm(y)))
        return self.shortcut(x) + y


class CifarNet(nn.Module):
    """A 3x3 convolution, blocks, average, classifier; norms where the blocks need them."""

    def __init__(self, make, blocks, widths, post=False, classes=CLASSES):
        super().__init__()
        self.conv, self.post = conv(3, 16, 3), post
        self.bn = nn.BatchNorm2d(16 if post else widths[-1])
        layers, width = [], 16
        for stage, (count, outputs) in enumerate(zip(blocks, widths, strict=True)):
            for number in range(count):
                layers.append(make(width, outputs, 2 if stage and not number else 1))
                width = outputs
        self.layers, self.fc = nn.ModuleList(layers), nn.Linear(width, classes)

    def forward(self, x):
        x = self.conv(x)
        x = functional.relu(self.bn(x)) if self.post else x
        for layer in self.layers:
            x = layer(x)
        x = x if self.post else functional.relu(self.bn(x))
        return self.fc(torch.flatten(functional.adaptive_avg_pool2d(x, 1), 1))


def key_of(blocks: tuple[int, ...], post: bool = False):
    """From the keys of `CifarNet` to those of the network; a transition names its stage."""

    def stage_of(layer: int) -> int:
        return next(s for s in range(len(blocks)) if layer < sum(blocks[: s + 1])) + 1

    def key(name: str) -> str:
        name = re.sub(r"^bn\.", "stem.norm." if post else "head.norm.", name)
        name = re.sub(r"^conv\.", "stem.conv.", name)
        name = re.sub(r"^fc\.", "head.fc.", name)
        name = re.sub(
            r"^layers\.(\d+)\.shortcut\.",
            lambda m: f"transition_X_{m[1]}_to_{stage_of(int(m[1]))}.conv.",
            name,
        )
        name = re.sub(r"^layers\.(\d+)\.", lambda m: f"W_{int(m[1]) + 1}.", name)
        name = re.sub(r"\.bn(\d)\.", r".norm\1.", name)
        kinds = {"norms": "norm", "convs": "conv"}
        return re.sub(r"\.(norms|convs)\.(\d)\.", lambda m: f".{kinds[m[1]]}{int(m[2]) + 1}.", name)

    return key


def resnet(blocks, classes=CLASSES):
    return CifarNet(PostBlock, blocks, (16, 32, 64), post=True, classes=classes)


def preact(blocks, bottleneck=False, option_a=False, classes=CLASSES):
    widths = [width * (4 if bottleneck else 1) for width in (16, 32, 64)]

    def make(inputs, outputs, stride):
        a = option_a and inputs != outputs
        return PreBlock(inputs, outputs, stride, bottleneck, a)

    return CifarNet(make, blocks, widths, classes=classes)


def wide(blocks, widen, classes=CLASSES):
    return CifarNet(PreBlock, blocks, [widen * w for w in (16, 32, 64)], classes=classes)


CASES = [
    ByHand("resnet110", lambda: resnet((2, 1, 2)), key_of((2, 1, 2), True), {"blocks": (2, 1, 2)}),
    ByHand(
        "preact_resnet110",
        lambda: preact((1, 2, 1), option_a=True),
        key_of((1, 2, 1)),
        {"blocks": (1, 2, 1)},
    ),
    ByHand(
        "preact_resnet164",
        lambda: preact((2, 2, 1), bottleneck=True),
        key_of((2, 2, 1)),
        {"blocks": (2, 2, 1)},
    ),
    ByHand(
        "wide_resnet16_8",
        lambda: wide((2, 2, 2), 2),
        key_of((2, 2, 2)),
        {"widen": 2},
    ),
]
