"""Values inside a network: states by name, extractors, and the features that the head reads."""

from __future__ import annotations

import copy
import gc
import operator
import pickle
from weakref import ref

import pytest
import torch
from torch import Tensor, nn
from torch.fx import GraphModule

from formula2net.compiler import compile
from formula2net.errors import FormulaError
from formula2net.language.backbone import Backbone
from formula2net.lower.feature_network import feature_network, stage_ends
from formula2net.lower.features import (
    _FEATURES,
    create_feature_extractor,
    forward_features,
    get_graph_node_names,
    state_nodes,
)
from formula2net.lower.network import Network
from tests.lower.cases import CASES


@pytest.fixture
def net() -> Network:
    return CASES["difference"].compile().eval()


@pytest.fixture
def images() -> Tensor:
    return CASES["difference"].images()


# ------------------------------------------------------------ names


def test_the_names_of_all_values(net: Network) -> None:
    names = get_graph_node_names(net)
    assert names == [
        *("X_0", "W_1", "X_1", "W_2", "add", "X_2", "W_3"),
        *("transition_X_2_to_2", "transition_X_W_2_to_2", "add_1", "X_3", "W_4", "add_2", "X_4"),
        "head",
    ]


def test_the_names_of_all_states(net: Network) -> None:
    assert net.states == state_nodes(net) == {f"X_{i}": f"X_{i}" for i in range(5)}


def test_states_of_several_kinds_and_lanes() -> None:
    revnet = CASES["revnet"].compile()
    assert {"X_0", "Y_0", "X_4", "Y_4"} <= set(revnet.states)
    lanes = CASES["hyper_connection"].compile()
    assert {"X_0_1", "X_0_4", "X_4_1", "Y_4"} <= set(lanes.states)
    assert len({lanes.states[f"X_0_{k}"] for k in range(1, 5)}) == 1  # they are one value
    windowed = CASES["seqconv_windowed"].compile()
    assert "x_m1" in windowed.states


def test_a_state_that_nothing_depends_on_has_no_node() -> None:
    text = "X_i = W_i X_{i-1}; Y_i = X_i + X_{i-1}; output = X_L"
    net = compile(text, Backbone.cifar((2,), (4,)))
    assert list(net.states) == ["X_0", "X_1", "X_2"]


@pytest.mark.parametrize("name", CASES)
def test_every_state_is_a_value_that_can_be_had(name: str) -> None:
    case = CASES[name]
    net = case.compile().eval()
    assert set(net.states.values()) <= set(get_graph_node_names(net))
    found = create_feature_extractor(net, list(net.states))(case.images())
    assert list(found) == list(net.states)


# ------------------------------------------------------------ extractors


def test_values_by_name(net: Network, images: Tensor) -> None:
    names = ["X_0", "W_2", "X_3", "transition_X_2_to_2", "add_1", "head"]
    found = create_feature_extractor(net, names)(images)
    assert list(found) == names
    x = net.stem(images)
    assert torch.equal(found["X_0"], x)
    assert torch.equal(found["W_2"], net.W_2(x + net.W_1(x)))
    assert torch.equal(found["head"], net(images))
    assert found["X_3"].shape == (2, 8, 4, 4)


def test_values_under_other_names(net: Network, images: Tensor) -> None:
    found = create_feature_extractor(net, {"X_4": "last", "W_1": "first"})(images)
    assert list(found) == ["last", "first"]
    assert torch.equal(found["last"], net.forward_features(images))
    assert list(create_feature_extractor(net, "X_4")(images)) == ["X_4"]


def test_modules_by_path() -> None:
    case = CASES["nested"]
    net = case.compile().eval()
    (found,) = create_feature_extractor(net, ["F_2.W_1"])(case.images()).values()
    x = create_feature_extractor(net, "X_1")(case.images())["X_1"]
    assert torch.equal(found, net.F_2.W_1(x))


def test_a_module_that_is_called_often_gives_its_first_value_under_its_name() -> None:
    case = CASES["tied"]
    net = case.compile().eval()
    found = create_feature_extractor(net, ["W", "W__2"])(case.images())
    x = net.stem(case.images())
    assert torch.equal(found["W"], net.W(x))
    assert torch.equal(found["W__2"], net.W(x + net.W(x) / 2))


def test_an_extractor_shares_modules_and_has_no_others(net: Network, images: Tensor) -> None:
    part = create_feature_extractor(net, ["X_2"])
    assert [name for name, _ in part.named_children()] == ["stem", "W_1", "W_2"]
    assert part.W_1 is net.W_1
    assert not part.training
    nn.init.zeros_(net.W_2.norm2.weight)
    assert torch.equal(part(images)["X_2"], create_feature_extractor(net, "X_2")(images)["X_2"])


def test_an_extractor_of_trained_numbers() -> None:
    case = CASES["scalars"]
    net = case.compile().eval()
    part = create_feature_extractor(net, ["X_2"])
    assert {name for name, _ in part.named_parameters() if "." not in name} == {"a_1", "a_2"}
    part(case.images())["X_2"].sum().backward()
    assert net.a_2.grad is not None


def test_copies_of_an_extractor(net: Network, images: Tensor) -> None:
    part = create_feature_extractor(net, ["X_2"])
    for other in (copy.deepcopy(part), pickle.loads(pickle.dumps(part))):
        assert torch.equal(other(images)["X_2"], part(images)["X_2"])


