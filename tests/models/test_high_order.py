"""The third paper's networks: their counts in every reading, their methods, their factors."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import torch
from sympy import Rational, sqrt

from formula2net import create_model, get_formula, list_models, list_tableaux, model_info
from formula2net.blocks import count_macs, count_parameters
from formula2net.errors import Formula2NetError, FormulaError, ShapeError, TableauError
from formula2net.formulas.tableaux import tableau_data
from tests.formulas import verner

# Of every number of blocks F: parameters with affine norms and without, multiply-accumulates, and
# the figure that the paper prints, in millions.
COUNTS = {
    4: (298_442, 297_290, 303_760_000, "0.3"),
    8: (594_378, 592_202, 605_749_888, "0.59"),
    12: (890_314, 887_114, 907_739_776, "0.89"),
    14: (1_038_282, 1_034_570, 1_058_734_720, "1.03"),
    16: (1_186_250, 1_182_026, 1_209_729_664, "1.18"),
    28: (2_074_058, 2_066_762, 2_115_699_328, "2.07"),
}
TABLES = {
    "euler_x4": 4,
    "midpoint_x2": 4,
    "rk4_x1": 4,
    "euler_x8": 8,
    "midpoint_x4": 8,
    "rk4_x2": 8,
    "euler_x14": 14,
    "rk8_x1": 14,
    "rk4_x3": 12,
    "euler_x28": 28,
    "midpoint_x14": 28,
    "rk4_x7": 28,
    "rk8_x2": 28,
    "nested_midpoint_x4": 8,
    "midpoint_x8": 16,
    "nested_midpoint_x8": 16,
    "nested_midpoint_x8_twice": 16,
}
PRINTED = {
    "midpoint_printed_x2": 4,
    "midpoint_printed_x4": 8,
    "midpoint_printed_x8": 16,
    "midpoint_printed_x14": 28,
    "rk4_printed_x1": 4,
    "rk4_printed_x2": 8,
    "rk4_printed_x3": 12,
    "rk4_printed_x7": 28,
}
# Which RK stages a step of order p does not need.
DROPPED = {
    "bogacki_shampine32": (4,),
    "fehlberg45": (6,),
    "dormand_prince54": (7,),
    "verner65": (6,),
    "verner89": (15, 16),
}


def made(name: str, **options):
    """Without tensors, for counting."""
    with torch.device("meta"):
        return create_model(name, check=False, **options)


@pytest.mark.parametrize("name", [*TABLES, *PRINTED])
def test_the_counts_of_tables_2_and_3(name: str) -> None:
    affine, plain, macs, printed = COUNTS[{**TABLES, **PRINTED}[name]]
    net, without = made(name), made(name, affine=False)
    assert count_parameters(net) == affine
    assert count_parameters(without) == plain
    assert count_macs(net, (3, 32, 32)) == count_macs(without, (3, 32, 32)) == macs
    digits = len(printed.partition(".")[2])
    assert f"{plain / 1e6:.{digits}f}" == printed
    if name in TABLES:
        assert model_info(name).published["params"] == f"{printed}M without norms"


def test_the_adaptive_block_has_two_blocks_more_than_the_fixed_one() -> None:
    affine, plain, macs, _ = COUNTS[16]
    net = made("rk8_adaptive_x1")
    assert (count_parameters(net), count_macs(net, (3, 32, 32))) == (affine, macs)
    assert count_parameters(made("rk8_adaptive_x1", affine=False)) == plain


def explicit() -> Mapping[str, int]:
    """The explicit methods with an order, and their RK stages, from the data."""
    return {
        name: method["stages"]
        for name, method in tableau_data().items()
        if method["kind"] == "explicit" and method["order"] is not None
    }


@pytest.mark.parametrize("method", explicit())
def test_every_method_is_a_network_that_names_what_it_drops(method: str) -> None:
    dropped = DROPPED.get(method, ())
    net = made(f"{method}_x1")
    blocks = {name for name, _ in net.named_children() if name.startswith("F_1_")}
    stages = range(1, explicit()[method] + 1)
    assert blocks == {f"F_1_{stage}" for stage in stages if stage not in dropped}
    note = model_info(f"{method}_x1").note
    assert method in note
    for stage in stages:
        said = f"RK stage {stage} is not used by b and is dropped" in note
        assert said == (stage in dropped)


def test_all_methods_are_told_from_those_that_make_no_network() -> None:
    refused = set(list_tableaux()) - set(explicit())
    assert refused == {
        "dormand_prince87_published",
        "gauss_legendre4",
        "implicit_midpoint",
        "radau_iia3",
    }
    assert {f"{method}_x1" for method in refused}.isdisjoint(list_models())


@pytest.mark.parametrize(
    ("name", "options", "error", "text"),
    [
        (
            "radau_iia3_x1",
            {},
            TableauError,
            "radau_iia3 is implicit: needs a solver, and makes no network.\n  expected entries",
        ),
        (
            "gauss2_x3",  # an alias
            {},
            TableauError,
            "implicit_midpoint is implicit: needs a solver, and makes no network.",
        ),
        (
            "rk4_x1",
            {"method": "gauss_legendre4"},
            TableauError,
            "gauss_legendre4 is implicit: needs a solver, and makes no network.",
        ),
        (
            "dormand_prince87_published_x1",
            {},
            TableauError,
            "dormand_prince87_published claims no exact order and makes no network.",
        ),
        ("rk4_x5", {}, Formula2NetError, "There is no model 'rk4_x5'.\n  try: rk4_x7, "),
        ("rk4_x1", {"method": "rk5"}, TableauError, "There is no tableau 'rk5'.\n  try: rk45"),
        (
            "rk4_printed_x1",
            {"method": "euler"},
            FormulaError,
            "The paper prints no equations of 'euler'.\n  expected midpoint, rk4",
        ),
        (
            "rk8_x1",
            {"factor": 1.2},
            FormulaError,
            "factor=1.2 is a float.\n  try: factor=Rational(6, 5)",
        ),
        (
            "rk8_x1",
            {"factor": "big"},
            FormulaError,
            "factor='big' cannot be.\n  expected an exact number other than 0, 'learned', 'learned",
        ),
        (
            "rk8_x1",
            {"factor": 0},
            FormulaError,
            "factor=0 cannot be.\n  expected an exact number other than 0",
        ),
        (
            "rk8_adaptive_x1",
            {"tolerance": 0},
            FormulaError,
            "tolerance=0 cannot be.\n  expected an exact number other than 0",
        ),
        (
            "nested_midpoint_x4",
            {"times": 0},
            FormulaError,
            "times=0 is no number of parts.\n  expected a positive integer",
        ),
        (
            "revnet_x8",
            {"width": 7},
            ShapeError,
            "width=7 has no two halves.\n  expected an even number",
        ),
        (
            "lm_resnet_x8",
            {"form": "both"},
            FormulaError,
            "There is no form 'both'.\n  expected own, printed",
        ),
        (
            "second_order_x8",
            {"step_size": 0.5},
            FormulaError,
            "step_size=0.5 is a float.\n  try: step_size=Rational(1, 2)",
        ),
    ],
)
def test_what_is_wrong_is_said(name: str, options: dict, error: type, text: str) -> None:
    with pytest.raises(error) as raised:
        create_model(name, **options)
    assert str(raised.value).startswith(text)


def test_a_fixed_step_of_order_8_has_the_paths_that_its_tableau_asks_for() -> None:
    """A block's words: its own, and one for each word of what it reads; by length likewise."""
    tables: dict[int, dict[int, int]] = {}
    for stage in range(1, 15):
        tables[stage] = {1: 1}
        for read in verner.A[stage - 1]:
            for length, words in tables[read].items():
                tables[stage][length + 1] = tables[stage].get(length + 1, 0) + words
    step = {0: 1}
    for stage in verner.B:
        for length, words in tables[stage].items():
            step[length] = step.get(length, 0) + words
    paths = model_info("rk8_x1").formula.paths(1)
    assert {k: counts.words for k, counts in paths.by_length().items()} == step
    assert paths.words == paths.wired == sum(step.values()) == 7_716
    assert model_info("rk8_x2").formula.paths(2).words == 7_716**2
    assert model_info("rk8_x2").formula.paths(100).words == 7_716**100


