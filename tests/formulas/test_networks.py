"""Every formula of the registry makes a network that is proved and that learns."""

from __future__ import annotations

import pytest
import torch

from formula2net.compiler import compile
from formula2net.formulas import FORMULAS, get_formula
from formula2net.language.backbone import Backbone
from formula2net.lower.verify import verify

TWO_STAGES = Backbone.cifar((1, 1), (16, 32))  # squeezed to a 16th
ONE_STAGE = Backbone.cifar((2,), (8,))
ONE_STEP = Backbone.cifar((1,), (8,))

# What is concatenated has one resolution, so these are laid over one stage.
CONCATENATING = ("seqconv", "seqconv_windowed", "densenet", "sparsenet")
# A block that is applied to its own output reads one shape only.
TWICE = ("polynet",)
# Two steps of these have a million words and more, and proving them takes as long.
LARGE = 9  # equations
MANY_PATHS = ("seqresnet_stage", "seqresnet_stage_dense", "seqresnet_first_stage")


@pytest.mark.parametrize("name", FORMULAS)
def test_the_formula_makes_a_network(name: str) -> None:
    large = len(get_formula(name).equations) >= LARGE or name in MANY_PATHS
    backbone = ONE_STEP if large else ONE_STAGE if name in (*CONCATENATING, *TWICE) else TWO_STAGES
    if depth := FORMULAS[name].depth:
        backbone = Backbone.cifar((depth,), (8,))
    net = compile(get_formula(name), backbone, block="plain")
    verify(net).raise_if_failed()
    scores = net(torch.randn(2, 3, 8, 8))
    assert scores.shape == (2, 10)
    scores.square().mean().backward()
    idle = [key for key, weight in net.named_parameters() if weight.grad is None]
    assert idle == []


def test_a_hyper_connection_trains_its_numbers() -> None:
    net = compile(get_formula("hyper_connection", lanes=2), Backbone.cifar((2,), (8,)))
    assert set(net.scalars) >= {"a_2_1_1", "b_2_2", "p_2_1"}
    # They start as a ResNet.
    assert [net.scalars[f"p_{i}_{j}"].item() for i in (1, 2) for j in (1, 2)] == [1, 0, 0, 1]
    assert [net.scalars[f"b_{i}_{k}"].item() for i in (1, 2) for k in (1, 2)] == [1, 1, 1, 1]
    net(torch.randn(2, 3, 8, 8)).square().mean().backward()
    assert all(scalar.grad is not None for scalar in net.scalars.values())
