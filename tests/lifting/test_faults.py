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
    ],
)
def test_functions_that_differ_in_a_number(
    does: Callable[[Does, Tensor], Tensor], name: str
) -> None:
    assert lifted(does) == f"{name}_2 + {name}"


@pytest.mark.parametrize(
    ("does", "what"),
    [
        (lambda s, x: s.both(x).relu().chunk(2, 2)[0], "A value is split along an axis"),
        (lambda s, x: torch.stack((x, s.conv(x)), 1)[0], "A stack is indexed on another axis"),
        (lambda s, x: torch.stack((x, s.conv(x))).unbind(1)[0], "Channels are split"),
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
