"""Networks as people write them, against the formulas that they are meant to be."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from sympy import Eq
from torch import nn

import formula2net as f2n
from formula2net.formulas import get_formula
from tests.lifting import nets

IMAGES = torch.randn(2, 3, 8, 8)
TWO_STAGES = f2n.Backbone.cifar((2, 2), (8, 16))
SQUEEZE = {"activations": ("*.act", "*.pool", "*.inner", "*.gate"), "stem": "stem"}


def times(number: int, block: type[nn.Module], *args: Any) -> nn.Module:
    return nets.Classifier(*(block(*args) for _ in range(number)))


def resnet() -> nn.Module:
    blocks = [nets.Basic(8, 8), nets.Basic(8, 8), nets.Basic(8, 16, 2), nets.Basic(16, 16)]
    return nets.Classifier(*blocks, width=16)


def preact(inplace: bool = False) -> nn.Module:
    return nets.Classifier(*(nets.PreActivation(inplace=inplace) for _ in range(3)), norm=True)


@pytest.mark.parametrize(
    ("net", "named", "formula", "depth"),
    [
        (resnet(), {"transitions": "*.shortcut"}, "resnet_relu", TWO_STAGES),
        (preact(), {}, "resnet", 3),
        (preact(inplace=True), {}, "resnet", 3),
        (nets.Classifier(nets.DenseBlock(4, 4), width=24), {}, "densenet", 4),
        (times(3, nets.Squeeze), SQUEEZE, "squeeze_excitation", 3),
        (times(3, nets.Highway), {"activations": "sigmoid"}, "highway", 3),
        (times(3, nets.Reversible), {}, "revnet", 3),
    ],
    ids=["resnet", "preact", "preact, in place", "densenet", "squeeze", "highway", "revnet"],
)
def test_a_network_is_its_formula(
    net: nn.Module, named: dict[str, Any], formula: str, depth: int | f2n.Backbone
) -> None:
    lifted = f2n.lift(net, IMAGES, **named)
    comparison = f2n.compare(lifted, get_formula(formula), depth=depth)
    assert comparison.equal_network, comparison
    assert comparison.equal_wiring, comparison
    assert comparison.equal_paths, comparison


def test_blocks_stand_for_modules() -> None:
    lifted = f2n.lift(resnet(), IMAGES, transitions="*.shortcut")
    run = ("conv1", "bn1", "conv2", "bn2")
    blocks = {f"W_{k}": tuple(f"blocks.{k - 1}.{part}" for part in run) for k in (1, 2, 3, 4)}
    assert lifted.modules == {**blocks, "transition_1": ("blocks.2.shortcut",)}
    assert list(lifted.modules) == ["W_1", "W_2", "W_3", "transition_1", "W_4"]


def test_the_counts_are_those_of_the_formula() -> None:
    lifted = f2n.lift(resnet(), IMAGES, transitions="*.shortcut")
    for view in ("paper", "exact"):
        wanted = get_formula("resnet_relu").paths(TWO_STAGES, view=view)
        assert lifted.paths(view=view).by_length() == wanted.by_length()


def test_a_projection_is_a_block_unless_it_is_named() -> None:
    lifted = f2n.lift(resnet(), IMAGES)
    assert lifted.modules["W_4"] == ("blocks.2.shortcut.0", "blocks.2.shortcut.1")
    assert lifted.paths().words == 16
    assert min(lifted.paths().by_length()) == 1  # no path passes the change of stage without it


def test_dense_layers_may_grow_one_tensor() -> None:
    net = nets.Classifier(nets.DenseByGrowing(4, 4), width=24)
    comparison = f2n.compare(f2n.lift(net, IMAGES), get_formula("densenet"), depth=4)
    assert comparison.equal_network
    assert not comparison.equal_wiring  # a concatenation of a concatenation


def test_branches_side_by_side() -> None:
    lifted = f2n.lift(times(2, nets.Inception), IMAGES, stem="stem")
    assert str(lifted).splitlines() == [
        "X_0 = input X_0",
        "W_1 = W_1(X_0)",
        "W_2 = W_2(X_0)",
        "W_3 = W_3(X_0)",
        "W_4 = W_4(X_0)",
        "v5 = [W_1, W_2, W_3, W_4]",
        "W_5 = W_5(v5)",
        "W_6 = W_6(v5)",
        "W_7 = W_7(v5)",
        "W_8 = W_8(v5)",
        "v10 = [W_5, W_6, W_7, W_8]",
        "output v10",
    ]
    paths = lifted.paths()
    assert (paths.wired, paths.words, paths.total) == (16, 16, 16)
    assert lifted.modules["W_4"] == ("blocks.0.pool.1",)


def test_squeeze_and_excitation_run_by_run() -> None:
    lifted = f2n.lift(times(2, nets.Squeeze), IMAGES, stem="stem")
    assert lifted.modules["W_2"] == ("blocks.0.down", "blocks.0.up")
    assert str(lifted.paths()) == (
        "gate@2:1*W_3*gate:1*W_1 + gate@2:2*W_4*W_3*gate:1*W_1 + gate@2:1*W_3*gate:2*W_2*W_1 "
        "+ gate@2:2*W_4*W_3*gate:2*W_2*W_1"
    )


def test_numbers_are_exact_and_trained_numbers_are_scalars() -> None:
    lifted = f2n.lift(times(1, nets.ReZero), IMAGES)
    assert str(lifted.paths()) == "1/3 + sqrt(2)*blocks_0_alpha/2*W_1"


def test_a_tied_block_is_one_block() -> None:
    lifted = f2n.lift(nets.Classifier(nets.Tied(3)), IMAGES)
    assert lifted.blocks == ("W_1",)
    assert lifted.modules == {"W_1": ("blocks.0.conv",)}
    X, W, i = f2n.State("X"), f2n.Operator("W"), f2n.Index("i")
    assert f2n.compare(lifted, f2n.Recursion(Eq(X[i], X[i - 1] + W(X[i - 1]))), 3).equal_network


def test_the_residual_stream_of_a_transformer() -> None:
    lifted = f2n.lift(nets.Encoder(2), torch.randn(2, 5, 3), blocks=("*.attention", "*.mlp"))
    comparison = f2n.compare(lifted, "X_i = X_{i-1} + W_i(norm_i(X_{i-1}))", depth=4)
    assert comparison.equal_network
    assert comparison.equal_wiring
    assert lifted.modules["W_2"] == ("layers.0.mlp",)
    assert lifted.modules["norm_2"] == ("layers.0.norm2",)


def test_the_module_is_left_as_it_is() -> None:
    net = resnet()
    net.blocks[1].eval()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    modes = [part.training for part in net.modules()]
    f2n.lift(net, IMAGES)
    assert [part.training for part in net.modules()] == modes
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
    assert all(weight.requires_grad for weight in net.parameters())


def test_it_is_drawn_like_any_program(tmp_path: Any) -> None:
    lifted = f2n.lift(preact(), IMAGES)
    assert f2n.draw_wiring(lifted, tmp_path / "net.svg").stat().st_size > 1000
    assert lifted.to_networkx().number_of_nodes() == len(lifted.ops)
