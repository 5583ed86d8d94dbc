"""Inner values of a network: its states by name, and the features that its head reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from torch import Tensor
from torch.fx import Graph, GraphModule, Node

from formula2net.errors import FormulaError, Problem
from formula2net.ir.program import state_name
from formula2net.lower.names import HEAD, node_names

if TYPE_CHECKING:
    from formula2net.lower.network import Network

Nodes = Mapping[str, str]
Forward = Callable[["Network", Tensor], Tensor]

# The code up to the head, for as long as the network's own code is this one.
_FEATURES: WeakKeyDictionary[Network, tuple[str, Forward]] = WeakKeyDictionary()


def state_nodes(net: Network) -> dict[str, str]:
    """The node of the network's code that holds each state: `{"X_0": "X_0", ...}`.

    States that nothing depends on are left out. Two states that are one value share a node.
    """
    program, names = net.program, node_names(net.program)
    return {state_name(key): names[v] for key, v in program.states.items() if v in names}


def get_graph_node_names(net: Network) -> list[str]:
    """Names of all values of a network, in order: the nodes of its code, states among them.

    Args:
        net: The network.
    """
    plumbing = ("placeholder", "get_attr", "output")
    return [node.name for node in net.graph.nodes if node.op not in plumbing]


def create_feature_extractor(
    net: Network, return_nodes: str | Sequence[str] | Mapping[str, str]
) -> GraphModule:
    """A module that gives values inside a network; it shares the network's modules.

    Args:
        net: The network.
        return_nodes: Names of states ("X_3"), of modules ("W_3") or of nodes of its code; one name;
            or a mapping from names to those in the output.

    Returns:
        A module from the network's input to a dict of tensors, (N, C, R...) each.

    Raises:
        FormulaError: A name is unknown; gives the nearest ones.
    """
    given = [return_nodes] if isinstance(return_nodes, str) else return_nodes
    names = given if isinstance(given, Mapping) else {name: name for name in given}
    nodes = find_nodes(net, names)
    graph, copies = part_of(net.graph, nodes.values())
    graph.output({names[name]: copies[node] for name, node in nodes.items()})
    return GraphModule(net, graph, class_name="FeatureExtractor")


def forward_features(net: Network, x: Tensor) -> Tensor:
    """X_L, as the head reads it.

    Raises:
        FormulaError: Somebody has edited the code, and it has no head.
    """
    code, forward = _FEATURES.get(net, ("", None))
    if forward is None or code != net.code:
        head = next((node for node in net.graph.nodes if node.target == HEAD), None)
        if head is None:
            what = "The code of the network was edited, and has no head: nothing says what X_L is."
            raise FormulaError(Problem(what, try_="create_feature_extractor"))
        graph, copies = part_of(net.graph, head.args)
        graph.output(copies[head.args[0]])
        # The function alone is kept: it finds the modules in the network that it is given.
        forward = type(GraphModule(net, graph)).forward
        _FEATURES[net] = net.code, forward
    return forward(net, x)


def find_nodes(net: Network, names: Iterable[str]) -> dict[str, Node]:
    """The nodes of states, of nodes by name, and of blocks by the name of their module.

    Raises:
        FormulaError: A name is unknown; gives the nearest ones.
    """
    nodes = {node.name: node for node in net.graph.nodes}
    values = {str(node.target): node for node in net.graph.nodes if node.op == "call_module"}
    values |= {name: nodes[name] for name in get_graph_node_names(net)}
    values |= {name: nodes[node] for name, node in state_nodes(net).items() if node in nodes}
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


def part_of(graph: Graph, ends: Iterable[Node]) -> tuple[Graph, dict[Node, Node]]:
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
