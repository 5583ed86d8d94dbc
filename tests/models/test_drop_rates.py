"""Dropout before the classifier, and stochastic depth."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

import formula2net as f2n
from formula2net.blocks.drop_path import DropPath
from tests.models.small import SMALL, drop_rates, small


@pytest.fixture
def images() -> Tensor:
    return torch.randn(2, 3, 32, 32)


def test_dropout_before_the_classifier(images: Tensor) -> None:
    net, plain = small(drop_rate=0.5), small()
    assert [name for name, _ in net.head.named_children()] == ["pool", "flatten", "drop", "fc"]
    assert net.head.drop.p == 0.5
    assert list(net.state_dict()) == list(plain.state_dict())
    plain.load_state_dict(net.state_dict())
    assert torch.equal(net.eval()(images), plain.eval()(images))
    assert not torch.equal(net.train()(images), net(images))


WHERE = {"se_resnet18": "W_{}.B_1", "res2next29_6c24w4s": "W_{}.B_1"}


@pytest.mark.parametrize("name", SMALL)
def test_the_rate_of_stochastic_depth_grows_with_the_step(name: str, images: Tensor) -> None:
    net = small(name, drop_path_rate=0.4)
    depth = net.backbone.depth
    rates = drop_rates(net)
    where = WHERE.get(name, "W_{}")
    assert list(rates) == [where.format(step) for step in range(2, depth + 1)]
    for step, rate in enumerate(rates.values(), start=2):
        assert rate == pytest.approx(0.4 * (step - 1) / (depth - 1))
    plain = small(name)
    assert list(net.state_dict()) == list(plain.state_dict())
    plain.load_state_dict(net.state_dict())
    assert torch.equal(net.eval()(images), plain.eval()(images))


@pytest.mark.parametrize("name", SMALL)
def test_stochastic_depth_drops_whole_samples(name: str) -> None:
    """Some samples lose all that the block adds; the others have it, and more of it."""
    net = small(name, drop_path_rate=0.5)
    last = net.backbone.depth
    added = f"gate__{last}" if name == "se_resnet18" else WHERE.get(name, "W_{}").format(last)
    part = f2n.create_feature_extractor(net, [added])
    torch.manual_seed(1)
    x = torch.randn(1, 3, 16, 16).expand(64, 3, 16, 16)
    for module in part.modules():  # statistics of a batch would mix the samples
        is_norm = isinstance(module, nn.BatchNorm2d)
        if is_norm or (isinstance(module, DropPath) and module.rate < 0.5):
            module.eval()
    value = part(x)[added]
    is_lost = (value == 0).flatten(1).all(1)
    assert 16 < is_lost.sum() < 48
    kept = value[~is_lost]
    assert torch.allclose(kept, kept[:1].expand_as(kept), atol=1e-6)
    expected = part.eval()(x[:1])[added]
    if name != "se_resnet18":  # there the gate reads what is kept, and is not linear
        assert torch.allclose(kept[:1], 2 * expected, atol=1e-5)
