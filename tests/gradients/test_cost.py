"""The cost, counted: one forward pass, and a vector-Jacobian product a block and length."""

from __future__ import annotations

from collections import Counter

import pytest
import torch
from torch import Tensor, nn

from formula2net.compiler import compile
from formula2net.gradients.measure import path_spectrum
from formula2net.language.backbone import Backbone

RESNET = "X_i = (1 + W_i) X_{i-1}"
CALLS: Counter[str] = Counter()


class Counted(torch.autograd.Function):
    """The identity; counts its calls, and its vector-Jacobian products."""

    @staticmethod
    def forward(ctx: object, x: Tensor) -> Tensor:
        CALLS["forward"] += 1
        return x.clone()

    @staticmethod
    def backward(ctx: object, cotangent: Tensor) -> Tensor:
        CALLS["products"] += 1
        return cotangent


class Block(nn.Module):
    """A linear layer that counts."""

    def __init__(self, in_width: int, out_width: int) -> None:
        super().__init__()
        self.linear = nn.Linear(in_width, out_width)

    def forward(self, x: Tensor) -> Tensor:
        return Counted.apply(self.linear(x))


def make(in_width: int, out_width: int, *, stride: int, ref: object) -> nn.Module:
    return Block(in_width, out_width)


def counts(formula: str, depth: int, most: int | None = None) -> tuple[int, int]:
    """How often blocks are called, and how many products are taken, one by one."""
    net = compile(formula, Backbone.table(3, (depth,), (4,), 2), make, check=False)
    CALLS.clear()
    path_spectrum(net, torch.zeros(2, 3), chunk=1, max_length=most)
    return CALLS["forward"], CALLS["products"]


@pytest.mark.parametrize("depth", [1, 5, 12])
def test_a_block_costs_a_product_for_each_length_behind_it(depth: int) -> None:
    """Paths from X_i to X_L have 0 to L - i blocks: L (L + 1) / 2 products, over 2^L paths."""
    assert counts(RESNET, depth) == (depth, depth * (depth + 1) // 2)


def test_the_cost_is_linear_in_the_greatest_length_that_is_wanted() -> None:
    found = [counts(RESNET, 30, most)[1] for most in range(8)]
    steps = [sum(min(behind + 1, most + 2) for behind in range(30)) for most in range(8)]
    assert found == steps
    assert all(products <= 30 * (most + 2) for most, products in enumerate(found))


def test_it_is_linear_in_depth_for_a_greatest_length() -> None:
    found = [counts(RESNET, depth, 3)[1] for depth in (20, 40, 60)]
    assert found[2] - found[1] == found[1] - found[0] == 20 * 5


def test_the_plain_network_costs_one_backward_pass() -> None:
    assert counts("X_i = W_i X_{i-1}", 9) == (9, 9)


def test_a_value_that_is_read_often_is_pulled_once() -> None:
    """A dense sum: 2^(L-1) paths, and each block is called once."""
    formula = "X_i = W_i(Sum(X_j, (j, 0, i-1)))"
    assert counts(formula, 8)[0] == 8
    assert counts(formula, 8)[1] <= 8 * 8
