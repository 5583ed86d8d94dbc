"""Networks as modules: what they carry, and what copies keep."""

from __future__ import annotations

import copy
import io
import pickle
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import nn
from torch.fx import GraphModule

from formula2net.blocks import Basic
from formula2net.compiler import compile
from formula2net.formulas import get_formula
from formula2net.language.backbone import Backbone, Head
from formula2net.lower.network import Network
from tests.lower.cases import CASES, SMALL, Case


def torch_saved(net: Network) -> Network:
    file = io.BytesIO()
    torch.save(net, file)
    file.seek(0)
    loaded: Network = torch.load(file, weights_only=False)
    return loaded


COPIES: dict[str, Callable[[Network], Network]] = {
    "deepcopy": copy.deepcopy,
    "pickle": lambda net: pickle.loads(pickle.dumps(net)),
    "torch.save": torch_saved,
    "copy of a copy": lambda net: pickle.loads(pickle.dumps(copy.deepcopy(net))),
}


@pytest.fixture
def net() -> Network:
    return CASES["difference"].compile()


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("how", COPIES)
def test_copies_keep_everything(name: str, how: str) -> None:
    case = CASES[name]
    net = case.compile().eval()
    other = COPIES[how](net)
    assert isinstance(other, Network)
    assert isinstance(other, GraphModule)
    assert other.code == net.code
    assert (other.formula, other.program, other.backbone) == (
        net.formula,
        net.program,
        net.backbone,
    )
    assert other.block == net.block
    assert not other.training
    assert list(other.state_dict()) == list(net.state_dict())
    assert torch.equal(other(case.images()), net(case.images()))


def test_copies_are_independent(net: Network) -> None:
    other = copy.deepcopy(net)
    nn.init.zeros_(other.W_1.conv1.weight)
    assert net.W_1.conv1.weight.abs().sum() > 0
    assert not {p.data_ptr() for p in net.parameters()} & {p.data_ptr() for p in other.parameters()}
    assert other.spec is net.spec


def test_copies_keep_attributes_hooks_and_meta(net: Network) -> None:
    net.note = "of the user's"
    net.meta["origin"] = 1
    net.register_buffer("scale", torch.ones(3))
    for how in COPIES.values():
        other = how(net)
        assert (other.note, other.meta["origin"]) == ("of the user's", 1)
        assert torch.equal(other.scale, torch.ones(3))
    calls: list[str] = []
    net.register_forward_hook(lambda *_: calls.append("called"))
    copy.deepcopy(net)(CASES["difference"].images())
    assert calls == ["called"]


def test_a_shallow_copy_shares_its_modules(net: Network) -> None:
    other = copy.copy(net)
    assert isinstance(other, Network)
    assert other.W_1 is net.W_1
    assert other.spec is net.spec


def test_an_edited_graph_survives(net: Network) -> None:
    images = CASES["difference"].images()
    net.eval()
    before = net(images)
    (node,) = (node for node in net.graph.nodes if node.name == "X_1")
    with net.graph.inserting_after(node):
        twice = net.graph.call_function(torch.mul, (node, 2.0))
    node.replace_all_uses_with(twice, delete_user_cb=lambda user: user is not twice)
    net.recompile()
    assert not torch.allclose(net(images), before)
    for how in COPIES.values():
        other = how(net)
        assert isinstance(other, Network)
        assert other.spec == net.spec
        assert torch.equal(other(images), net(images))


def test_state_dict_round_trip(net: Network) -> None:
    case = CASES["difference"]
    other = compile(case.formula, case.backbone, case.block)
    assert not torch.equal(other.W_1.conv1.weight, net.W_1.conv1.weight)
    other.load_state_dict(net.state_dict())
    assert torch.equal(other.eval()(case.images()), net.eval()(case.images()))


def test_names_of_parameters_come_from_the_formula(net: Network) -> None:
    assert {name.partition(".")[0] for name in net.state_dict()} == {
        "stem",
        "W_1",
        "W_2",
        "W_3",
        "W_4",
        "transition_X_2_to_2",
        "transition_X_W_2_to_2",
        "head",
    }


