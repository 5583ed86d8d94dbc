"""DenseNet, SparseNet, ResNet-1001, FractalNet: what other readings of a printed count give."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from torch import nn

from formula2net import create_model
from formula2net.blocks import count_parameters
from tests.models.by_hand_dense import ConcatNet, all_before, densenet, offsets, sparsenet
from tests.models.by_hand_fractal import Columns, FractalNet, Nested, Unit
from tests.models.by_hand_preact import preact
from tests.models.test_relatives import WIDTHS, built, empty, millions


@pytest.mark.parametrize(
    ("printed", "make"),
    [
        ("1.1M", partial(densenet, (12, 12, 12), 12, stem=24)),
        ("7.2M", partial(densenet, (32, 32, 32), 12, stem=24)),
        ("28.28M", partial(densenet, (32, 32, 32), 24, stem=48)),
        ("5.65M", partial(sparsenet, (32, 32, 32), 36)),
    ],
)
def test_a_stem_of_two_growths_and_100_classes_meet_the_other_rows_of_the_sparse_table(
    printed: str, make: Callable[..., nn.Module]
) -> None:
    assert millions(count_parameters(empty(make, classes=100)), printed) == printed


@pytest.mark.parametrize(
    ("options", "params"),
    [
        ({"growth": 12}, 193_924),  # the row as printed in the SeqConv paper: 0.8M
        ({"growth": 24}, 757_252),  # as registered: 0.76M
        ({"growth": 24, "stem_width": 16}, 728_484),  # the stem of the released code: 0.73M
    ],
)
def test_readings_of_sparsenet_40(options: dict[str, Any], params: int) -> None:
    assert built("sparsenet_40_k24", num_classes=100, **options) == params


@pytest.mark.parametrize(
    ("name", "stem_width", "params"),
    [
        ("sparsenet_bc_100_k16_32_64", 32, 4_365_428),
        ("sparsenet_bc_100_k16_32_64", 64, 4_376_852),  # printed: 4.38M
        ("densenet_bc_100_k16_32_64", 32, 7_802_964),
        ("densenet_bc_100_k16_32_64", 64, 7_925_188),  # printed: 7.9M
        ("sparsenet_100_k16_32_64", 32, 7_218_148),  # printed: 7.22M
        ("sparsenet_100_k16_32_64", 64, 7_247_044),
    ],
)
def test_readings_of_the_stem_where_growth_changes(name: str, stem_width: int, params: int) -> None:
    assert built(name, num_classes=100, stem_width=stem_width) == params


def test_the_row_of_the_sparse_table_that_is_not_met() -> None:
    """Printed: 16.72M."""
    growths = {"growth": (32, 64, 128), "stem_width": 64}
    assert built("sparsenet_bc_100_k16_32_64", num_classes=100, **growths) == 17_339_780


def test_a_transition_that_reads_all_layers_makes_sparsenet_too_large() -> None:
    """0.76M are met where it reads the offsets 1, 2, 4, ..., as layers do."""
    everything = empty(
        ConcatNet, offsets, all_before, (12, 12, 12), (24, 24, 24), False, 1.0, 48, 100
    )
    assert count_parameters(everything) == 1_995_556
    net = empty(create_model, "sparsenet_40_k24", check=False)
    assert net.get_submodule("T2.conv").in_channels == 4 * 24  # values 1, 2, 4, 8 before step 13


def test_the_norms_of_the_deepest_resnet_are_not_in_the_printed_parameters() -> None:
    assert built("preact_resnet1001", norm="batch_plain") == 10_178_490
    module = empty(preact, (111, 111, 111), bottleneck=True, classes=10)
    norms = [part for part in module.modules() if isinstance(part, nn.BatchNorm2d)]
    assert sum(map(count_parameters, norms)) == 10_327_706 - 10_178_490


def test_readings_of_fractalnet() -> None:
    """Printed: 38.6M."""
    module = empty(FractalNet, Columns, 3, WIDTHS, classes=10)
    assert count_parameters(empty(FractalNet, Nested, 3, WIDTHS, classes=10)) == 33_724_618
    convolutions = [part for part in module.modules() if isinstance(part, nn.Conv2d)]
    biases = sum(part.out_channels for part in convolutions)
    norms = sum(count_parameters(unit.bn) for unit in module.modules() if isinstance(unit, Unit))
    assert 33_724_618 + biases - norms == 33_714_314  # the released generator
    # Not in the text: every unit keeps its width, and 1x1 convolutions change it.
    kept = sum(count_parameters(empty(Columns, width, width, 3)) for width in WIDTHS)
    pointwise = sum(a * b for a, b in ((3, 64), (64, 128), (128, 256), (256, 512)))
    assert kept + pointwise + count_parameters(module.fc) == 38_647_114
