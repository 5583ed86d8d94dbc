"""What looks alike and is not: each of these was once read as another program."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

import formula2net as f2n
from tests.lifting import nets

IMAGES = torch.randn(2, nets.WIDTH, 8, 8)


class Does(nn.Module):
    """A module of which a function says what it does."""

    def __init__(self, does: Callable[[Does, Tensor], Tensor]) -> None:
        super().__init__()
        self.conv, self.fc = nets.conv(nets.WIDTH, nets.WIDTH), nn.Linear(8, 8, bias=False)
        self.alpha, self.does = nn.Parameter(torch.ones(1)), does

    def forward(self, x: Tensor) -> Tensor:
        return self.does(self, x)

    def both(self, x: Tensor) -> Tensor:
        return torch.cat([x, self.conv(x)], 1)


def lifted(does: Callable[[Does, Tensor], Tensor]) -> str:
    return str(f2n.lift(Does(does), IMAGES, stem=(), head=()).paths(view="exact"))


@pytest.mark.parametrize(
    "does",
    [
        lambda s, x: torch.sigmoid(s.alpha) * x + (1 - torch.sigmoid(s.alpha)) * x,
        lambda s, x: F.gelu(s.conv(x)) + s.conv(x),
        lambda s, x: F.linear(x, s.fc.weight) + F.linear(x, s.fc.weight.t()),
        lambda s, x: (
            F.conv2d(x, s.conv.weight, padding=1)
            + F.conv2d(x, s.conv.weight, padding=2, dilation=2)
        ),
    ],
)
def test_two_functions_of_one_weight_are_two_blocks(
    does: Callable[[Does, Tensor], Tensor],
) -> None:
    assert lifted(does) == "W_2 + W_1"


@pytest.mark.parametrize(
    ("does", "name"),
    [
        (lambda s, x: F.leaky_relu(x, 0.1) + F.leaky_relu(x, 0.2), "leaky_relu"),
        (lambda s, x: x[:, :, :4] + x[:, :, 4:], "slice"),
        (lambda s, x: F.max_pool2d(x, 3, 1, 1) + F.max_pool2d(x, 5, 1, 2), "max_pool2d"),
        (lambda s, x: x**2 + x**3, "pow"),
        (lambda s, x: x.flatten(2).softmax(-1).view(x.shape) + x.softmax(-1), "softmax"),
        (
            lambda s, x: (
                x.view(2, 2, 4, 8, 8).softmax(2).view(x.shape)
                + x.view(2, 4, 2, 8, 8).softmax(2).view(x.shape)
            ),
            "softmax",
        ),
        (lambda s, x: F.dropout(x, 0.5, True) + F.dropout(x, 0.5, True), "native_dropout"),
        (lambda s, x: x.transpose(1, 2) + x.transpose(1, 3), "transpose"),
    ],
)
def test_functions_that_differ_in_a_number(
    does: Callable[[Does, Tensor], Tensor], name: str
) -> None:
    assert lifted(does) == f"{name}_2 + {name}"


@pytest.mark.parametrize(
    ("does", "paths"),
    [
        (lambda s, x: x + x.transpose(2, 3), "transpose + 1"),
        (lambda s, x: x.mean((2, 3)), "global_pool"),
        (lambda s, x: F.adaptive_avg_pool2d(x, 1), "global_pool"),
        (lambda s, x: x.unflatten(1, (4, 2)).mean((2, 3, 4)), "mean"),
        (lambda s, x: x + x.mean((2, 3), keepdim=True).transpose(2, 3), "global_pool + 1"),
        (lambda s, x: (x.unsqueeze(1) - x.unsqueeze(2)).sum(1), "-sum*expand_2 + sum*expand"),
        (
            lambda s, x: x[:, :1].unsqueeze(1).expand(2, 8, 1, 8, 8).flatten(1, 2) + x,
            "expand:1 + 1",
        ),
        (lambda s, x: x * x.mean((2, 3), keepdim=True).expand_as(x), "gate:2*global_pool + gate:1"),
    ],
)
def test_what_moves_or_repeats_numbers_is_a_function(
    does: Callable[[Does, Tensor], Tensor], paths: str
) -> None:
    assert lifted(does) == paths


class Scaled(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nets.conv(nets.WIDTH, nets.WIDTH)

    def forward(self, x: Tensor, factor: float, power: int = 1) -> Tensor:
        return (factor * self.conv(x)) ** power


class CallsTwice(nn.Module):
    def __init__(self, *numbers: tuple[float, ...]) -> None:
        super().__init__()
        self.block, self.numbers = Scaled(), numbers

    def forward(self, x: Tensor) -> Tensor:
        one, two = self.numbers
        return self.block(x, *one) + self.block(x, *two)


@pytest.mark.parametrize(
    ("numbers", "paths"),
    [
        (((2.0,), (2.0,)), "2*W_1"),
        (((2.0,), (3.0,)), "W_2 + W_1"),
        (((2.0, 1), (2.0, 2)), "W_2 + W_1"),
    ],
)
def test_a_named_block_with_other_numbers_is_another_block(
    numbers: tuple[tuple[float, ...], ...], paths: str
) -> None:
    assert str(f2n.lift(CallsTwice(*numbers), IMAGES, blocks="block").paths()) == paths


@pytest.mark.parametrize(
    ("does", "got"),
    [
        (lambda s, x: x + x.max(1, keepdim=True).indices, "getitem"),
        (lambda s, x: (x > 0) * s.conv(x), "gt"),
    ],
)
def test_whole_numbers_have_no_gradient(does: Callable[[Does, Tensor], Tensor], got: str) -> None:
    with pytest.raises(f2n.LiftError) as caught:
        lifted(does)
    assert str(caught.value).startswith("No gradient passes here, so it is no path")
    assert str(caught.value).endswith(f"  got {got}")


@pytest.mark.parametrize(
    ("does", "what"),
    [
        (lambda s, x: s.both(x).relu().chunk(2, 2)[0], "A value is split along an axis"),
        (lambda s, x: torch.stack((x, s.conv(x)), 1)[0], "A stack is indexed on another axis"),
        (lambda s, x: torch.stack((x, s.conv(x))).unbind(1)[0], "A value is split along an axis"),
        (lambda s, x: torch.cat([x, s.conv(x)], 2).chunk(2, 1)[0], "Channels are split"),
        (lambda s, x: s.both(x).flip(1).chunk(2, 1)[0], "Channels are split"),
        (lambda s, x: s.both(x).softmax(1).chunk(2, 1)[0], "Channels are split"),
        (
            lambda s, x: (s.both(x).roll(1, 1) + torch.cat([x, x], 1)).chunk(2, 1)[0],
            "Channels are split",
        ),
        (lambda s, x: s.both(x)[:, ::2] + x, "A part is taken of values side by side"),
        (lambda s, x: s.both(x).unflatten(1, (2, 8))[:, 0], "A part is taken of values"),
    ],
)
def test_a_part_of_which_nobody_knows_whose_it_is(
    does: Callable[[Does, Tensor], Tensor], what: str
) -> None:
    with pytest.raises(f2n.LiftError) as error:
        lifted(does)
    assert str(error.value).startswith(what)
    assert "test_faults.py:" in str(error.value)


def test_a_module_beside_the_head_is_refused() -> None:
    module = Does(lambda s, x: s.fc(x) + s.conv(x))
    with pytest.raises(f2n.LiftError, match="What the head gives meets another value"):
        f2n.lift(module, IMAGES, stem=(), head="fc")


def without_gradients(s: Does, x: Tensor) -> Tensor:
    with torch.no_grad():
        y = s.conv(x)
    return x + y


@pytest.mark.parametrize("does", [without_gradients, lambda s, x: x + s.conv(x.detach())])
def test_what_has_no_gradient_is_no_path(does: Callable[[Does, Tensor], Tensor]) -> None:
    with pytest.raises(f2n.LiftError) as caught:
        lifted(does)
    shown = str(caught.value)
    assert shown.startswith("No gradient passes here, so it is no path")
    assert "test_faults.py:" in shown


class Stopped(nn.Module):
    """A block in which one of two ways, or both, are detached."""

    def __init__(self, both: bool) -> None:
        super().__init__()
        self.conv, self.both = nets.conv(nets.WIDTH, nets.WIDTH), both

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv(x)
        return (y.detach() if self.both else y) - y.amax(1, keepdim=True).detach()


def test_a_named_block_may_detach_as_long_as_a_gradient_passes() -> None:
    net = nn.Sequential(Stopped(both=False), nn.ReLU(), Stopped(both=False))
    assert str(f2n.lift(net, IMAGES, blocks=Stopped).paths()) == "W_2*W_1"
    with pytest.raises(f2n.LiftError) as caught:
        f2n.lift(nn.Sequential(Stopped(both=True), nn.ReLU()), IMAGES, blocks=Stopped)
    assert str(caught.value).startswith("No gradient passes here, so it is no path")
    assert str(caught.value).endswith("  got detach")


class Twice(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nets.conv(nets.WIDTH, nets.WIDTH), nets.conv(nets.WIDTH, nets.WIDTH)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return self.a(x), self.b(x)


class Pair(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.twice = Twice()

    def forward(self, x: Tensor) -> Tensor:
        a, b = self.twice(x)
        return x + a + torch.relu(b)


def test_a_block_gives_one_value() -> None:
    with pytest.raises(f2n.LiftError, match=r"The block twice gives 2 values\."):
        f2n.lift(Pair(), IMAGES, blocks="twice")


def test_a_module_has_one_role() -> None:
    with pytest.raises(f2n.LiftError, match=r"twice\.a is selected as block and as transition\."):
        f2n.lift(Pair(), IMAGES, blocks="twice.a", transitions="twice.*")


class Mixed(Does):
    def __init__(self) -> None:
        super().__init__(lambda s, x: x[:, :, ::2] + s.mix(s.both(x))[:, :, ::2])
        self.mix = nn.Conv2d(2 * nets.WIDTH, nets.WIDTH, 1)


def test_what_is_mixed_may_be_cut() -> None:
    paths = f2n.lift(Mixed(), IMAGES, stem=(), head=()).paths()
    assert str(paths) == "1 + W_2:1 + W_2:2*W_1"
