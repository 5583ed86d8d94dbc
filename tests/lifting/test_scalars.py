"""Numbers in code, as literals and in tensors."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

import formula2net as f2n
from tests.lifting import nets

IMAGES = torch.randn(2, nets.WIDTH, 4, 4)


class Mixes(nn.Module):
    weight: Tensor
    third: Tensor

    def __init__(self, does: Callable[[Mixes, Tensor, Tensor], Tensor]) -> None:
        super().__init__()
        self.conv, self.does = nets.conv(nets.WIDTH, nets.WIDTH), does
        self.register_buffer("weight", torch.tensor(0.5))
        self.register_buffer("third", torch.full((1, 1, 1), 1 / 3))
        self.pair = nn.Parameter(torch.ones(2))
        self.table = nn.Parameter(torch.ones(2, 2))
        self.one = nn.Parameter(torch.ones(1, 1, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return self.does(self, x, self.conv(x))


@pytest.mark.parametrize(
    ("does", "paths"),
    [
        (lambda s, x, y: (x + y) / 2**0.5, "sqrt(2)/2 + sqrt(2)/2*W_1"),
        (lambda s, x, y: (x + y) * (1 / 2**0.5), "sqrt(2)/2 + sqrt(2)/2*W_1"),
        (lambda s, x, y: 0.9 * x + (1 - 0.9) * y, "9/10 + 1/10*W_1"),
        (lambda s, x, y: x + s.weight * y, "1 + 1/2*W_1"),
        (lambda s, x, y: s.third * x + y / s.weight, "1/3 + 2*W_1"),
        (lambda s, x, y: torch.tensor(0.3) * x + torch.full((1,), 2) * y, "3/10 + 2*W_1"),
        (lambda s, x, y: x + torch.zeros(2, 8, 4, 4) + y.zero_(), "1"),
        (lambda s, x, y: s.pair[0] * x + s.pair[-1] * y, "pair_0 + pair_1*W_1"),
        (
            lambda s, x, y: sum(p * v for p, v in zip(s.pair, (x, y), strict=True)),
            "pair_0 + pair_1*W_1",
        ),
        (lambda s, x, y: s.table[0, 1] * x + s.one * y, "table_0_1 + one*W_1"),
        (lambda s, x, y: torch.lerp(x, y, 0.3), "7/10 + 3/10*W_1"),
        (lambda s, x, y: torch.lerp(x, y, s.weight), "1/2 + 1/2*W_1"),
        (lambda s, x, y: torch.addcmul(x, x, y, value=0.2), "1/5*gate:1 + 1 + 1/5*gate:2*W_1"),
    ],
)
def test_a_number_is_a_coefficient(
    does: Callable[[Mixes, Tensor, Tensor], Tensor], paths: str
) -> None:
    assert str(f2n.lift(Mixes(does), IMAGES, stem=(), head=()).paths()) == paths


def test_an_entry_that_is_not_told_apart_is_no_scalar() -> None:
    net = Mixes(lambda s, x, y: s.table.t()[0, 1] * x + s.table[0, 1] * y)
    assert str(f2n.lift(net, IMAGES, stem=(), head=()).paths()) == "W_2 + table_0_1*W_1"


def test_nothing_is_divided_by_zero() -> None:
    with pytest.raises(f2n.LiftError, match=r"A value is divided by 0\."):
        f2n.lift(Mixes(lambda s, x, y: x + y / 0), IMAGES)


def test_a_coefficient_is_real_and_finite() -> None:
    with pytest.raises(f2n.LiftError) as error:
        f2n.lift(Mixes(lambda s, x, y: x + float("inf") * y), IMAGES)
    assert str(error.value) == "A coefficient is inf.\n  expected a real and finite number"


def test_tied_weights_have_the_name_of_the_first() -> None:
    layers = nn.Sequential(*(nn.Linear(8, 8) for _ in range(3)))
    layers[2].weight, layers[2].bias = layers[0].weight, layers[0].bias
    lifted = f2n.lift(layers, torch.randn(2, 8), blocks=nn.Linear)
    assert lifted.modules == {"W_1": ("0",), "W_2": ("1",)}
