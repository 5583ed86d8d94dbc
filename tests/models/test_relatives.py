"""DenseNet, SparseNet, pre-activation and wide ResNets, FractalNet: their counts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import torch
from torch import nn

from formula2net import create_model, list_models, model_info
from formula2net.blocks import count_macs, count_parameters
from tests.models.by_hand_dense import densenet, sparsenet
from tests.models.by_hand_fractal import Columns, FractalNet
from tests.models.by_hand_preact import preact, resnet, wide

WIDTHS = (64, 128, 256, 512, 512)
GROWING = (16, 32, 64)
bc = partial(densenet, bottleneck=True, theta=0.5)
sparse_bc = partial(sparsenet, (16, 16, 16), bottleneck=True, theta=0.5)

# By hand at full size, and what it must have; written down here once more, and not read from data.
NETS: dict[str, tuple[Callable[..., nn.Module], int]] = {
    "densenet_40_k12": (partial(densenet, (12, 12, 12), 12), 1_019_722),
    "densenet_100_k12": (partial(densenet, (32, 32, 32), 12), 6_979_642),
    "densenet_100_k24": (partial(densenet, (32, 32, 32), 24), 27_249_082),
    "densenet_bc_100_k12": (partial(bc, (16, 16, 16), 12, stem=24), 769_162),
    "densenet_bc_250_k24": (partial(bc, (41, 41, 41), 24, stem=48), 15_324_406),
    "densenet_bc_190_k40": (partial(bc, (31, 31, 31), 40, stem=80), 25_624_430),
    "densenet_bc_100_k16_32_64": (partial(bc, (16, 16, 16), GROWING, stem=64), 7_802_698),
    "sparsenet_40_k24": (partial(sparsenet, (12, 12, 12), 24), 748_522),
    "sparsenet_100_k16_32_64": (partial(sparsenet, (32, 32, 32), GROWING), 7_183_498),
    "sparsenet_bc_100_k24": (partial(sparse_bc, 24), 1_450_234),
    "sparsenet_bc_100_k16_32_64": (partial(sparse_bc, GROWING, stem=64), 4_347_962),
    "resnet110": (partial(resnet, (18, 18, 18)), 1_727_962),
    "preact_resnet110": (partial(preact, (18, 18, 18), option_a=True), 1_727_962),
    "preact_resnet164": (partial(preact, (18, 18, 18), bottleneck=True), 1_703_258),
    "preact_resnet1001": (partial(preact, (111, 111, 111), bottleneck=True), 10_327_706),
    "wide_resnet16_8": (partial(wide, (2, 2, 2), 8), 10_961_370),
    "wide_resnet28_10": (partial(wide, (4, 4, 4), 10), 36_479_194),
    "fractalnet20": (partial(FractalNet, Columns, 3, WIDTHS), 33_724_618),
}
FAMILIES = ("densenet", "sparsenet", "cifar_resnet", "preact_resnet", "wide_resnet", "fractalnet")
# Printed counts that are those of the nets for 100 classes, and one that is not met.
HUNDRED = {name for name in NETS if name.startswith("sparsenet")} | {"densenet_bc_100_k16_32_64"}
WITHOUT_NORMS = {"preact_resnet1001"}
NOT_MET = {"fractalnet20"}


def empty(make: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """The network without memory for its numbers."""
    with torch.device("meta"):
        return make(*args, **options)


def built(name: str, **options: Any) -> int:
    return count_parameters(empty(create_model, name, check=False, **options))


def millions(params: int, printed: str) -> str:
    """With as many places as the printed number has."""
    places = len(printed.rstrip("M").partition(".")[2])
    return f"{params / 1e6:.{places}f}M"


def test_the_table_lists_every_network() -> None:
    assert set(NETS) == {name for family in FAMILIES for name in list_models(family=family)}


@pytest.mark.parametrize("name", NETS)
def test_parameters_and_operations_are_those_of_the_net_by_hand(name: str) -> None:
    make, params = NETS[name]
    module, info = empty(make, classes=10), model_info(name)
    assert count_parameters(module) == params == info.params
    assert count_macs(module, (3, 32, 32)) == info.macs


@pytest.mark.parametrize("name", NETS)
def test_the_network_has_these_parameters(name: str) -> None:
    assert built(name) == NETS[name][1]


@pytest.mark.parametrize("name", NETS)
def test_the_printed_parameters_are_met(name: str) -> None:
    printed = model_info(name).published["params"].split()[0]
    options: dict[str, Any] = {"num_classes": 100} if name in HUNDRED else {}
    if name in WITHOUT_NORMS:
        options = {"norm": "batch_plain"}
    params = built(name, **options) if options else NETS[name][1]
    met = millions(params, printed) == printed
    assert met == (name not in NOT_MET)
