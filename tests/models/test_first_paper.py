"""Plain, highway, Eq. (21), the additional examples, and what the code of A.5 computes."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from formula2net import Backbone, compile, create_model, get_formula, model_info
from formula2net.blocks import count_macs, count_parameters
from formula2net.errors import FormulaError
from formula2net.models.registry import MODELS
from tests.models import by_hand_first_paper as by_hand
from tests.models.same import CLASSES, ByHand, check_same

NAMES = [case.model for case in by_hand.CASES]
FULL = ((2, 2, 2, 2), (64, 128, 256, 512), 64)  # blocks, widths, width of the stem
IMAGES = (3, 32, 32)


@pytest.mark.parametrize("case", by_hand.CASES, ids=NAMES)
def test_the_counts_are_those_of_the_module_written_by_hand(case: ByHand) -> None:
    make = case.make
    with torch.device("meta"):
        net = create_model(case.model, check=False)
        module = make.func(make.args[0], *FULL)
        module.fc = nn.Linear(512, 100)
        with FlopCounterMode(display=False) as flops:
            module.eval()(torch.empty(1, *IMAGES))
    info = model_info(case.model)
    assert count_parameters(net) == count_parameters(module) == info.params
    assert 2 * count_macs(net, IMAGES) == flops.get_total_flops() == 2 * info.macs


def test_the_published_wiring_with_bottlenecks() -> None:
    check_same(by_hand.BOTTLENECK)


def pair(case: ByHand, **options: Any) -> tuple[nn.Module, nn.Module]:
    """The network, and the statements of A.5 as they are, with its weights."""
    torch.manual_seed(0)
    net = create_model(case.model, num_classes=CLASSES, **case.options, **options).double()
    module = by_hand.PublishedInPlace(*case.make.args).double()
    own = module.state_dict()
    module.load_state_dict({name: net.state_dict()[case.key(name)] for name in own})
    return net, module


PUBLISHED = by_hand.CASES[-1]


@pytest.mark.parametrize("case", [PUBLISHED, by_hand.BOTTLENECK], ids=["basic", "bottleneck"])
def test_the_statements_of_a5_compute_this_network(case: ByHand) -> None:
    net, module = pair(case)
    x = torch.randn(4, 3, 16, 16, dtype=torch.float64)
    with torch.no_grad():
        assert torch.allclose(net(x), module(x), rtol=1e-10, atol=1e-10)
        assert torch.allclose(net.eval()(x), module.eval()(x), rtol=1e-10, atol=1e-10)


def test_the_statements_of_a5_cannot_be_trained() -> None:
    _, module = pair(PUBLISHED)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        module(torch.randn(2, 3, 16, 16, dtype=torch.float64)).sum().backward()


def test_what_the_first_block_is_handed_is_an_option() -> None:
    """x[0] of the first block: nothing is said of it. Here it is X_0."""
    net, module = pair(PUBLISHED, initial="input")
    x = torch.randn(4, 3, 16, 16, dtype=torch.float64)
    with torch.no_grad():
        assert not torch.allclose(net(x), module(x), rtol=1e-3, atol=1e-3)
        module.first = torch.clone
        assert torch.allclose(net(x), module(x), rtol=1e-10, atol=1e-10)
    with pytest.raises(FormulaError, match="S_0 cannot be 'ones'"):
        create_model("published_a5_18", initial="ones")


def test_what_the_counts_say_of_the_first_block() -> None:
    """A weighted `shortcut2` there: not of basic blocks (Table 8: 11.39M), but of bottlenecks."""
    basic = model_info("published_a5_18").params
    assert basic == model_info("difference_resnet18").params == 11_393_956
    assert f"{(basic + 64 * 64 + 2 * 64) / 1e6:.2f}" == "11.40"
    with torch.device("meta"):
        make = partial(create_model, "published_a5_18", check=False)
        fifty = partial(make, blocks=(3, 4, 6, 3), bottleneck=True)
        found = [count_parameters(fifty(initial=i)) for i in ("zeros_like", "input", "zero")]
    assert found == [26_481_828, 26_481_828, 26_464_932]  # Table 8: 26.48M


def test_the_published_wiring_has_other_paths_than_the_paper() -> None:
    wired, paper = (get_formula(name) for name in ("published_a5_system", "difference_system"))
    assert MODELS["published_a5_18"].design().formula == wired
    assert str(wired.paths(3)).startswith("-1 - W_1 + W_3*W_2 + W_3*W_2*W_1")
    assert str(paper.paths(3)) == "1 + W_3 + W_3*W_2 + W_3*W_2*W_1"
    assert list(wired.paths(5)) == list(get_formula("published_a5").paths(5))
    exact = [
        MODELS[name].design().formula.paths(Backbone.cifar(), view="exact").words
        for name in ("difference_resnet18", "published_a5_18")
    ]
    assert exact == [233, 2_448]


def test_the_twin_is_the_difference_form_in_one_stage_only() -> None:
    backbone = Backbone.cifar(blocks=(4,), widths=(8,), num_classes=CLASSES)
    torch.manual_seed(0)
    twin = compile(get_formula("difference_twin"), backbone).double()
    one = compile(get_formula("difference"), backbone).double()
    one.load_state_dict(twin.state_dict())
    x = torch.randn(2, 3, 8, 8, dtype=torch.float64)
    assert torch.allclose(one.eval()(x), twin.eval()(x), rtol=1e-10, atol=1e-10)
    stages = {"blocks": (1, 1), "width": 8}
    projections = [
        {name.split(".")[0] for name, _ in net.named_parameters() if "transition" in name}
        for net in (
            create_model("difference_twin18", **stages),
            create_model("difference_resnet18", **stages),
        )
    ]
    assert projections == [
        {"transition_X_0_to_2"},
        {"transition_X_1_to_2", "transition_K_1_to_2"},
    ]


def test_the_gates_start_nearly_shut() -> None:
    torch.manual_seed(0)
    net = create_model("highway18", blocks=(2,), width=8, num_classes=0)
    for step in (1, 2):
        gate = net.get_submodule(f"T_{step}.conv")
        assert gate.bias.unique().tolist() == [-2.0]
        nn.init.zeros_(gate.weight)  # the gate is sigmoid(-2) everywhere
        nn.init.zeros_(net.get_submodule(f"H_{step}.norm2").weight)
    net.eval()
    x = torch.randn(2, 3, 8, 8)
    passed = 1 - torch.sigmoid(torch.tensor(-2.0))
    assert torch.allclose(net(x), passed**2 * net.stem(x))
    wide = create_model("highway18", blocks=(1,), gate_bias=-3.0)
    assert wide.get_submodule("T_1.conv").bias.unique().tolist() == [-3.0]


@pytest.mark.parametrize("name", ["additional_example_1_18", "published_a5_18"])
def test_blocks_that_a_shortcut_goes_around_may_be_dropped(name: str) -> None:
    net = create_model(name, drop_path_rate=0.5, blocks=(2, 1), width=8)
    assert sum("drop_path" in part for part, _ in net.named_modules()) == 2  # not the first
