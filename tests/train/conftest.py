"""A small residual network written by hand, and data small enough to train on in a second."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from formula2net.train import ImageData


class Residual(nn.Module):
    def __init__(self, in_width: int, width: int, stride: int) -> None:
        super().__init__()
        self.block = nn.Sequential(
            nn.Conv2d(in_width, width, 3, stride, 1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, width, 3, 1, 1, bias=False),
            nn.BatchNorm2d(width),
        )
        self.shortcut = nn.Sequential()
        if in_width != width:
            self.shortcut.append(nn.Conv2d(in_width, width, 1, stride, bias=False))
            self.shortcut.append(nn.BatchNorm2d(width))

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.shortcut(x) + self.block(x))


def build_resnet(in_chans: int = 1, widths: tuple[int, ...] = (16, 32, 64)) -> nn.Module:
    """Two blocks a stage, half the resolution at each new stage."""
    layers: list[nn.Module] = [
        nn.Conv2d(in_chans, widths[0], 3, 1, 1, bias=False),
        nn.BatchNorm2d(widths[0]),
        nn.ReLU(),
    ]
    for before, width in zip((widths[0], *widths), widths, strict=False):
        layers += [Residual(before, width, 1 if before == width else 2), Residual(width, width, 1)]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(widths[-1], 10))


def build_small() -> nn.Module:
    """Has a batch norm and a dropout, the two that make a resumed run differ if it can."""
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, 2, 1, bias=False),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.Dropout(0.2),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(8, 3),
    )


@pytest.fixture
def resnet() -> nn.Module:
    torch.manual_seed(0)
    return build_resnet()


@pytest.fixture
def small() -> Callable[[], nn.Module]:
    """Makes the same small network each time it is called: (N, 3, H, W) to three scores."""

    def make() -> nn.Module:
        torch.manual_seed(0)
        return build_small()

    return make


@pytest.fixture
def colours() -> ImageData:
    """96 and 48 noisy images of 3x8x8, in which the channel of the class is the brightest."""
    generator = torch.Generator().manual_seed(0)

    def split(count: int) -> tuple[Tensor, Tensor]:
        labels = torch.arange(count) % 3
        images = torch.randint(0, 100, (count, 3, 8, 8), generator=generator, dtype=torch.uint8)
        images[torch.arange(count), labels] += 100
        return images, labels

    return ImageData("colours", *split(96), *split(48), classes=3, padding=1, flip=True)
