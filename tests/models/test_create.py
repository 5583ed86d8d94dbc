"""create_model(): its arguments, and what it and its networks refuse."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

import formula2net as f2n
from formula2net.errors import BlockError, Formula2NetError, ShapeError
from formula2net.lower.feature_network import FeatureInfo, FeatureNetwork
from tests.models.small import COPIES, SMALL, features, small


@pytest.fixture
def images() -> Tensor:
    return torch.randn(2, 3, 32, 32)


@pytest.mark.parametrize("name", SMALL)
def test_classes_and_channels(name: str, images: Tensor) -> None:
    assert small(name)(images).shape == (2, f2n.model_info(name).num_classes)
    net = small(name, num_classes=7, in_chans=1)
    assert net(images[:, :1]).shape == (2, 7)
    assert (net.num_classes, net.backbone.stem.in_chans) == (7, 1)


@pytest.mark.parametrize("name", SMALL)
def test_no_classes_give_the_features(name: str, images: Tensor) -> None:
    net = small(name, num_classes=0).eval()
    x = net(images)
    length = 32 // net.backbone.shape_of(len(net.backbone.stages)).stride
    assert x.shape == (2, net.num_features, length, length)
    assert not [key for key in net.state_dict() if key.startswith("head.fc")]
    assert isinstance(net.get_classifier(), nn.Identity)


def test_overrides(images: Tensor) -> None:
    net = small(stem="imagenet", norm="group", num_classes=3)
    assert net.stem.conv.kernel_size == (7, 7)
    assert isinstance(net.W_1.norm1, nn.GroupNorm)
    assert net.backbone.depth == 5
    assert net(torch.zeros(1, 3, 64, 64)).shape == (1, 3)


def test_the_check_can_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[object] = []
    monkeypatch.setattr("formula2net.compiler.check_counts", lambda *given: checked.append(given))
    small(check=False)
    assert not checked
    small()
    assert len(checked) == 1


def test_features_of_each_stage(images: Tensor) -> None:
    net = features().eval()
    found = net(images)
    assert [tuple(x.shape[1:]) for x in found] == [(4, 32, 32), (8, 16, 16), (16, 8, 8), (32, 4, 4)]
    assert net.feature_info == (
        FeatureInfo("X_1", 4, 1),
        FeatureInfo("X_3", 8, 2),
        FeatureInfo("X_4", 16, 4),
        FeatureInfo("X_5", 32, 8),
    )
    assert net.feature_info.channels() == [4, 8, 16, 32]
    assert net.feature_info.reduction() == [1, 2, 4, 8]
    assert net.feature_info.module_name() == ["X_1", "X_3", "X_4", "X_5"]
    assert not [key for key in net.state_dict() if key.startswith("head")]


@pytest.mark.parametrize(
    ("indices", "states"),
    [
        ((0, 2), ["X_1", "X_4"]),
        ([-1], ["X_5"]),
        ((3, -4), ["X_5", "X_1"]),
        (2, ["X_4", "X_5"]),
        (range(2), ["X_1", "X_3"]),
    ],
)
def test_which_stages(indices: Any, states: list[str], images: Tensor) -> None:
    net = features(out_indices=indices)
    assert net.feature_info.module_name() == states
    assert [x.shape[1] for x in net(images)] == net.feature_info.channels()


@pytest.mark.parametrize("name", SMALL)
def test_features_are_the_states_of_the_network(name: str, images: Tensor) -> None:
    net = small(name).eval()
    part = features(name).eval()
    part.load_state_dict({k: v for k, v in net.state_dict().items() if k in part.state_dict()})
    *_, last = part(images)
    assert torch.equal(last, net.forward_features(images))
    assert last.shape[1] == net.num_features


def test_features_without_the_last_stage_have_no_modules_of_it(images: Tensor) -> None:
    net = features(out_indices=(1,))
    assert [name for name, _ in net.named_children()] == [
        *("stem", "W_1", "relu", "W_2", "transition_X_1_to_2", "W_3"),
    ]
    net(images)[0].sum().backward()
    assert all(weight.grad is not None for weight in net.parameters())


@pytest.mark.parametrize("how", COPIES)
def test_copies_of_features(how: str, images: Tensor) -> None:
    net = features().eval()
    other = COPIES[how](net)
    assert isinstance(other, FeatureNetwork)
    assert other.feature_info == net.feature_info
    assert not other.training
    assert list(other.state_dict()) == list(net.state_dict())
    for one, two in zip(net(images), other(images), strict=True):
        assert torch.equal(one, two)
    shared = {id(w) for w in net.parameters()} & {id(w) for w in other.parameters()}
    assert bool(shared) == (how == "copy")


# ------------------------------------------------------------ what is refused

OPTIONS = "form, blocks, width, bottleneck, stem, initial, activation, norm"


@pytest.mark.parametrize(
    ("name", "options", "kind", "message"),
    [
        (
            "resnet19",
            {},
            Formula2NetError,
            "There is no model 'resnet19'.\n  try: resnet18, resnet110, ",
        ),
        (
            "ResNet-18",
            {},
            Formula2NetError,
            "There is no model 'ResNet-18'.\n  try: resnet18, ",
        ),
        ("zzz", {}, Formula2NetError, "There is no model 'zzz'.\n  try: list_models()"),
        (
            "resnet18",
            {"pretrained": True},
            Formula2NetError,
            (
                "There are no pretrained weights of resnet18: nothing is downloaded.\n"
                "  try: load_weights(net, module_or_state_dict), or load(directory)"
            ),
        ),
        (
            "resnet18",
            {"num_classes": -1},
            ShapeError,
            "num_classes=-1 is no number of channels.\n  expected an integer from 0 on",
        ),
        (
            "resnet18",
            {"num_classes": 10.0},
            ShapeError,
            "num_classes=10.0 is no number of channels.\n  expected an integer from 0 on",
        ),
        (
            "resnet18",
            {"in_chans": 0},
            ShapeError,
            "in_chans=0 is no number of channels.\n  expected an integer from 1 on",
        ),
        (
            "resnet18",
            {"in_chans": True},
            ShapeError,
            "in_chans=True is no number of channels.\n  expected an integer from 1 on",
        ),
        (
            "resnet18",
            {"out_indices": (1,)},
            Formula2NetError,
            "out_indices needs features_only=True.",
        ),
        (
            "resnet18",
            {"features_only": True, "out_indices": (0, 4)},
            ShapeError,
            "out_indices=(0, 4) are no stages of this network.\n  expected of 0 to 3",
        ),
        (
            "resnet18",
            {"features_only": True, "out_indices": (-5,)},
            ShapeError,
            "out_indices=(-5,) are no stages of this network.\n  expected of 0 to 3",
        ),
        (
            "resnet18",
            {"features_only": True, "out_indices": ()},
            ShapeError,
            "out_indices=() are no stages of this network.\n  expected of 0 to 3",
        ),
        (
            "resnet18",
            {"features_only": True, "out_indices": 5},
            ShapeError,
            "out_indices=(-5, -4, -3, -2, -1) are no stages of this network.\n  expected of 0 to 3",
        ),
        (
            "resnet18",
            {"drop_rate": 1.0},
            ShapeError,
            "drop_rate=1.0 is no rate.\n  expected 0 up to, and without, 1",
        ),
        (
            "resnet18",
            {"drop_path_rate": -0.1},
            BlockError,
            "drop_path=-0.1 is no rate.\n  expected 0 up to, and without, 1",
        ),
        (
            "plain18",
            {"drop_path_rate": 0.1},
            BlockError,
            (
                "This network has no blocks that a shortcut goes around: none can be dropped.\n"
                "  got drop_path_rate=0.1; expected 0"
            ),
        ),
        (
            "resnet18",
            {"block": (1, 1)},
            Formula2NetError,
            (f"resnet18 has no option 'block'.\n  expected {OPTIONS}\n  try: blocks"),
        ),
        (
            "resnet18",
            {"depth": 3, "zzz": 4},
            Formula2NetError,
            (
                f"resnet18 has no option 'depth'.\n  expected {OPTIONS}\n  try: width\n\n"
                f"resnet18 has no option 'zzz'.\n  expected {OPTIONS}"
            ),
        ),
        (
            "resnet18",
            {"norm": "bach"},
            BlockError,
            "Unknown norm: 'bach'.",
        ),
    ],
)
def test_what_is_refused(
    name: str, options: dict[str, Any], kind: type[Formula2NetError], message: str
) -> None:
    with pytest.raises(Formula2NetError) as caught:
        f2n.create_model(name, **options)
    assert type(caught.value) is kind
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        (
            (2, 1, 32, 32),
            "The network reads 3 channels.\n  got 1, in an input of (2, 1, 32, 32)",
        ),
        (
            (2, 3, 7, 32),
            (
                "An input of 7x32 is smaller than the network's strides.\n"
                "  expected at least 8 along each axis"
            ),
        ),
        (
            (3, 32, 32),
            "The network reads inputs of 4 axes.\n  got (3, 32, 32); expected (N, 3, H, W)",
        ),
    ],
)
def test_inputs_that_do_not_fit(shape: tuple[int, ...], message: str) -> None:
    net = small()
    for forward in (net, net.forward_features, features()):
        with pytest.raises(ShapeError) as caught:
            forward(torch.zeros(shape))
        assert str(caught.value) == message
    large = small(stem="imagenet").eval()
    with pytest.raises(ShapeError, match="at least 32 along each axis"):
        large(torch.zeros(1, 3, 31, 31))
    assert large(torch.zeros(1, 3, 32, 32)).shape == (1, 100)
