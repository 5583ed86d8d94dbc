"""Networks of torchvision and timm: their weights, and timm's own names for ours."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest
import torch
from torch import nn

import formula2net as f2n
from formula2net.errors import Formula2NetError, ShapeError
from formula2net.models import with_timm
from formula2net.models.registry import MODELS
from tests.models.by_users import shuffle_weights

SMALL = {"blocks": (1, 1, 1, 1), "width": 8}


@pytest.fixture
def torchvision() -> ModuleType:
    models: ModuleType = pytest.importorskip("torchvision.models")
    return models


@pytest.fixture
def timm() -> ModuleType:
    module: ModuleType = pytest.importorskip("timm")
    return module


def check_weights(name: str, module: nn.Module, keys: dict[str, str]) -> None:
    """The weights come over, these to those, and what both compute is equal to the last bit."""
    net = f2n.create_model(name, check=False)
    found = f2n.load_weights(net, shuffle_weights(module))
    assert len(found) == len(net.state_dict()) == len(module.state_dict())
    assert {name: found[name] for name in keys} == keys
    x = torch.randn(1, 3, 96, 96)
    with torch.no_grad():
        assert torch.equal(net.eval()(x), module.eval()(x))


@pytest.mark.parametrize("depth", [18, pytest.param(50, marks=pytest.mark.slow)])
def test_weights_of_torchvision(depth: int, torchvision: ModuleType) -> None:
    module = getattr(torchvision, f"resnet{depth}")()
    last = 8 if depth == 18 else 16
    keys = {
        "conv1.weight": "stem.conv.weight",
        "bn1.num_batches_tracked": "stem.norm.num_batches_tracked",
        f"layer4.{1 if depth == 18 else 2}.conv2.weight": f"W_{last}.conv2.weight",
        "fc.bias": "head.fc.bias",
    }
    check_weights(f"resnet{depth}_imagenet", module, keys)


def test_weights_of_torchvision_without_the_classes(torchvision: ModuleType) -> None:
    net = f2n.create_model("resnet18_imagenet", num_classes=10, check=False)
    module = torchvision.resnet18()
    with pytest.raises(ShapeError, match="The classifiers differ"):
        f2n.load_weights(net, module)
    f2n.load_weights(net, module, head=False)
    assert torch.equal(net.stem.conv.weight, module.conv1.weight)


def test_the_difference_form_is_not_torchvisions_network(torchvision: ModuleType) -> None:
    net = f2n.create_model("difference_resnet18_imagenet", check=False)
    with pytest.raises(ShapeError, match=r"got 1: layer2\.0\.downsample\.0 in the mod"):
        f2n.load_weights(net, torchvision.resnet18())


def test_weights_of_timm(timm: ModuleType) -> None:
    keys = {"layer2.0.downsample.0.weight": "transition_X_2_to_2.conv.weight"}
    check_weights("resnet18_imagenet", timm.create_model("resnet18"), keys)


# ------------------------------------------------------------ in timm


def test_timm_lists_them(timm: ModuleType) -> None:
    names = f2n.register_with_timm()
    assert names == [f"f2n_{name}" for name in MODELS]
    assert f2n.register_with_timm() == names
    assert set(timm.list_models("f2n_*")) == set(names)
    assert timm.list_models("f2n_*", pretrained=True) == []


def test_timm_makes_them(timm: ModuleType) -> None:
    f2n.register_with_timm()
    net = timm.create_model("f2n_resnet18", num_classes=7, in_chans=1, **SMALL)
    assert isinstance(net, f2n.Network)
    assert net(torch.zeros(2, 1, 32, 32)).shape == (2, 7)
    assert (net.num_classes, net.num_features) == (7, 64)
    assert net.get_classifier() is net.head.fc
    assert net.get_classifier(name_only=True) == net.default_cfg["classifier"] == "head.fc"
    net.reset_classifier(3, global_pool="avg")
    assert net(torch.zeros(2, 1, 32, 32)).shape == (2, 3)


def test_rates_are_passed_on(timm: ModuleType) -> None:
    f2n.register_with_timm()
    net = timm.create_model("f2n_resnet18", drop_rate=0.25, drop_path_rate=0.5, **SMALL)
    assert net.head.drop.p == 0.25
    assert net.W_4.drop_path.rate == 0.5


def test_features_in_timm(timm: ModuleType) -> None:
    f2n.register_with_timm()
    net = timm.create_model("f2n_resnet18", features_only=True, out_indices=(1, -1), **SMALL)
    assert [tuple(x.shape) for x in net(torch.zeros(1, 3, 32, 32))] == [
        (1, 16, 16, 16),
        (1, 64, 4, 4),
    ]
    assert (net.feature_info.channels(), net.feature_info.reduction()) == ([16, 64], [2, 8])


@pytest.mark.parametrize(
    ("options", "shape"),
    [({}, (2, 64)), ({"global_pool": "avg"}, (2, 64)), ({"global_pool": ""}, (2, 64, 4, 4))],
)
def test_without_classes(options: dict[str, Any], shape: tuple[int, ...], timm: ModuleType) -> None:
    """As timm has it: 0 classes leave the pool, and no pool leaves the positions."""
    f2n.register_with_timm()
    net = timm.create_model("f2n_resnet18", num_classes=0, **options, **SMALL)
    assert net(torch.zeros(2, 3, 32, 32)).shape == shape
    assert isinstance(net.get_classifier(), nn.Identity)


@pytest.mark.parametrize(
    "name",
    ["resnet18", "resnext29_2x64d", "seq_resnext24", "densenet_40_k12", "fractalnet20", "rk4_x1"],
)
def test_what_timm_is_told(name: str, timm: ModuleType) -> None:
    f2n.register_with_timm()
    config, model = timm.get_pretrained_cfg(f"f2n_{name}"), MODELS[name]
    assert (config.input_size, config.num_classes) == (model.input_shape, model.num_classes)
    assert not config.has_weights
    net = timm.create_model(f"f2n_{name}", check=False)
    assert net.pretrained_cfg == net.default_cfg == config.to_dict()
    assert timm.data.resolve_model_data_config(net)["input_size"] == model.input_shape
    assert isinstance(net.get_submodule(config.classifier), nn.Linear)
    if config.first_conv is not None:
        first = net.get_submodule(config.first_conv)
        assert isinstance(first, nn.Conv2d)
        assert first is next(m for m in net.modules() if isinstance(m, nn.Conv2d))


def test_other_settings_of_timm(timm: ModuleType) -> None:
    f2n.register_with_timm()
    cfg = {"num_classes": 11, "input_size": (1, 32, 32)}
    net = timm.create_model("f2n_resnet18", pretrained_cfg=cfg, cache_dir="x", **SMALL)
    assert net(torch.zeros(1, 1, 32, 32)).shape == (1, 11)
    overlay = {"crop_pct": 1.0}
    net = timm.create_model("f2n_resnet18", pretrained_cfg_overlay=overlay, **SMALL)
    assert (net.num_classes, net.default_cfg["crop_pct"]) == (100, 1.0)


def test_what_is_refused_in_timm(timm: ModuleType) -> None:
    f2n.register_with_timm()
    with pytest.raises(Formula2NetError, match="There are no pretrained weights of resnet18"):
        timm.create_model("f2n_resnet18", pretrained=True)
    with pytest.raises(Formula2NetError, match="resnet18 has no option 'drop_block_rate'"):
        timm.create_model("f2n_resnet18", drop_block_rate=0.1)
    with pytest.raises(ShapeError, match="A head of global_pool='max' cannot give 100 classes"):
        timm.create_model("f2n_resnet18", global_pool="max")
    with pytest.raises(RuntimeError, match="Invalid pretrained tag"):
        timm.create_model("f2n_resnet18.some_tag")


def test_a_checkpoint_through_timm(timm: ModuleType, tmp_path: Any) -> None:
    from safetensors.torch import save_file

    f2n.register_with_timm()
    net = shuffle_weights(timm.create_model("f2n_resnet18", **SMALL))
    path = tmp_path / "weights.safetensors"
    save_file(net.state_dict(), path)
    again = timm.create_model("f2n_resnet18", checkpoint_path=str(path), **SMALL)
    x = torch.randn(1, 3, 32, 32)
    assert torch.equal(again.eval()(x), net.eval()(x))


def test_a_name_that_timm_has_for_another(
    timm: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MODELS, "of_another", MODELS["resnet18"])
    monkeypatch.setitem(MODELS, "also_new", MODELS["resnet18"])
    monkeypatch.setitem(timm.models._registry._model_entrypoints, "f2n_of_another", lambda: None)
    with pytest.raises(Formula2NetError, match="timm has another model 'f2n_of_another'") as caught:
        f2n.register_with_timm()
    assert "got tests.models.test_other_libraries.test_a_name" in str(caught.value)
    assert not timm.is_model("f2n_also_new")


def test_networks_of_your_own(timm: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    f2n.register_with_timm()
    monkeypatch.setitem(MODELS, "of_mine", MODELS["resnet18"])
    assert not timm.is_model("f2n_of_mine")
    f2n.register_with_timm()
    assert timm.is_model("f2n_of_mine")
    timm.models._registry._model_entrypoints.pop("f2n_of_mine")


def test_without_timm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "timm", None)
    with pytest.raises(ImportError, match=r"needs timm: pip install 'formula2net\[timm\]'"):
        with_timm.register_with_timm()
