"""The first paper's residual networks: their counts, and the readings of the difference form."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from formula2net import create_model, list_models, model_info
from formula2net.blocks import count_macs, count_parameters
from formula2net.errors import FormulaError, ShapeError
from formula2net.models.registry import MODELS

FAMILIES = ("resnet", "se_resnet", "resnext", "res2next")
ALL = [name for family in FAMILIES for name in list_models(family=family)]
LARGE = [name for name in ALL if name.endswith("_imagenet")]
TABLE_8 = [name for name in ALL if name not in LARGE]
CUT = {  # printed without rounding
    "resnet50",
    "difference_se_resnet18",
    "difference_resnext29_2x64d",
    "difference_res2next29_6c24w4s",
}
TORCHVISION = {  # what its four networks have, for 1,000 classes
    "resnet18_imagenet": 11_689_512,
    "resnet34_imagenet": 21_797_672,
    "resnet50_imagenet": 25_557_032,
    "resnet101_imagenet": 44_549_160,
}


def empty(name: str, **options: Any) -> Any:
    """The network without memory for its numbers."""
    with torch.device("meta"):
        return create_model(name, check=False, **options)


def test_there_are_24_networks_of_each_size() -> None:
    assert len(TABLE_8) == len(LARGE) == 24
    assert {name.removesuffix("_imagenet") for name in LARGE} == set(TABLE_8)


@pytest.mark.parametrize("name", ALL)
def test_the_counts_are_those_on_record(name: str) -> None:
    net, info = empty(name), model_info(name)
    assert count_parameters(net) == info.params
    assert count_macs(net, info.input_shape) == info.macs


@pytest.mark.parametrize("name", TABLE_8)
def test_the_counts_are_those_of_table_8(name: str) -> None:
    """Millions, rounded or cut to two places; FLOPs of a batch of 128 to two digits."""
    info = model_info(name)
    hundredths = info.params / 1e4
    expected = math.floor(hundredths) if name in CUT else round(hundredths)
    assert info.published["params"] == f"{expected / 100:.2f}M"
    assert f"{128 * info.macs:.1e}" == f"{float(info.published['flops'].split()[0]):.1e}"


@pytest.mark.parametrize("name", TORCHVISION)
def test_the_large_networks_are_as_large_as_those_of_torchvision(name: str) -> None:
    assert model_info(name).params == TORCHVISION[name]
    assert count_parameters(empty(name)) == TORCHVISION[name]


READINGS = [  # of K_0, as the 50-layer network: parameters, operations, words on paper, exactly
    ("zeros_like", 26_481_828, 1_415_454_720, 17, 2_447),
    ("zero", 26_464_932, 1_398_677_504, 17, 2_447),
    ("input", 26_481_828, 1_415_454_720, 1, 4_207),
]


@pytest.mark.parametrize(("initial", "params", "macs", "words", "exact"), READINGS)
def test_the_readings_of_the_value_before_the_first_block(
    initial: str, params: int, macs: int, words: int, exact: int
) -> None:
    net = empty("difference_resnet50", initial=initial)
    with FlopCounterMode(display=False) as flops:
        net.eval()(torch.empty(1, 3, 32, 32, device="meta"))
    assert (count_parameters(net), flops.get_total_flops()) == (params, 2 * macs)
    design = MODELS["difference_resnet50"].design(initial=initial)
    assert design.formula.paths(design.backbone).words == words
    assert design.formula.paths(design.backbone, view="exact").words == exact


def test_with_the_input_as_first_value_the_plain_network_is_left_on_paper() -> None:
    """K_0 = X_0 makes X_1 = K_1, and so on: everything but the blocks cancels."""
    formula = MODELS["difference_resnet50"].design(initial="input").formula
    (word,) = formula.paths(8)
    assert word == (tuple(f"W_{i}" for i in range(8, 0, -1)), 1)


@pytest.mark.parametrize("name", ["difference_resnet18", "difference_se_resnet34"])
def test_basic_blocks_need_no_projection_of_the_first_value(name: str) -> None:
    design = [MODELS[name].design(initial=initial) for initial in ("zeros_like", "zero")]
    one, other = (count_parameters(empty(name, initial=i)) for i in ("zeros_like", "zero"))
    assert one == other == model_info(name).params
    assert design[0].formula != design[1].formula


SMALL: dict[str, Any] = {"blocks": (2, 1, 1, 1), "width": 8, "num_classes": 5}


def gradients(**options: Any) -> tuple[dict[str, Tensor], float]:
    """Of the projection that sees K_0 = 0, and the largest of the whole network."""
    torch.manual_seed(0)
    net = create_model("difference_resnet50", **SMALL, **options).double()
    for weight in net.parameters():  # norms start at 1 and 0, where much is equal by chance
        if weight.dim() == 1:
            torch.nn.init.uniform_(weight, 0.5, 1.5)
    net(torch.randn(4, 3, 32, 32, dtype=torch.float64)).square().mean().backward()
    largest = max(weight.grad.abs().max().item() for weight in net.parameters())
    seen = net.get_submodule("transition_K_0_to_1").named_parameters()
    return {name: weight.grad for name, weight in seen}, largest


@pytest.mark.parametrize("options", [{}, {"activation": True}, {"norm": "group"}])
def test_what_a_projection_learns_that_only_sees_zeros(options: dict[str, Any]) -> None:
    found, largest = gradients(**options)
    assert not found["conv.weight"].any()
    assert not found["norm.weight"].any()
    # It adds a constant to each channel. Without an activation after the sum, all that reads the
    # sum are 1x1 convolutions with batch norms, which take constants away again.
    ratio = found["norm.bias"].abs().max().item() / largest
    assert ratio > 1e-3 if options else ratio < 1e-14


def test_a_projection_that_only_sees_zeros_is_executed() -> None:
    macs = [
        count_macs(create_model("difference_resnet50", **SMALL, initial=initial), (3, 32, 32))
        for initial in ("zeros_like", "zero")
    ]
    assert macs[0] - macs[1] == 32 * 32 * 8 * 32  # 1x1, from 8 channels to 32, at 32x32


def test_the_activation_after_the_sum_is_an_option() -> None:
    as_printed, with_relu = (
        MODELS["difference_resnet18"].design(activation=activation).formula
        for activation in (False, True)
    )
    assert "relu" not in as_printed.to_text()
    assert "X[i] = relu(X[i - 1] + K[i] - K[i - 1])" in with_relu.to_text()
    assert list(as_printed.paths(4)) == list(with_relu.paths(4))  # on paper
    assert as_printed.paths(4, view="exact").words == 5
    assert with_relu.paths(4, view="exact").words == with_relu.paths(4).wired == 29
    torch.manual_seed(0)
    x = torch.randn(2, 3, 16, 16)
    features = {"width": 8, "num_classes": 0}
    assert create_model("difference_resnet18", **features)(x).min() < 0
    assert create_model("difference_resnet18", activation=True, **features)(x).min() == 0


def test_the_width_is_that_of_the_first_stage() -> None:
    net = create_model("resnet50", width=4, blocks=(1, 2), num_classes=0)
    assert net(torch.randn(2, 3, 8, 8)).shape == (2, 4 * 4 * 2, 4, 4)
    next29 = create_model("resnext29_2x64d", base_width=4, stem_width=8, blocks=(1, 1, 1))
    assert next29.get_submodule("stem.conv").out_channels == 8
    assert next29.get_submodule("head.fc").in_features == 2 * (2 * 4) * 2**2


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"form": "dense"}, FormulaError, "There is no form 'dense'."),
        ({"form": "difference", "initial": "ones"}, FormulaError, "K_0 cannot be 'ones'."),
        ({"width": 0}, ShapeError, "A stage has width=0."),
        ({"blocks": ()}, ShapeError, "A backbone has no stages."),
    ],
)
def test_what_does_not_fit_is_said(options: dict[str, Any], error: type, text: str) -> None:
    with pytest.raises(error) as raised:
        create_model("resnet18", **options)
    assert text in str(raised.value)


@pytest.mark.parametrize("options", [{"initial": "zero"}, {"activation": True}])
def test_options_of_the_difference_form_are_of_no_use_in_the_other(options: dict[str, Any]) -> None:
    with pytest.raises(FormulaError, match="The residual form has no K_0, and always a ReLU"):
        create_model("resnet18", **options)
