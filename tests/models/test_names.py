"""The names of networks: listing, registering, and what is known of one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import FrozenInstanceError

import pytest
import torch

import formula2net as f2n
from formula2net.blocks import Basic
from formula2net.errors import Formula2NetError
from formula2net.models.design import Design
from formula2net.models.registry import MODELS

RESNET18 = """\
resnet18: ResNet. Basic or bottleneck blocks with a shortcut around each, in four stages.
{source}.

  X[i] = relu((1 + W[i])*X[i - 1])

input 3x32x32, 100 classes
11,220,132 parameters, 555,468,800 multiply-accumulates
published: params 11.22M, flops 7.1e10 a batch of 128 (Table 8)"""


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    before = dict(MODELS)
    yield
    MODELS.clear()
    MODELS.update(before)


def halved(*, num_classes: int, in_chans: int, width: int = 4) -> Design:
    """A ResNet whose blocks are halved.

    In one stage.
    """
    backbone = f2n.Backbone.cifar((2,), (width,), in_chans, num_classes)
    return Design(f2n.parse("X_i = X_{i-1} + 1/2 W_i X_{i-1}"), backbone, Basic(), branches=("*",))


# ------------------------------------------------------------ listing


def test_all_in_the_order_of_the_registry() -> None:
    assert f2n.list_models() == list(MODELS)
    assert "difference_resnet50" in f2n.list_models()


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("resnet18", ["resnet18"]),
        ("difference_resnet??", [f"difference_resnet{n}" for n in (18, 34, 50)]),
        ("difference_resnet[35]*[04]", [f"difference_resnet{n}" for n in (34, 50)]),
        ("nothing*", []),
        ("ResNet18", []),
    ],
)
def test_patterns(pattern: str, found: list[str]) -> None:
    assert f2n.list_models(pattern) == found


def test_the_networks_of_a_family() -> None:
    found = f2n.list_models("*_imagenet", family="se_*")
    assert found == [
        f"{form}se_resnet{depth}_imagenet"
        for depth in (18, 34, 50, 101)
        for form in ("", "difference_")
    ]


# ------------------------------------------------------------ registering


def test_a_network_of_your_own() -> None:
    f2n.register_model("halved2", halved, title="Halved", source="nowhere", width=8)
    assert f2n.list_models("halved*") == ["halved2"]
    net = f2n.create_model("halved2", drop_path_rate=0.5)
    assert net(torch.zeros(2, 3, 8, 8)).shape == (2, 10)
    assert net.W_2.conv1.out_channels == 8
    assert f2n.create_model("halved2", width=6, in_chans=1, num_classes=3).num_features == 6
    info = f2n.model_info("halved2")
    assert str(info) == (
        "halved2: Halved. A ResNet whose blocks are halved.\nnowhere.\n\n"
        "  X[i] = X[i - 1] + W[i]/2*X[i - 1]\n\n"
        "input 3x32x32, 10 classes"
    )
    assert (info.options, info.params, info.macs, info.published) == ({"width": 8}, None, None, {})


@pytest.mark.parametrize("name", ["resnet18", "halved2"])
def test_names_clash(name: str) -> None:
    f2n.register_model("halved2", halved, title="Halved")
    before = MODELS[name]
    with pytest.raises(Formula2NetError) as caught:
        f2n.register_model(name, halved)
    assert str(caught.value) == (f"There is a model {name!r} already.\n  got {before.family.title}")
    assert MODELS[name] is before


def test_classes_and_input_of_your_own() -> None:
    f2n.register_model("mine", halved, input_shape=(1, 28, 28), num_classes=26)
    net = f2n.create_model("mine")
    assert net(torch.zeros(2, 1, 28, 28)).shape == (2, 26)
    assert str(f2n.model_info("mine")).endswith("input 1x28x28, 26 classes")
    assert f2n.model_info("mine").title == "mine"


def test_options_that_the_function_does_not_have() -> None:
    f2n.register_model("mine", halved)
    with pytest.raises(Formula2NetError, match=r"mine has no option 'widths'\.") as caught:
        f2n.create_model("mine", widths=3)
    assert str(caught.value).endswith("\n  expected width\n  try: width")
    with pytest.raises(Formula2NetError, match=r"has no option 'widht'") as caught:
        f2n.register_model("other", halved, widht=3)
    assert str(caught.value).endswith("\n  expected width\n  try: width")
    assert "other" not in MODELS


# ------------------------------------------------------------ what is known


def test_what_is_printed_of_a_network() -> None:
    info = f2n.model_info("resnet18")
    assert str(info).startswith(RESNET18.split("{source}", maxsplit=1)[0])
    assert str(info).endswith(RESNET18.split("{source}", maxsplit=1)[1])
    assert "Table 8" in info.source


def test_what_is_known_of_a_network() -> None:
    info = f2n.model_info("difference_resnet50")
    assert info.formula == MODELS["difference_resnet50"].design().formula
    assert (info.params, info.macs) == (26_481_828, 1_415_454_720)
    assert info.published["params"] == "26.48M"
    assert (info.input_shape, info.num_classes) == ((3, 32, 32), 100)
    assert info.options["form"] == "difference"
    assert info.options["bottleneck"] is True
    assert info.options["initial"] == "zeros_like"
    assert "num_classes" not in info.options
    with pytest.raises(FrozenInstanceError):
        info.params = 1  # type: ignore[misc]
    with pytest.raises(TypeError):
        info.options["form"] = "residual"  # type: ignore[index]


def test_a_network_that_there_is_not() -> None:
    with pytest.raises(Formula2NetError) as caught:
        f2n.model_info("diference_resnet50")
    first, second = str(caught.value).splitlines()
    assert first == "There is no model 'diference_resnet50'."
    assert second.startswith("  try: difference_resnet50, ")