def test_the_identity_adds_up_in_what_is_printed_and_in_what_is_nested() -> None:
    def identity(name: str, steps: int, **options):
        return get_formula(name, **options).paths(steps).coefficient()

    assert identity("rk4", 3) == identity("midpoint", 3) == 1
    assert identity("midpoint_printed", 3) == 1
    assert identity("rk4_printed", 3) == 2**3
    assert identity("nested_midpoint", 2) == Rational(5, 2) ** 2
    assert identity("nested_midpoint", 1, times=2) == 1 + Rational(5, 2) + Rational(5, 2) ** 2 / 2


@pytest.mark.parametrize("factor", [1, Rational(6, 5), 2, Rational(5, 2), 3, sqrt(2)])
def test_a_factor_multiplies_every_block_and_no_parameter_is_added(factor) -> None:
    net = made("rk8_x1", factor=factor)
    assert count_parameters(net) == COUNTS[14][0]
    paths, usual = net.formula.paths(1), get_formula("verner8_fixed").paths(1)
    assert paths.coefficient() == 1
    last, first = "F_1_14", "F_1_13"
    assert paths.coefficient(last) == factor * usual.coefficient(last)
    both = paths.coefficient(last, first) / usual.coefficient(last, first)
    assert both == factor**2


@pytest.mark.parametrize(
    ("factor", "names"), [("learned", ["h"]), ("learned_per_step", ["h_1", "h_2"])]
)
def test_a_learned_factor_starts_as_the_plain_network(factor: str, names: list[str]) -> None:
    options = {"blocks": (2,), "width": 4}
    net, plain = create_model("rk8_x1", factor=factor, **options), create_model("rk8_x1", **options)
    assert list(net.scalars) == names
    assert count_parameters(net) == count_parameters(plain) + len(names)
    net.load_state_dict(plain.state_dict(), strict=False)
    x = torch.randn(2, 3, 8, 8)
    torch.testing.assert_close(net(x), plain(x))
    net(x).square().sum().backward()
    assert all(h.grad.abs() > 0 for h in net.scalars.values())


