"""What a named network answers: features, head, classifier; and what becomes of its copies."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.fx import symbolic_trace

import formula2net as f2n
from formula2net.blocks import Basic
from formula2net.errors import ShapeError
from formula2net.lower.network import Network
from tests.models.small import COPIES, SMALL, drop_rates, small, unlike


@pytest.fixture
def images() -> Tensor:
    return torch.randn(2, 3, 32, 32)


@pytest.mark.parametrize("name", SMALL)
def test_features_and_head_are_the_network(name: str, images: Tensor) -> None:
    net = unlike(small(name, drop_rate=0.3))
    x = net.forward_features(images)
    assert x.shape[:2] == (2, net.num_features)
    logits = net(images)
    assert torch.equal(net.forward_head(x), logits)
    before = net.forward_head(x, pre_logits=True)
    assert before.dim() == 2
    assert torch.equal(net.head.fc(before), logits)
    net.reset_classifier(0, global_pool="avg")
    assert torch.equal(net(images), before)


def test_what_is_said_of_the_classifier() -> None:
    net = small(num_classes=7)
    assert net.get_classifier() is net.head.fc
    assert net.get_classifier(name_only=True) == "head.fc"
    assert (net.num_classes, net.num_features) == (7, 32)


def test_a_new_classifier_keeps_what_belongs_to_the_features(images: Tensor) -> None:
    net = unlike(small("preact_resnet110")).double()
    norm = net.head.norm
    nn.init.uniform_(norm.weight, 0.5, 1)
    kept = copy.deepcopy(norm.state_dict())
    x = net.forward_head(net.forward_features(images.double()), pre_logits=True)
    for classes in (3, 0, 5):
        net.reset_classifier(classes)
        assert net.head.norm is norm
        assert all(torch.equal(kept[key], value) for key, value in norm.state_dict().items())
        assert list(dict(net.head.named_children()))[:2] == ["norm", "act"]
        assert net.num_classes == net.backbone.head.num_classes == classes
    assert net.head.fc.weight.dtype == torch.float64
    assert torch.equal(net.head.fc(x), net(images.double()))


@pytest.mark.parametrize("training", [True, False])
def test_a_new_head_is_in_the_mode_of_the_network(training: bool) -> None:
    net = small(drop_rate=0.5).train(training)
    net.reset_classifier(3)
    assert all(module.training is training for module in net.modules())


@pytest.mark.parametrize(
    ("classes", "pool", "message"),
    [
        (3, "max", "A head of global_pool='max' cannot give 3 classes.\n  expected 'avg'"),
        (3, "", "A head of global_pool='' cannot give 3 classes.\n  expected 'avg'"),
        (-1, None, "A head has num_classes=-1.\n  expected a positive integer"),
        ("3", None, "A head has num_classes='3'.\n  expected a positive integer"),
    ],
)
def test_heads_that_cannot_be_made(classes: Any, pool: str | None, message: str) -> None:
    net = small()
    head = net.head
    with pytest.raises(ShapeError) as caught:
        net.reset_classifier(classes, pool)
    assert str(caught.value) == message
    assert net.head is head


def test_a_head_of_the_users(images: Tensor) -> None:
    class Head(nn.Module):
        """Its children are not called in the order of their names."""

        def __init__(self) -> None:
            super().__init__()
            self.fc, self.pool = nn.Linear(32, 3), nn.AdaptiveMaxPool2d(1)

        def forward(self, x: Tensor) -> Tensor:
            return self.fc(self.pool(x).flatten(1)) + 1

    net = small().eval()
    net.head = Head()
    assert torch.equal(net.forward_head(net.forward_features(images)), net(images))


@pytest.mark.parametrize("how", COPIES)
@pytest.mark.parametrize("name", ["se_resnet18", "preact_resnet110"])
def test_copies_of_networks(name: str, how: str, images: Tensor) -> None:
    net = unlike(small(name, drop_rate=0.2, drop_path_rate=0.2))
    other = COPIES[how](net)
    assert isinstance(other, Network)
    assert torch.equal(other(images), net(images))
    assert torch.equal(other.forward_features(images), net.forward_features(images))
    assert (other.num_features, other.states) == (net.num_features, net.states)
    other.reset_classifier(2)
    assert other(images).shape == (2, 2)
    assert net(images).shape != (2, 2)


def test_compiled_by_torch(images: Tensor) -> None:
    net = unlike(small())
    compiled = torch.compile(net, backend="eager", fullgraph=True)
    assert torch.allclose(compiled(images), net(images), atol=1e-6)
    assert torch.equal(compiled.forward_features(images), net.forward_features(images))
    assert compiled.num_classes == 100
    compiled.reset_classifier(3)
    assert compiled(images).shape == (2, 3)


# ------------------------------------------------------------ writing down, tracing


@pytest.mark.parametrize("name", SMALL)
def test_saved_and_loaded(name: str, tmp_path: Path, images: Tensor) -> None:
    """Blocks that differ by operator, and formulas inside blocks, are written as text."""
    net = unlike(small(name, num_classes=3, drop_rate=0.1, drop_path_rate=0.2))
    f2n.save(net, tmp_path / "net")
    again = f2n.load(tmp_path / "net").eval()
    assert (again.formula, again.backbone, again.block) == (net.formula, net.backbone, net.block)
    assert torch.equal(again(images), net(images))
    assert drop_rates(again) == drop_rates(net)


def test_a_formula_inside_a_formula_inside_a_formula(tmp_path: Path, images: Tensor) -> None:
    inner = f2n.parse("Y_i = Y_{i-1} + B_i(Y_{i-1})").as_operator(2)
    middle = f2n.parse("Z_1 = A(Z_0) + S(Z_0)").with_blocks(S=inner).as_operator(1)
    formula = f2n.parse("X_i = X_{i-1} + W_i(X_{i-1})").with_blocks(W=middle)
    blocks = {"W.S.B": Basic(norm="group"), "A": "plain"}
    net = f2n.compile(formula, f2n.Backbone.cifar((1, 1), (4, 8)), blocks).eval()
    f2n.save(net, tmp_path / "net")
    again = f2n.load(tmp_path / "net").eval()
    assert again.formula == formula
    assert again.block == net.block
    assert torch.equal(again(images), net(images))


@pytest.mark.filterwarnings("ignore::FutureWarning")  # of torch by torch
@pytest.mark.parametrize("name", ["resnet18", "se_resnet18"])
def test_exported(name: str, images: Tensor) -> None:
    """What looks at the input's shape stands in the way of no tracer."""
    net = unlike(small(name))
    batch = {0: torch.export.Dim("batch")}
    exported = torch.export.export(net, (images,), dynamic_shapes=(batch,))
    other = torch.randn(5, 3, 32, 32)
    assert torch.allclose(exported.module()(other), net(other), atol=1e-6)
    traced = symbolic_trace(net)
    assert torch.equal(traced(other), net(other))
    with torch.device("meta"):
        assert small(name)(torch.empty(2, 3, 32, 32)).shape == (2, 100)
