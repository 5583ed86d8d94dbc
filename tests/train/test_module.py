"""The recipe: schedule and parameter groups."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from torch import nn

from formula2net.train import Recipe
from formula2net.train.module import Classifier


def test_the_rate_rises_linearly_and_falls_to_nothing() -> None:
    recipe = Recipe(warmup=0.2)
    rates = [recipe.rate(step, 100) for step in range(101)]
    assert rates[:20] == pytest.approx([(step + 1) / 21 for step in range(20)])
    assert rates[20] == max(rates) == 1
    assert rates[60] == pytest.approx(0.5)
    assert rates[20:] == sorted(rates[20:], reverse=True)
    assert 0 < rates[99] < 0.001
    assert rates[100] == pytest.approx(0)


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_a_run_of_a_few_steps_has_a_rate(steps: int) -> None:
    assert all(0 < Recipe().rate(step, steps) <= 1 for step in range(steps))


class Scaled(nn.Module):
    """A weight, a bias, a norm, a trainable scalar as formulas have, and something frozen."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(4, 3)
        self.norm = nn.BatchNorm1d(4)
        self.step = nn.Parameter(torch.tensor(0.5))
        self.frozen = nn.Parameter(torch.ones(2, 2), requires_grad=False)


def test_only_weights_decay_and_frozen_ones_are_left_alone() -> None:
    net = Scaled()
    module = Classifier(net, classes=3, recipe=Recipe(weight_decay=0.1))
    module.trainer = SimpleNamespace(estimated_stepping_batches=10)  # type: ignore[assignment]
    optimizer = module.configure_optimizers()["optimizer"]
    decay = {p: group["weight_decay"] for group in optimizer.param_groups for p in group["params"]}
    named = {name: decay[p] for name, p in net.named_parameters() if p in decay}
    assert named == {
        "linear.weight": 0.1,
        "linear.bias": 0.0,
        "norm.weight": 0.0,
        "norm.bias": 0.0,
        "step": 0.0,
    }
