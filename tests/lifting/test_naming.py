"""What is a block: what the user says, else each run with parameters between joins."""

from __future__ import annotations

import torch
from torch import nn

import formula2net as f2n
from formula2net.ir.ops import Activation, Apply, Norm, Transition
from tests.lifting import nets

IMAGES = torch.randn(2, 3, 8, 8)


def two_stages() -> nn.Module:
    blocks = [nets.Basic(8, 8), nets.Basic(8, 16, 2)]
    return nets.Classifier(*blocks, width=16)


def letters(lifted: f2n.lifting.lifted.Lifted) -> list[str]:
    return list(lifted.letters.values())


def test_a_class_a_pattern_and_a_function_say_the_same() -> None:
    ways = (
        nets.Basic,
        "blocks.?",
        lambda name, module: isinstance(module, nets.Basic),
        ["blocks.0", "blocks.1"],
    )
    for blocks in ways:
        lifted = f2n.lift(two_stages(), IMAGES, blocks=blocks)
        assert lifted.modules == {"W_1": ("blocks.0",), "W_2": ("blocks.1",)}
        assert str(lifted.paths()) == "W_2*W_1"


def test_where_blocks_are_named_other_runs_with_parameters_are_transitions() -> None:
    lifted = f2n.lift(two_stages(), IMAGES, blocks=("*.conv1", "*.conv2"), head="fc")
    assert letters(lifted) == [
        "W_1", "norm_1", "W_2", "norm_2", "relu",
        "W_3", "norm_3", "W_4", "norm_4", "transition_1", "relu@2", "global_pool",
    ]  # fmt: skip
    assert lifted.modules["transition_1"] == ("blocks.1.shortcut.0", "blocks.1.shortcut.1")


def test_an_activation_that_is_named_ends_a_run() -> None:
    net = nn.Sequential(nets.conv(3, 8), nn.GELU(), nets.conv(8, 8))
    whole = f2n.lift(net, IMAGES)
    assert letters(whole) == ["W_1"]
    assert letters(f2n.lift(net, IMAGES, activations=nn.GELU, stem=(), head=())) == [
        "W_1",
        "gelu",
        "W_2",
    ]


def test_an_activation_with_parameters_is_a_norm() -> None:
    net = nn.Sequential(nets.conv(3, 8), nn.PReLU(), nets.conv(8, 8))
    lifted = f2n.lift(net, IMAGES, activations="1", stem=(), head=())
    assert [type(op) for op in lifted.ops[1:]] == [Apply, Norm, Apply]
    assert lifted.modules["norm_1"] == ("1",)


def test_a_run_of_norms_is_a_norm() -> None:
    class Shared(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.norm, self.a = nn.BatchNorm2d(8), nets.conv(8, 8)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            y = torch.relu(self.norm(x))
            return x + self.a(y) + y

    lifted = f2n.lift(Shared(), torch.randn(2, 8, 4, 4))
    assert str(lifted.paths(view="exact")) == "norm_1 + 1 + W_1*norm_1"


def test_stem_and_head_may_be_named_or_be_none() -> None:
    net = nets.Classifier(nets.PreActivation(), norm=True)
    assert str(f2n.lift(net, IMAGES).paths()) == "1 + W_1"
    assert str(f2n.lift(net, IMAGES, stem=(), head=()).paths()) == "W_3*W_1 + W_3*W_2*W_1"
    named = f2n.lift(net, IMAGES, stem="stem.0", head=("norm", "fc"))
    assert letters(named) == ["relu", "W_1"]


def test_a_projection_that_is_named_is_a_transition() -> None:
    lifted = f2n.lift(two_stages(), IMAGES, transitions="*.shortcut")
    (transition,) = (op for op in lifted.ops if isinstance(op, Transition))
    assert transition.width == 2
    relus = [op for op in lifted.ops if isinstance(op, Activation)]
    assert [op.name for op in relus] == ["relu", "relu"]
