"""What the networks written by hand are made of: branches of residual blocks, and a backbone.

Sources: He et al. (2016), Figure 5; Hu et al. (2018), Figure 3; Xie et al. (2017), Figure 3c;
Gao et al. (2019), Eq. (1) and Figure 2b. The `name` of a branch is the network's for its layers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import relu

from tests.models.same import CLASSES


class BasicBranch(nn.Module):
    """He et al., Figure 5 left, without the shortcut and what follows it."""

    def __init__(self, inputs: int, outputs: int, stride: int, bias: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=bias)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=bias)
        self.bn2 = nn.BatchNorm2d(outputs)

    def forward(self, x: Tensor) -> Tensor:
        return self.bn2(self.conv2(relu(self.bn1(self.conv1(x)))))

    @staticmethod
    def name(layer: str) -> str:
        return layer.replace("bn", "norm")


class BottleneckBranch(nn.Module):
    """He et al., Figure 5 right; with groups in the middle, the block of ResNeXt."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        stride: int,
        bias: bool = False,
        expansion: int = 4,
        groups: int = 1,
    ) -> None:
        super().__init__()
        inner = outputs // expansion
        self.conv1 = nn.Conv2d(inputs, inner, 1, bias=bias)
        self.bn1 = nn.BatchNorm2d(inner)
        self.conv2 = nn.Conv2d(inner, inner, 3, stride, 1, groups=groups, bias=bias)
        self.bn2 = nn.BatchNorm2d(inner)
        self.conv3 = nn.Conv2d(inner, outputs, 1, bias=bias)
        self.bn3 = nn.BatchNorm2d(outputs)

    def forward(self, x: Tensor) -> Tensor:
        x = relu(self.bn1(self.conv1(x)))
        x = relu(self.bn2(self.conv2(x)))
        return self.bn3(self.conv3(x))

    name = staticmethod(BasicBranch.name)


class SqueezeBranch(nn.Module):
    """A branch, a ReLU, and a factor for each channel that the channels' means decide."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        stride: int,
        bias: bool = True,
        *,
        branch: Callable[..., nn.Module],
        reduction: int,
    ) -> None:
        super().__init__()
        self.residual = branch(inputs, outputs, stride, bias)
        self.squeeze = nn.Conv2d(outputs, outputs // reduction, 1)
        self.excite = nn.Conv2d(outputs // reduction, outputs, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = relu(self.residual(x))
        means = x.mean(dim=(2, 3), keepdim=True)
        return x * torch.sigmoid(self.excite(relu(self.squeeze(means))))

    @staticmethod
    def name(layer: str) -> str:
        own = {"squeeze": "S_1.conv", "excite": "E_1.conv"}
        return own.get(layer) or BasicBranch.name(layer.replace("residual", "B_1"))


class Res2NeXtBranch(nn.Module):
    """Gao et al.: y_1 = x_1, y_2 = K_2(x_2), y_k = K_k(x_k + y_{k-1}); the first 1x1 strides."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        stride: int,
        bias: bool = False,
        *,
        cardinality: int,
        scales: int,
    ) -> None:
        super().__init__()
        inner = cardinality * outputs // 4  # cardinality times the planes
        part = inner // scales
        self.scales = scales
        self.conv1 = nn.Conv2d(inputs, inner, 1, stride, bias=bias)
        self.bn1 = nn.BatchNorm2d(inner)
        self.convs = nn.ModuleList(
            nn.Conv2d(part, part, 3, 1, 1, groups=cardinality, bias=bias) for _ in range(scales - 1)
        )
        self.bns = nn.ModuleList(nn.BatchNorm2d(part) for _ in range(scales - 1))
        self.conv3 = nn.Conv2d(inner, outputs, 1, bias=bias)
        self.bn3 = nn.BatchNorm2d(outputs)

    def forward(self, x: Tensor) -> Tensor:
        first, *parts = relu(self.bn1(self.conv1(x))).chunk(self.scales, dim=1)
        done = [first]
        for k, part in enumerate(parts):
            mixed = part if k == 0 else part + done[-1]
            done.append(relu(self.bns[k](self.convs[k](mixed))))
        return self.bn3(self.conv3(torch.cat(done, dim=1)))

    @staticmethod
    def name(layer: str) -> str:
        kind = "norm" if layer.startswith("bn") else "conv"
        if layer[-2] == ".":
            return f"R_1.K_{int(layer[-1]) + 2}.{kind}"
        return f"{'A' if layer.endswith('1') else 'B'}_1.{kind}"


class Stacked(nn.Module):
    """Stem, blocks in stages, pool and classifier. `make(inputs, outputs, stride)` is a block.

    A subclass says in `walk` what the blocks do to X_0.
    """

    def __init__(
        self,
        make: Callable[[int, int, int], nn.Module],
        blocks: Sequence[int],
        widths: Sequence[int],
        stem: int,
        *,
        kernel: int = 3,
        bias: bool = False,
        large: bool = False,
    ) -> None:
        super().__init__()
        kernel, stride = (7, 2) if large else (kernel, 1)
        self.conv1 = nn.Conv2d(3, stem, kernel, stride, kernel // 2, bias=bias)
        self.bn1 = nn.BatchNorm2d(stem)
        self.pool = nn.MaxPool2d(3, 2, 1) if large else nn.Sequential()
        made, inputs, self.shapes = [], stem, [(stem, 1)]  # of X_0, X_1, ...: width, stride
        for stage, (count, width) in enumerate(zip(blocks, widths, strict=True)):
            for number in range(count):
                made.append(make(inputs, width, 2 if stage and number == 0 else 1))
                self.shapes.append((width, 2**stage))
                inputs = width
        self.blocks = nn.ModuleList(made)
        self.fc = nn.Linear(inputs, CLASSES)

    def walk(self, x: Tensor) -> Tensor:
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        x = self.walk(self.pool(relu(self.bn1(self.conv1(x)))))
        return self.fc(x.mean(dim=(2, 3)))


def projection(inputs: int, outputs: int, stride: int, bias: bool = False) -> nn.Sequential:
    """What adapts a value to another stage: conv 1x1 and norm, or nothing."""
    if stride == 1 and inputs == outputs:
        return nn.Sequential()
    return nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=bias), nn.BatchNorm2d(outputs))


def outer_key(key: str) -> str:
    """From the keys of a `Stacked` to those of the network, but for its blocks."""
    key = re.sub(r"^conv1\.", "stem.conv.", re.sub(r"^bn1\.", "stem.norm.", key))
    return re.sub(r"^fc\.", "head.fc.", key)


def projection_key(value: str, stage: int, layer: str) -> str:
    """The network's name for layer 0 or 1 of a projection of a value to a stage."""
    return f"transition_{value}_to_{stage}.{('conv', 'norm')[int(layer)]}"


def stages_of(blocks: Sequence[int]) -> list[int]:
    """The stage of every block, from 1."""
    return [stage for stage, count in enumerate(blocks, start=1) for _ in range(count)]
