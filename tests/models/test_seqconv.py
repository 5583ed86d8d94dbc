"""The networks of SeqConv layers: counts, dropout, how they start, down-sampling, refusals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from formula2net import Backbone, Network, compile, create_model, get_formula
from formula2net.blocks import Blocks, Narrow, NormAct, Plain, count_macs, count_parameters
from formula2net.errors import ShapeError
from formula2net.formulas.seqconv import downsampling
from formula2net.models.registry import MODELS

# Parameters and multiply-accumulates with 10 classes, 1,000 for the large ones; parameters with
# 100 classes. All were measured on modules written by hand.
COUNTS = {
    "seq_resnet_k8_r4_n1": (1_233_370, 282_085_248, 1_250_740),
    "seq_resnet_k16_r10_n1": (7_627_354, 1_724_207_808, 7_670_644),
    "seq_resnet_b_k16_r7_n1": (843_834, 204_360_992, 874_164),
    "seq_resnet_b_k32_r12_n3": (6_029_658, 1_417_205_376, 6_081_588),
    "seq_resnet_s2": (1_229_658, 282_232_224, 1_242_708),
    "seq_resnet_s3": (1_254_106, 282_969_984, 1_271_476),
    "seq_resnet_s4": (1_256_154, 227_820_960, 1_269_204),
    "seq_resnext24": (26_211_784, 4_543_979_520, None),
    "seq_resnet_b42": (25_642_696, 5_644_419_072, None),
    "seq_resnet_b22": (11_859_656, 2_882_732_032, None),
}
SMALL: dict[str, Any] = {"r": 1, "k": 4, "blocks": (2, 1)}  # 4 groups, then 8
SMALL_LARGE: dict[str, Any] = {"r": 1, "k": (16, 32), "c": (4, 2), "blocks": (1, 2)}


@pytest.mark.parametrize("name", COUNTS)
def test_the_counts_of_the_paper(name: str) -> None:
    params, macs, _ = COUNTS[name]
    net = create_model(name)
    assert (count_parameters(net), count_macs(net, MODELS[name].input_shape)) == (params, macs)


@pytest.mark.parametrize("name", [name for name, counts in COUNTS.items() if counts[2]])
def test_the_counts_with_100_classes(name: str) -> None:
    with torch.device("meta"):
        net = create_model(name, num_classes=100, check=False)
    assert count_parameters(net) == COUNTS[name][2]


@pytest.mark.parametrize(
    ("name", "groups", "params"),
    [
        ("seq_resnet_k8_r4_n1", 8, 1_265_626),
        ("seq_resnet_k16_r10_n1", 10, 7_834_714),
        ("seq_resnet_b_k16_r7_n1", 7, 854_586),
        ("seq_resnet_b_k32_r12_n3", 6, 6_060_378),
    ],
)
def test_a_dense_extension_has_another_count(name: str, groups: int, params: int) -> None:
    """These would be printed as 1.3M, 7.8M, 0.9M and 6.1M: Table 3 has windows in extensions."""
    design = MODELS[name].design()
    dense = {
        f"D{stage + 1}": downsampling(stage * groups, groups, windowed=False).as_operator(groups)
        for stage in (1, 2)
    }
    with torch.device("meta"):
        net = compile(design.formula.with_blocks(**dense), design.backbone, design.block, False)
    assert count_parameters(net) == params


def blocks_of(net: Network, *operators: str) -> set[str]:
    return {op.block for _, op in net.program.applications() if op.operator in operators}


def test_dropout_stands_before_each_windowed_unit_and_before_the_end() -> None:
    net = create_model("seq_resnet_k8_r4_n1")
    drops = {name: part for name, part in net.named_modules() if "Dropout" in type(part).__name__}
    layers = [f"{stage}.{layer}" for stage in ("S1", "S2", "S3") for layer in "FG"]
    windowed = blocks_of(net, *layers, "D2.E", "D3.E")
    assert len(windowed) == 2 * (8 + 16 + 24) + 8 + 8
    assert set(drops) == {f"{block}.drop" for block in {*windowed, "T"}}
    assert {(type(part), part.p) for part in drops.values()} == {(nn.Dropout2d, 0.1)}
    firsts = {next(net.get_submodule(block).children()) for block in {*windowed, "T"}}
    assert firsts == set(drops.values())
    assert [*net.get_submodule("S1.E_1")._modules] == ["conv"]  # the first SeqConv layer has none


def test_large_networks_have_no_dropout_unless_it_is_asked_for() -> None:
    def drops(**options: Any) -> int:
        net = create_model("seq_resnext24", **SMALL_LARGE, **options)
        return sum(isinstance(part, nn.Dropout2d) for part in net.modules())

    assert drops() == 0
    assert drops(drop=0.2) == 2 * (4 + 2 * 4) + 4 + 1


def test_stochastic_depth_leaves_out_groups_of_the_second_layer() -> None:
    net = create_model("seq_resnet_b_k16_r7_n1", **SMALL, drop_path_rate=0.2)
    rates = {name: part.rate for name, part in net.named_modules() if name.endswith("drop_path")}
    # A step is a stage, and the rate grows with the step from 0 on.
    assert rates == {f"{block}.drop_path": 0.2 for block in blocks_of(net, "S2.G")}


def record(net: nn.Module, names: Iterable[str], x: Tensor) -> dict[str, tuple[Tensor, Tensor]]:
    """What these modules read and what they hand on."""
    found: dict[str, tuple[Tensor, Tensor]] = {}
    for name in names:

        def keep(_: nn.Module, args: tuple[Tensor], output: Tensor, name: str = name) -> None:
            found[name] = args[0], output

        net.get_submodule(name).register_forward_hook(keep)
    net(x)
    return found


def test_dropout_is_drawn_for_each_group_and_spares_what_others_read() -> None:
    k = SMALL["k"]
    net = create_model("seq_resnet_k8_r4_n1", **SMALL, drop=0.5).train()
    names = ["S2.F_1_1.drop", "S2.F_1_2.drop", "D2.D", "S2.G_1_1", "S2.norm2_1_1"]
    seen = record(net, names, torch.randn(2, 3, 8, 8))
    pairs = [seen[name] for name in names[:2]]
    (first, first_dropped), (second, second_dropped) = pairs
    assert torch.equal(first[:, k:], second[:, :-k])  # the window has moved on, and is whole
    for view, dropped in pairs:  # channels are kept, twice as large, or dropped
        kept = dropped.abs().sum((2, 3), keepdim=True) > 0
        assert torch.equal(dropped, 2 * kept * view)
    assert not torch.equal(first_dropped[:, k:], second_dropped[:, :-k])
    total = seen["D2.D"][1][:, :k] + seen["S2.G_1_1"][1]  # so is the shortcut
    assert torch.equal(seen["S2.norm2_1_1"][0], total)


@pytest.mark.parametrize(
    ("name", "options", "groups"),
    [
        ("seq_resnet_k8_r4_n1", SMALL, (4, 8)),
        ("seq_resnet_b_k16_r7_n1", SMALL, (4, 8)),
        ("seq_resnext24", SMALL_LARGE, (4, 4)),
    ],
)
def test_residual_blocks_start_as_nothing(
    name: str, options: dict[str, Any], groups: tuple[int, int]
) -> None:
    """The raw sums after each block are those that its stage began with."""
    net = create_model(name, **options).eval()
    sums = [
        (f"S{stage}.norm2", i, j)
        for stage in (1, 2)
        for i in range(options["blocks"][stage - 1] + 1)
        for j in range(1, groups[stage - 1] + 1)
    ]
    seen = record(net, [f"{norm}_{i}_{j}" for norm, i, j in sums], torch.randn(2, 3, 16, 16))
    for norm, i, j in sums:
        assert torch.equal(seen[f"{norm}_{i}_{j}"][0], seen[f"{norm}_0_{j}"][0]), (norm, i, j)


def test_the_3x3_convolutions_of_the_second_layer_start_as_zero_and_no_others() -> None:
    net = create_model("seq_resnet_b_k16_r7_n1", **SMALL)
    zero = {
        name for name, weight in net.named_parameters() if weight.dim() > 1 and not weight.any()
    }
    assert zero == {f"{block}.conv2.weight" for block in blocks_of(net, "S1.G", "S2.G")}


def test_the_input_reaches_the_downsizing_convolution_and_not_as_released() -> None:
    paper, released = (
        get_formula(name).paths(4)
        for name in ("seqconv_downsampling", "seqconv_downsampling_released")
    )
    assert paper.by_length()[1].words == paper.coefficient("D:1") == 1
    assert 1 not in released.by_length()
    assert released.words == 2 * (paper.words - 1)  # twice what goes through the extension


def test_the_shortest_path_tells_the_two_networks_apart() -> None:
    """E, D and T must be passed; as released, the extension of the second stage too."""
    for released, shortest in ((False, len("EDDT")), (True, len("EDEDT"))):
        net = create_model("seq_resnext24", **SMALL_LARGE, released=released)
        assert min(net.paths().by_length()) == shortest


def test_a_bottleneck_with_subgroups_is_a_formula() -> None:
    """The block of the models, and the formula of its two convolutions, with the same weights."""
    layer = get_formula("seqconv_windowed", groups=2)
    spelled = layer.with_blocks(F=get_formula("seqconv_bottleneck", subgroups=2).as_operator(1))
    backbone = Backbone.cifar(blocks=(3,), widths=(8,), num_classes=2)
    conv = {"norm": None, "activation": None, "bias": False}
    one = compile(layer, backbone, Narrow(groups=2)).double()
    blocks = {"F.A": Plain(kernel=1, **conv), "F.B": Plain(**conv), "F.norm": NormAct()}
    two = compile(spelled, backbone, Blocks(blocks=blocks)).double()
    weights = {}
    for name, weight in one.state_dict().items():
        block, _, rest = name.partition(".")
        inner, _, last = rest.partition(".")
        if inner == "conv2":
            for part, value in enumerate(weight.chunk(2), 1):
                weights[f"{block}.B_1_{part}.conv.{last}"] = value
        elif block.startswith("F_"):
            kind = {"conv1": "A_1.conv", "norm": "norm_1.norm"}[inner]
            weights[f"{block}.{kind}.{last}"] = weight
        else:
            weights[name] = weight
    two.load_state_dict(weights)
    x = torch.randn(2, 3, 8, 8, dtype=torch.float64)
    assert torch.allclose(one(x), two(x), rtol=1e-12, atol=1e-12)


def test_a_window_forgets_nothing_where_there_is_one_group() -> None:
    windowed, dense = "seqresnet_stage", "seqresnet_stage_dense"
    assert get_formula(windowed, groups=1) == get_formula(dense, groups=1)
    assert get_formula(windowed) != get_formula(dense)


@pytest.mark.parametrize(
    ("name", "options", "what", "facts"),
    [
        (
            "seq_resnet_k8_r4_n1",
            {"k": 7},
            "k=7 does not divide the 64 channels of stage 1.",
            "expected one of 1, 2, 4, 8, 16, 32, 64",
        ),
        (
            "seq_resnext24",
            {"k": (32, 64, 96, 128)},
            "k=96 does not divide the 1024 channels of stage 3.",
            "expected one of 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024",
        ),
        (
            "seq_resnext24",
            {"k": (32, 64)},
            "Every stage needs blocks, a k and a c.",
            "got 4 blocks, 2 k, 4 c",
        ),
        ("seq_resnet_s3", {"r": 0}, "r=0 widens nothing.", "expected a positive integer"),
    ],
)
def test_numbers_that_do_not_fit_are_named(
    name: str, options: dict[str, Any], what: str, facts: str
) -> None:
    with pytest.raises(ShapeError) as raised:
        create_model(name, **options)
    assert str(raised.value) == f"{what}\n  {facts}"
