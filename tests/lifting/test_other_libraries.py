"""Networks of other libraries against formulas; each test skips where its library is missing."""

from __future__ import annotations

from typing import Any

import pytest
import torch

import formula2net as f2n
from formula2net.formulas import get_formula
from formula2net.language.backbone import Backbone

IMAGES = torch.randn(1, 3, 64, 64)
RESIDUAL = "X_i = X_{i-1} + W_i X_{i-1}"
NORMED = "X_i = X_{i-1} + W_i(norm_i(X_{i-1}))"


def lifted(module: torch.nn.Module, x: torch.Tensor = IMAGES, **named: Any) -> Any:
    return f2n.lift(module, x, **named)


@pytest.fixture
def vision() -> Any:
    return pytest.importorskip("torchvision").models


@pytest.fixture
def timm() -> Any:
    return pytest.importorskip("timm")


@pytest.fixture
def transformers() -> Any:
    return pytest.importorskip("transformers")


def is_resnet(program: Any, *blocks: int) -> bool:
    """Whether it is ResNet with the activation after the sum, over these stages."""
    widths = tuple(8 * 2**k for k in range(len(blocks)))
    comparison = f2n.compare(program, get_formula("resnet_relu"), Backbone.cifar(blocks, widths))
    return comparison.equal_network and comparison.equal_wiring and comparison.equal_paths


def test_the_resnets_of_torchvision(vision: Any) -> None:
    assert is_resnet(lifted(vision.resnet18(), transitions="*.downsample"), 2, 2, 2, 2)
    bottlenecks = lifted(vision.resnet50(), transitions="*.downsample")
    assert bottlenecks.paths().words == 2**16
    assert bottlenecks.modules["W_2"] == tuple(
        f"layer1.1.{kind}{k}" for k in (1, 2, 3) for kind in ("conv", "bn")
    )


@pytest.mark.slow
def test_the_densenet_of_torchvision(vision: Any) -> None:
    dense = lifted(vision.densenet121(), transitions="features.transition?")
    assert len(dense.blocks) == 6 + 12 + 24 + 16
    # A dense block has 2^L paths to its layers and its end; transitions tie the blocks together.
    assert dense.paths().by_length()[1].words == 58


@pytest.mark.slow
def test_gated_and_branched_networks_of_torchvision(vision: Any) -> None:
    inception = lifted(
        vision.googlenet(weights=None, init_weights=False, aux_logits=False), stem=(), head=()
    )
    assert inception.paths().words == 4**9
    efficient = lifted(vision.efficientnet_b0())
    assert "gate" in efficient.letters.values()
    stages = lifted(vision.convnext_tiny())
    assert len(stages.blocks) == 18 + 3  # the blocks, and what is between the stages


@pytest.mark.slow
def test_transformers_of_torchvision(vision: Any) -> None:
    named = {"blocks": ("*.self_attention", "*.mlp")}
    vit = lifted(vision.vit_b_16(weights=None, image_size=64), **named)
    assert f2n.compare(vit, NORMED, depth=24).equal_network
    windows = lifted(vision.swin_t(weights=None), blocks=("*.attn", "*.mlp"))
    assert len(windows.blocks) == 24


def test_networks_of_timm(timm: Any) -> None:
    resnet = lifted(timm.create_model("resnet18"), transitions="*.downsample")
    assert is_resnet(resnet, 2, 2, 2, 2)
    vit = timm.create_model("vit_tiny_patch16_224", img_size=64)
    streamed = lifted(vit, blocks=("*.attn", "*.mlp"))
    assert f2n.compare(streamed, NORMED, depth=24).equal_network


@pytest.mark.slow
def test_preactivation_and_chunks_of_timm(timm: Any) -> None:
    preact = lifted(timm.create_model("resnetv2_50"), transitions="*.downsample")
    assert preact.paths().words == 2**16
    mixer = lifted(timm.create_model("mixer_s32_224"), torch.randn(1, 3, 224, 224))
    assert f2n.compare(mixer, RESIDUAL, depth=16).equal_network
    dual = lifted(timm.create_model("dpn68"))
    assert dual.paths().words > 2**16


def test_the_resnet_of_transformers(transformers: Any) -> None:
    config = transformers.ResNetConfig(
        embedding_size=8, hidden_sizes=[8, 16], depths=[2, 2], layer_type="basic", num_labels=10
    )
    net = transformers.ResNetForImageClassification(config)
    assert is_resnet(lifted(net, transitions="*.shortcut"), 2, 2)


def test_the_convnext_of_transformers(transformers: Any) -> None:
    config = transformers.ConvNextConfig(
        num_stages=2, hidden_sizes=[8, 16], depths=[2, 2], num_labels=10
    )
    net = lifted(
        transformers.ConvNextForImageClassification(config), transitions="*.downsampling_layer*"
    )
    assert f2n.compare(net, RESIDUAL, depth=4).equal_paths
    transitions = [letter for letter in net.letters.values() if letter.startswith("transition")]
    assert len(transitions) == 2  # a norm and a convolution, which nothing calls together
    assert net.modules["W_1"][0] == "convnext.encoder.stages.0.layers.0.dwconv"


def test_the_residual_stream_of_the_vit_of_transformers(transformers: Any) -> None:
    config = transformers.ViTConfig(
        hidden_size=16,
        num_hidden_layers=3,
        num_attention_heads=2,
        intermediate_size=32,
        image_size=64,
        patch_size=16,
        num_labels=10,
    )
    net = transformers.ViTForImageClassification(config)
    stream = lifted(net, blocks=("*.attention", "*.mlp"))
    assert f2n.compare(stream, NORMED, depth=6).equal_network
    assert stream.modules["W_1"] == ("vit.layers.0.attention",)
