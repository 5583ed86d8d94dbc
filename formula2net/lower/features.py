"""Inner values of a network: its states by name, and the features that its head reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from torch import Tensor
from torch.fx import Graph, GraphModule, Node

from formula2net.errors import FormulaError, Problem
from formula2net.ir.ops import Value
from formula2net.ir.program import state_name
from formula2net.lower.names import HEAD, node_names
from formula2net.passes.shapes import infer_shapes

if TYPE_CHECKING:
    from formula2net.language.backbone import Shape
    from formula2net.lower.network import Network

Nodes = Mapping[str, str]
Forward = Callable[["Network", Tensor], Tensor]

# The code up to the head, for as long as the network's own code is this one.
_FEATURES: WeakKeyDictionary[Network, tuple[str, Forward]] = WeakKeyDictionary()


@dataclass(frozen=True)
class FeatureInfo:
    """One output of `create_model(..., features_only=True)`.

    Attributes:
        name: Of the state, such as "X_4".
        channels: Its width.
        reduction: How many times smaller than the input's its resolution is.
    """

    name: str
    channels: int
    reduction: int


class FeatureNetwork(GraphModule):
    """A part of a network's code: from its input to values inside it, as a list.

    Attributes:
        feature_info: What each output is.
    """

    feature_info: tuple[FeatureInfo, ...]


def state_nodes(net: Network) -> dict[str, str]:
    """The node of the network's code that holds each state: `{"X_0": "X_0", ...}`.

    States that nothing depends on are left out. Two states that are one value share a node.
    """
    program, names = net.program, node_names(net.program)
    return {state_name(key): names[v] for key, v in program.states.items() if v in names}


def get_graph_node_names(net: Network) -> list[str]:
    """Names of all values of a network, in order: the nodes of its code, states among them."""
    plumbing = ("placeholder", "get_attr", "output")
    return [node.name for node in net.graph.nodes if node.op not in plumbing]


def create_feature_extractor(
    net: Network, return_nodes: Sequence[str] | Mapping[str, str]
) -> GraphModule:
    """A module that gives values inside a network; it shares the network's modules.

    Args:
        net: The network.
        return_nodes: Names of states ("X_3"), of modules ("W_3") or of nodes of its code, or a
            mapping from these to the names in the output.

    Returns:
        A module from the network's input to a dict of tensors, (N, C, R...) each.

    Raises:
        FormulaError: A name is unknown; gives the nearest ones.
    """
    names = return_nodes if isinstance(return_nodes, Mapping) else {n: n for n in return_nodes}
    nodes = _find(net, names)
    graph, copies = _part(net.graph, nodes.values())
    graph.output({names[name]: copies[node] for name, node in nodes.items()})
    return GraphModule(net, graph, class_name="FeatureExtractor")


def feature_network(net: Network, states: Sequence[str]) -> FeatureNetwork:
    """The part of a network that ends with these states, which it gives as a list.

    Raises:
        FormulaError: A name is unknown.
    """
    nodes = _find(net, states)
    graph, copies = _part(net.graph, nodes.values())
    graph.output([copies[nodes[name]] for name in states])
    module = FeatureNetwork(net, graph, class_name="FeatureNetwork")
    shapes = _shapes(net)
    module.feature_info = tuple(
        FeatureInfo(name, shapes[name].width, shapes[name].stride) for name in states
    )
    return module


def stage_ends(net: Network) -> list[str]:
    """The state of the output's kind at the end of each stage, the last one being X_L."""
    nodes, ends, step = state_nodes(net), [], 0
    kind = net.formula.equations[-1].lhs.name
    for stage in net.backbone.stages:
        step += stage.blocks
        if f"{kind}_{step}" not in nodes:
            what = f"{kind}_{step}, the end of a stage, is no value of this network."
            raise FormulaError(Problem(what, got=", ".join(nodes), try_="create_feature_extractor"))
        ends.append(f"{kind}_{step}")
    return ends


def forward_features(net: Network, x: Tensor) -> Tensor:
    """X_L, as the head reads it."""
    code, forward = _FEATURES.get(net, ("", None))
    if forward is None or code != net.code:
        (head,) = (node for node in net.graph.nodes if node.target == HEAD)
        graph, copies = _part(net.graph, head.args)
        graph.output(copies[head.args[0]])
        # The function alone is kept: it finds the modules in the network that it is given.
        forward = type(GraphModule(net, graph)).forward
        _FEATURES[net] = net.code, forward
    return forward(net, x)


def _find(net: Network, names: Iterable[str]) -> dict[str, Node]:
    """The nodes of states, of nodes by name, and of blocks by the name of their module."""
    nodes = {node.name: node for node in net.graph.nodes}
    values = {str(node.target): node for node in net.graph.nodes if node.op == "call_module"}
    values |= {name: nodes[name] for name in get_graph_node_names(net)}
    values |= {name: nodes[node] for name, node in state_nodes(net).items()}
    unknown = [name for name in names if name not in values]
    if unknown:
        near = [get_close_matches(name, sorted(values), n=3) for name in unknown]
        raise FormulaError(
            *(
                Problem(f"The network has no value {name}.", try_=", ".join(close) or "X_1")
                for name, close in zip(unknown, near, strict=True)
            )
        )
    return {name: values[name] for name in names}


def _part(graph: Graph, ends: Iterable[Node]) -> tuple[Graph, dict[Node, Node]]:
    """A graph of what some nodes depend on, without an output, and where its nodes come from."""
    needed, waiting = set[Node](), list(ends)
    while waiting:
        node = waiting.pop()
        if node not in needed:
            needed.add(node)
            waiting += node.all_input_nodes
    part, copies = Graph(), dict[Node, Node]()
    for node in graph.nodes:
        if node in needed or node.op == "placeholder":
            copies[node] = part.node_copy(node, copies.__getitem__)
    return part, copies


def _shapes(net: Network) -> dict[str, Shape]:
    shapes: Sequence[Shape] = infer_shapes(net.program, net.backbone)
    values: Mapping[tuple[str | int, ...], Value] = net.program.states
    return {state_name(key): shapes[value] for key, value in values.items()}
