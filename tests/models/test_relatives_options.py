"""DenseNet, SparseNet, pre-activation and wide ResNets, FractalNet: paths and options."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from torch import nn

from formula2net import create_model
from formula2net.blocks import Blocks, Pool
from formula2net.errors import BlockError, FormulaError, ShapeError
from formula2net.models.registry import MODELS
from tests.models.test_relatives import empty


def test_the_joins_of_fractalnet_are_one_where_columns_end_together() -> None:
    designs = [MODELS["fractalnet20"].design(joins=joins) for joins in ("collapsed", "nested")]
    paths = [design.formula.paths(design.backbone) for design in designs]
    assert [found.words for found in paths] == [5**5] * 2
    assert [found.total for found in paths] == [1] * 2
    shortest = [min(found, key=lambda word: len(word[0])) for found in paths]
    assert [coefficient for _, coefficient in shortest] == [Fraction(1, 3**5), Fraction(1, 2**5)]
    last = [word for word, _ in shortest]
    assert [len(word) for word in last] == [10, 10]  # a convolution and a pool a fractal


def into_powers_of_two(number: int) -> int:
    """In how many ways a number is a sum of powers of two, their order told apart."""
    ways = [1]
    for total in range(1, number + 1):
        ways.append(sum(ways[total - 2**j] for j in range(total.bit_length())))
    return ways[number]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("densenet_40_k12", 2**36),
        ("densenet_bc_250_k24", 2**123),
        ("sparsenet_40_k24", into_powers_of_two(13) ** 3),
        ("preact_resnet1001", 2**333),
        ("wide_resnet28_10", 2**12),
    ],
)
def test_paths(name: str, words: int) -> None:
    design = MODELS[name].design()
    assert design.formula.paths(design.backbone).words == words


def test_dropout_stands_where_it_is_asked_for() -> None:
    wide_net = empty(create_model, "wide_resnet16_8", drop=0.3, check=False)
    children = [name for name, _ in wide_net.get_submodule("W_1").named_children()]
    assert children[-3:] == ["act2", "drop", "conv2"]
    dense = empty(create_model, "densenet_bc_100_k12", drop=0.2, check=False)
    rates = {part.p for part in dense.modules() if isinstance(part, nn.Dropout)}
    assert rates == {0.2}
    assert sum(isinstance(part, nn.Dropout) for part in dense.modules()) == 48 + 2


def test_stochastic_depth_is_for_networks_with_shortcuts() -> None:
    net = create_model("wide_resnet16_8", widen=1, drop_path_rate=0.5)
    assert net.get_submodule("W_6.drop_path").rate == 0.5
    with pytest.raises(BlockError, match="no blocks that a shortcut goes around"):
        create_model("densenet_40_k12", drop_path_rate=0.5)


@pytest.mark.parametrize(
    ("name", "options", "error", "text"),
    [
        (
            "densenet_40_k12",
            {"growth": (12, 24)},
            ShapeError,
            "Every block needs a growth.\n  got 3 blocks, 2 growths",
        ),
        (
            "sparsenet_40_k24",
            {"blocks": ()},
            ShapeError,
            "Every block needs a growth.\n  got 0 blocks, 0 growths",
        ),
        (
            "densenet_bc_100_k12",
            {"compression": 1.5},
            ShapeError,
            (
                "A transition cannot hand on compression=1.5 of its channels.\n"
                "  expected more than 0, at most 1"
            ),
        ),
        (
            "wide_resnet28_10",
            {"depth": 27},
            ShapeError,
            (
                "A wide ResNet cannot have depth=27.\n"
                "  expected 6 n + 4 layers: 10, 16, 22, 28, 34, 40, ..."
            ),
        ),
        (
            "fractalnet20",
            {"joins": "sum"},
            FormulaError,
            "There are no joins 'sum'.\n  expected collapsed, nested",
        ),
        (
            "fractalnet20",
            {"widths": ()},
            ShapeError,
            "A backbone has no stages.\n  try: blocks=(2, 2, 2, 2)",
        ),
        (
            "fractalnet20",
            {"columns": 0},
            FormulaError,
            "columns=0 is no number of parts.\n  expected a positive integer",
        ),
    ],
)
def test_what_is_wrong_is_said(
    name: str, options: dict[str, Any], error: type[Exception], text: str
) -> None:
    with pytest.raises(error) as raised:
        create_model(name, **options)
    assert str(raised.value) == text


def test_channels_are_compressed_to_whole_numbers() -> None:
    """The floor of theta m; 0.29 of 100 channels are 29, whatever floats make of it."""
    net = empty(
        create_model,
        "densenet_bc_100_k12",
        blocks=(7, 1),
        growth=12,
        stem_width=16,
        compression=0.29,
        check=False,
    )
    assert net.get_submodule("T2.conv").out_channels == 29
    assert int(0.29 * 100) == 28


def test_a_pool_follows_every_fractal() -> None:
    blocks = MODELS["fractalnet20"].design().block
    assert isinstance(blocks, Blocks)
    pools = [name for name, block in blocks.blocks.items() if block == Pool()]
    assert pools == ["P2", "P3", "P4", "P5", "P6"]