def test_a_module_that_was_replaced(net: Network, images: Tensor) -> None:
    net.W_1 = nn.Conv2d(4, 4, 1)
    found = create_feature_extractor(net, ["W_1"])(images)["W_1"]
    assert torch.equal(found, net.W_1(net.stem(images)))
    assert torch.equal(net.forward_head(net.forward_features(images)), net(images))


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["X_9"], "The network has no value X_9.\n  try: X_4, X_3, X_2"),
        (["W4"], "The network has no value W4.\n  try: W_4"),
        ({"nowhere": "a"}, "The network has no value nowhere.\n  try: X_1"),
        (
            ["X_1", "w_1", "zzz"],
            (
                "The network has no value w_1.\n  try: X_1, W_1\n\n"
                "The network has no value zzz.\n  try: X_1"
            ),
        ),
    ],
)
def test_values_that_there_are_not(net: Network, names: list[str], message: str) -> None:
    with pytest.raises(FormulaError) as caught:
        create_feature_extractor(net, names)
    assert str(caught.value) == message


# ------------------------------------------------------------ edited code


def double(net: Network, name: str) -> None:
    """Puts a factor 2 behind a node."""
    (node,) = (node for node in net.graph.nodes if node.name == name)
    with net.graph.inserting_after(node):
        twice = net.graph.call_function(operator.mul, (node, 2.0))
    node.replace_all_uses_with(twice, delete_user_cb=lambda user: user is not twice)
    net.recompile()


def test_features_follow_the_code(net: Network, images: Tensor) -> None:
    before = net.forward_features(images)
    double(net, "X_4")
    assert torch.equal(net.forward_features(images), 2 * before)
    assert torch.equal(net.forward_head(net.forward_features(images)), net(images))
    assert torch.equal(create_feature_extractor(net, "X_4")(images)["X_4"], before)
    assert torch.equal(copy.deepcopy(net).forward_features(images), 2 * before)


def test_states_of_code_that_was_edited_and_pickled(net: Network, images: Tensor) -> None:
    """fx names the nodes anew, after the modules and functions that they call."""
    double(net, "X_1")
    other = pickle.loads(pickle.dumps(net))
    assert torch.equal(other.forward_features(images), net.forward_features(images))
    assert torch.equal(
        create_feature_extractor(other, "W_2")(images)["W_2"],
        create_feature_extractor(net, "W_2")(images)["W_2"],
    )
    with pytest.raises(FormulaError, match=r"The network has no value X_1\."):
        create_feature_extractor(other, "X_1")


def test_code_without_a_head(net: Network, images: Tensor) -> None:
    (head,) = (node for node in net.graph.nodes if node.name == "head")
    head.replace_all_uses_with(head.args[0])
    net.graph.erase_node(head)
    net.recompile()
    assert net(images).shape == (2, 8, 4, 4)
    with pytest.raises(FormulaError) as caught:
        net.forward_features(images)
    assert str(caught.value) == (
        "The code of the network was edited, and has no head: nothing says what X_L is.\n"
        "  try: create_feature_extractor"
    )


# ------------------------------------------------------------ features


@pytest.mark.parametrize("name", CASES)
def test_features_are_what_the_head_reads(name: str) -> None:
    case = CASES[name]
    net = case.compile().eval()
    seen: list[Tensor] = []
    net.head.register_forward_pre_hook(lambda _, args: seen.append(args[0]))
    output = net(case.images())
    x = forward_features(net, case.images())
    assert torch.equal(x, seen[0])
    assert torch.equal(net.forward_head(x), output)
    assert x.shape[1] == net.num_features


def test_features_are_trained_through(net: Network, images: Tensor) -> None:
    net.forward_features(images).sum().backward()
    assert all(w.grad is not None for name, w in net.named_parameters() if "head" not in name)
    assert net.head.fc.weight.grad is None


def test_the_code_of_features_is_made_once_and_goes_with_its_network(images: Tensor) -> None:
    net = CASES["difference"].compile().eval()
    assert net not in _FEATURES
    net.forward_features(images)
    made = _FEATURES[net]
    net.forward_features(images)
    assert _FEATURES[net] is made
    gone, number = ref(net), len(_FEATURES)
    del net, made
    gc.collect()
    assert gone() is None
    assert len(_FEATURES) < number


# ------------------------------------------------------------ networks of features


def test_a_network_of_features(net: Network, images: Tensor) -> None:
    part = feature_network(net, ["X_4", "X_0"])
    last, first = part(images)
    assert torch.equal(last, net.forward_features(images))
    assert torch.equal(first, net.stem(images))
    assert part.feature_info.channels() == [8, 4]
    assert isinstance(part, GraphModule)
    with pytest.raises(FormulaError, match=r"The network has no value X_5\."):
        feature_network(net, ["X_5"])


def test_the_last_state_of_each_stage(net: Network) -> None:
    assert stage_ends(net) == ["X_2", "X_4"]
    assert stage_ends(CASES["momentum"].compile()) == ["X_2", "X_4"]


def test_a_stage_whose_end_is_several_values() -> None:
    with pytest.raises(FormulaError) as caught:
        stage_ends(CASES["hyper_connection"].compile())
    assert str(caught.value).startswith("X_2, the end of a stage, is no value of this network.\n")
    assert str(caught.value).endswith("\n  try: create_feature_extractor")