@pytest.mark.parametrize(
    ("name", "blocks"),
    [
        ("rk4_x1", (1, 1)),
        ("midpoint_printed_x2", (1, 2)),
        ("nested_midpoint_x4", (1, 1)),
        ("rk8_adaptive_x1", (1, 1)),
        ("revnet_x8", (1, 2)),
        ("polynet_x8", (2, 2)),
        ("lm_resnet_x8", (2, 2)),
        ("lm_resnet_printed_x8", (2, 2)),
        ("second_order_x8", (2, 1)),
    ],
)
def test_more_stages_than_one(name: str, blocks: tuple[int, ...]) -> None:
    net = create_model(name, blocks=blocks, width=8)
    x = torch.randn(2, 3, 8, 8)
    features = net.forward_features(x)
    assert features.shape == (2, 16, 4, 4)
    net(x).square().sum().backward()
    assert [key for key, weight in net.named_parameters() if weight.grad is None] == []


def test_the_second_order_step_size_may_be_learned() -> None:
    net = create_model("second_order_x8", step_size="learned", blocks=(3,), width=4)
    assert list(net.scalars) == ["h"]
    assert list(create_model("second_order_x8", blocks=(3,), width=4).scalars) == []


def test_table_1_counts() -> None:
    """8 blocks each; PolyNet applies each twice, RevNet's see half of the channels."""
    affine, _, macs, _ = COUNTS[8]
    stem_and_head, of_stem = 3 * 9 * 64 + 2 * 64 + 650, 3 * 9 * 64 * 32 * 32 + 640
    half = 2 * 9 * 32 * 32
    assert count_parameters(made("polynet_x8")) == affine
    assert count_macs(made("polynet_x8"), (3, 32, 32)) == 2 * macs - of_stem
    assert count_parameters(made("revnet_x8")) == stem_and_head + 8 * (half + 4 * 32)
    assert count_macs(made("revnet_x8"), (3, 32, 32)) == of_stem + 8 * half * 32 * 32
    for name in ("lm_resnet_x8", "lm_resnet_printed_x8"):
        assert count_parameters(made(name)) == affine + 7  # k_2 to k_8
        assert count_macs(made(name), (3, 32, 32)) == macs
    assert count_parameters(made("second_order_x8")) == affine
