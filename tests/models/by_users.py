"""Networks as people write them: in-place ReLUs, `out += shortcut`, modules in any order.

`wiring` makes mistakes on request: the same modules, another program.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

CLASSES = 5
WIDTHS = (8, 16, 32, 64)


def conv(inputs: int, outputs: int, size: int = 3, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False)


class BasicBlock(nn.Module):
    """Two 3x3 convolutions; the shortcut comes first in the state_dict."""

    expansion = 1

    def __init__(self, inputs: int, width: int, stride: int) -> None:
        super().__init__()
        outputs = width * self.expansion
        self.shortcut = nn.Sequential()
        if stride != 1 or inputs != outputs:
            layers = [conv(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs)]
            self.shortcut = nn.Sequential(*layers)
        self._make(inputs, width, stride)

    def _make(self, inputs: int, width: int, stride: int) -> None:
        self.conv1, self.bn1 = conv(inputs, width, 3, stride), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = conv(width, width), nn.BatchNorm2d(width)

    def branch(self, x: Tensor) -> Tensor:
        out = F.relu(self.bn1(self.conv1(x)), inplace=True)
        return self.bn2(self.conv2(out))

    def forward(self, x: Tensor) -> Tensor:
        out = self.branch(x)
        out += self.shortcut(x)
        return F.relu_(out)


class BottleneckBlock(BasicBlock):
    """1x1, 3x3 with the stride, 1x1."""

    expansion = 4

    def _make(self, inputs: int, width: int, stride: int) -> None:
        self.bn3, self.conv3 = nn.BatchNorm2d(4 * width), conv(width, 4 * width, 1)
        self.bn2, self.conv2 = nn.BatchNorm2d(width), conv(width, width, 3, stride)
        self.bn1, self.conv1 = nn.BatchNorm2d(width), conv(inputs, width, 1)
        self.relu = nn.ReLU(inplace=True)

    def branch(self, x: Tensor) -> Tensor:
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        return self.bn3(self.conv3(out))


class CifarResNet(nn.Module):
    """A network for images of 32x32 and no others: its pool is 4x4."""

    def __init__(
        self,
        block: type[BasicBlock] = BasicBlock,
        counts: Sequence[int] = (1, 2, 1, 1),
        classes: int = CLASSES,
    ) -> None:
        super().__init__()
        self.linear = nn.Linear(WIDTHS[-1] * block.expansion, classes)
        self.conv1, self.bn1 = conv(3, WIDTHS[0]), nn.BatchNorm2d(WIDTHS[0])
        inputs = WIDTHS[0]
        for stage, (count, width) in enumerate(zip(counts, WIDTHS, strict=True), start=1):
            blocks = []
            for number in range(count):
                blocks.append(block(inputs, width, 2 if stage > 1 and number == 0 else 1))
                inputs = width * block.expansion
            setattr(self, f"layer{stage}", nn.Sequential(*blocks))

    def forward(self, x: Tensor) -> Tensor:
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.layer4(self.layer3(self.layer2(self.layer1(out))))
        out = F.avg_pool2d(out, 4)
        return self.linear(out.view(out.size(0), -1))


class PreActBlock(nn.Module):
    """BN, in-place ReLU, convolution, twice; the shortcut reads the block's input."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(inputs), conv(inputs, outputs, 3, stride)
        self.bn2, self.conv2 = nn.BatchNorm2d(outputs), conv(outputs, outputs)
        same = stride == 1 and inputs == outputs
        self.shortcut = nn.Identity() if same else conv(inputs, outputs, 1, stride)

    def forward(self, x: Tensor) -> Tensor:
        out = self.conv1(F.relu_(self.bn1(x)))
        out = self.conv2(F.relu_(self.bn2(out)))
        out += self.shortcut(x)
        return out


class PreActNet(nn.Module):
    """A pre-activation ResNet with three stages and a norm before the pool."""

    def __init__(self, counts: Sequence[int] = (2, 1, 1)) -> None:
        super().__init__()
        self.stem, self.final, inputs = conv(3, 16), nn.BatchNorm2d(64), 16
        blocks: list[nn.Module] = []
        for count, width in zip(counts, (16, 32, 64), strict=True):
            for number in range(count):
                blocks.append(PreActBlock(inputs, width, 2 if number == 0 and width > 16 else 1))
                inputs = width
        self.blocks, self.fc = nn.Sequential(*blocks), nn.Linear(64, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        out = F.relu_(self.final(self.blocks(self.stem(x))))
        return self.fc(out.mean((2, 3)))


def residual(blocks: Sequence[BasicBlock], x: Tensor) -> Tensor:
    for block in blocks:
        x = F.relu(x + block.branch(x))
    return x


def plain(blocks: Sequence[BasicBlock], x: Tensor) -> Tensor:
    for block in blocks:
        x = F.relu(block.branch(x))
    return x


def without_relu(blocks: Sequence[BasicBlock], x: Tensor) -> Tensor:
    for block in blocks:
        x = x + block.branch(x)
    return x


def subtracted(blocks: Sequence[BasicBlock], x: Tensor) -> Tensor:
    for block in blocks:
        x = F.relu(x - block.branch(x))
    return x


def difference(blocks: Sequence[BasicBlock], x: Tensor) -> Tensor:
    before = torch.zeros_like(x)
    for block in blocks:
        now = block.branch(x)
        x = x + now - before
        before = now
    return x


def aliased(blocks: Sequence[BasicBlock], x: Tensor) -> Tensor:
    """The difference as the paper's A.5 has it: `before` and `now` become one tensor."""
    before = torch.zeros_like(x)
    for block in blocks:
        now = out = block.branch(x)
        out += x
        x = out - before
        before = now
    return x


class Narrow(nn.Module):
    """Blocks of one width, without shortcuts of their own: any wiring fits them."""

    def __init__(
        self, wiring: Callable[[Sequence[BasicBlock], Tensor], Tensor], blocks: int = 3
    ) -> None:
        super().__init__()
        self.wiring = wiring
        self.blocks = nn.ModuleList(BasicBlock(8, 8, 1) for _ in range(blocks))
        self.conv, self.bn, self.fc = conv(3, 8), nn.BatchNorm2d(8), nn.Linear(8, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        x = self.wiring(self.blocks, F.relu(self.bn(self.conv(x))))
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))


def shuffle_weights(module: nn.Module) -> nn.Module:
    """Random weights and statistics, so that no two modules are alike."""
    for tensor in (*module.parameters(), *module.buffers()):
        if tensor.is_floating_point():
            matrix = tensor.dim() > 1
            nn.init.normal_(tensor, 0, 0.3) if matrix else nn.init.uniform_(tensor, 0.5, 1)
        else:
            tensor.fill_(7)
    return module
