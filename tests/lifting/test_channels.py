"""Which axis the channels are on, in networks that split or join them."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

import formula2net as f2n
from formula2net.formulas import get_formula
from tests.lifting import nets


class Halves(nn.Module):
    """Two halves of the channels that add to each other."""

    def __init__(self, one: nn.Module, two: nn.Module, axis: int) -> None:
        super().__init__()
        self.f, self.g, self.axis = one, two, axis

    def forward(self, x: Tensor) -> Tensor:
        a, b = x.chunk(2, self.axis)
        a = a + self.f(b)
        b = b + self.g(a)
        return torch.cat((a, b), self.axis)


def sequences(_: int) -> nn.Module:
    return Halves(nn.Conv1d(4, 4, 3, padding=1), nn.Conv1d(4, 4, 3, padding=1), 1)


def tokens(_: int) -> nn.Module:
    return Halves(nn.Linear(4, 4), nn.Linear(4, 4), -1)


@pytest.mark.parametrize(
    ("block", "shape"),
    [(sequences, (2, 8, 16)), (tokens, (3, 8)), (tokens, (2, 5, 8)), (tokens, (2, 5, 6, 8))],
    ids=["convolved sequences", "features", "tokens", "images with channels last"],
)
def test_the_blocks_tell_the_axis(block: type[nn.Module], shape: tuple[int, ...]) -> None:
    net = nn.Sequential(*map(block, range(4)))
    lifted = f2n.lift(net, torch.randn(shape), stem=(), head=())
    comparison = f2n.compare(lifted, get_formula("revnet"), depth=4)
    assert comparison.equal_network
    assert comparison.equal_wiring


class Gated(nn.Module):
    """A gated convolution over time, in a stream of tokens."""

    def __init__(self) -> None:
        super().__init__()
        self.norm, self.conv = nn.LayerNorm(8), nn.Conv1d(8, 16, 3, padding=1)
        self.out = nn.Linear(8, 8)

    def forward(self, x: Tensor) -> Tensor:
        a, b = self.conv(self.norm(x).transpose(1, 2)).chunk(2, dim=1)
        return x + self.out((a * torch.sigmoid(b)).transpose(1, 2))


def test_the_axis_goes_along_when_axes_are_moved() -> None:
    net = nn.Sequential(nn.Linear(3, 8), Gated(), Gated())
    lifted = f2n.lift(net, torch.randn(2, 16, 3), activations="sigmoid", head=())
    assert lifted.paths().by_length()[2].words == 4  # through either side of either gate
    assert [line for line in str(lifted).splitlines() if "split" in line] == [
        "v2 = split(W_1, 2)[1]",
        "v3 = split(W_1, 2)[2]",
        "v9 = split(W_3, 2)[1]",
        "v10 = split(W_3, 2)[2]",
    ]


class Mixer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.along, self.across = nn.Linear(16, 16), nn.Linear(8, 8)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.along(x.transpose(1, 2)).transpose(1, 2)
        return x + self.across(x)


def test_a_layer_along_the_positions_leaves_channels_where_they_are() -> None:
    net = nn.Sequential(nn.Linear(3, 8), *(Mixer() for _ in range(3)), nn.LayerNorm(8))
    lifted = f2n.lift(net, torch.randn(2, 16, 3), head="4")
    assert lifted.recursion == get_formula("resnet")


class Shuffled(nn.Module):
    """Channels in another order, beside those in the old one."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nets.conv(8, 8)

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv(x)
        return y + y.unflatten(1, (2, 4)).transpose(1, 2).flatten(1, 2)


def test_shuffled_channels_are_others() -> None:
    paths = f2n.lift(Shuffled(), torch.randn(2, 8, 4, 4), stem=()).paths(view="exact")
    assert str(paths) == "transpose*W_1 + W_1"


class Pooled(nn.Module):
    """Tokens beside their mean over the channels, or over the positions of an image."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(8, 8)

    def forward(self, x: Tensor) -> Tensor:
        y = self.fc(x)
        return y + y.mean(2, keepdim=True)


def test_a_mean_over_channels_is_no_pooling_of_positions() -> None:
    paths = f2n.lift(Pooled(), torch.randn(2, 5, 8), stem=()).paths(view="exact")
    assert str(paths) == "mean*W_1 + W_1"