def test_what_it_carries(net: Network) -> None:
    assert net.formula == get_formula("difference")
    assert net.backbone == SMALL
    assert net.program.output in net.program.live
    assert (net.block.name, net.scalars) == ("basic", {})
    assert type(net).__name__ == "Network"
    assert net.paths().words == net.formula.paths(SMALL).words == 5
    assert net.paths(view="exact").words == 13


def test_scalars_are_parameters() -> None:
    net = CASES["scalars"].compile()
    assert list(net.scalars) == ["a_1", "a_2", "a_3", "a_4"]
    assert all(isinstance(scalar, nn.Parameter) for scalar in net.scalars.values())
    assert net.scalars["a_1"].item() == 0.5
    net(CASES["scalars"].images()).sum().backward()
    assert all(scalar.grad is not None for scalar in net.scalars.values())


def test_reset_classifier() -> None:
    case = CASES["resnet"]
    net = case.compile().double()
    net.reset_classifier(7)
    assert net(case.images().double()).shape == (2, 7)
    assert net.backbone.head.num_classes == 7
    net.reset_classifier(0)
    assert net(case.images().double()).shape == (2, 8, 4, 4)
    other = pickle.loads(pickle.dumps(net))
    assert other.backbone == net.backbone
    wide = CASES["seqconv_windowed"].compile()
    wide.reset_classifier(2)
    assert wide(CASES["seqconv_windowed"].images()).shape == (2, 2)


@pytest.mark.parametrize("norm", ["group", None])
@pytest.mark.parametrize("activation", ["silu", None])
def test_reset_classifier_keeps_what_belongs_to_the_features(
    norm: str | None, activation: str | None
) -> None:
    backbone = replace(SMALL, head=Head("classifier", 5, norm=True))
    net = compile(get_formula("resnet"), backbone, Basic(norm=norm, activation=activation))
    first = dict(net.head.named_children())
    kept = {name: first[name] for name in ("norm", "act") if name in first}
    for classes in (7, 0, 3):
        net.reset_classifier(classes)
        found = dict(net.head.named_children())
        assert {name: found[name] for name in ("norm", "act") if name in found} == kept
    assert net(CASES["resnet"].images()).shape == (2, 3)
    assert list(dict(net.head.named_children())) == [*kept, "pool", "flatten", "fc"]


@pytest.mark.parametrize("name", ["norms", "squeezed", "chunks", "step_factor"])
def test_an_edited_graph_of_norms_and_gates_survives(name: str) -> None:
    images, net = CASES[name].images(), CASES[name].compile().eval()
    (node,) = (node for node in net.graph.nodes if node.name == "X_1")
    with net.graph.inserting_after(node):
        twice = net.graph.call_function(torch.mul, (node, 2.0))
    node.replace_all_uses_with(twice, delete_user_cb=lambda user: user is not twice)
    net.recompile()
    other = pickle.loads(pickle.dumps(net))
    assert (other.spec, other.stem.in_chans) == (net.spec, 3)
    assert torch.equal(other(images), net(images))
    assert torch.equal(other.forward_features(images), net.forward_features(images))


@pytest.mark.parametrize("name", ["norms", "squeezed", "chunks", "step_factor", "nested"])
def test_networks_can_be_traced_to_their_last_layer(name: str) -> None:
    net = CASES[name].compile().eval()
    traced = torch.fx.symbolic_trace(net)
    assert torch.equal(traced(CASES[name].images()), net(CASES[name].images()))


def test_batch_norm_is_updated_once_an_application() -> None:
    for name, times in (("difference", 1), ("tied", 3)):
        net = CASES[name].compile()
        net(CASES[name].images())
        block = net.get_submodule("W" if name == "tied" else "W_1")
        assert block.norm1.num_batches_tracked == times


def test_tied_block_learns_from_every_step() -> None:
    case = Case(CASES["tied"].formula, Backbone.cifar((3,), (4,)))
    net = case.compile()
    net(case.images()).sum().backward()
    tied = net.W.conv1.weight.grad.clone()
    assert tied.abs().sum() > 0
    assert [name for name, _ in net.named_children()] == ["stem", "W", "head"]
