"""Which operations of a recorded program read weights, and which of them read which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from torch import Tensor
from torch.fx import Graph, Node

from formula2net.models.weights.flow import Flow, aten, channels_of, everything, flow_of, whole
from formula2net.models.weights.labels import Label, Weight, describe, label_of

NUMBER: Final[Label] = ("trained number",)
INPUT: Final = -1  # the number of the program's input, where calls are numbered from 0

# Where a trained number may stand: a formula's scalar is a coefficient, and no part of a network.
ARITHMETIC: Final = frozenset(
    {
        aten.add.Tensor,
        aten.div.Tensor,
        aten.mul.Tensor,
        aten.neg.default,
        aten.rsub.Scalar,
        aten.rsub.Tensor,
        aten.sub.Tensor,
    }
)


@dataclass(frozen=True)
class Call:
    """An operation that reads parameters or buffers, such as a convolution; or a trained number.

    The same sum with trained numbers can be written in many ways, so a number is a call by itself,
    which nothing reads: what it does to the output says which it is.

    Attributes:
        node: In the program.
        label: Its kind, the shapes of its tensors and its other arguments; two calls that have one
            label compute the same function of their weights.
        tensors: The names of its tensors, in the order of its arguments.
        reads: The calls whose values it reads, with no other call between; `INPUT` is the input.
    """

    node: Node
    label: Label
    tensors: tuple[str, ...]
    reads: tuple[int, ...]

    @property
    def name(self) -> str:
        """Of the module that has its tensors."""
        module = self.tensors[0].rpartition(".")[0]
        return self.tensors[0] if self.is_number or not module else module

    @property
    def is_number(self) -> bool:
        """Whether it is a trained number."""
        return self.label == NUMBER

    def __str__(self) -> str:
        return describe(self.label)


@dataclass(frozen=True)
class Wiring:
    """The calls of a program, in order, and what its output is made of.

    Attributes:
        calls: The calls.
        last: The numbers of those from which the output is made without another call.
    """

    calls: tuple[Call, ...]
    last: frozenset[int]

    @property
    def classifier(self) -> Call | None:
        """The linear layer that gives the output, if one does."""
        if len(self.last) != 1 or INPUT in self.last:
            return None
        (call,) = (self.calls[number] for number in self.last)
        return call if call.node.target in (aten.addmm.default, aten.mm.default) else None


def read_wiring(graph: Graph, tensors: Mapping[str, Tensor]) -> Wiring:
    """The calls of a program: a function of the input and of these tensors, in their order."""
    reader = _Reader(graph, tensors)
    for node in graph.nodes:
        if node.op == "call_function":
            reader.read(node)
    (output,) = (node.args[0] for node in graph.nodes if node.op == "output")
    last = everything([reader.flows[output]]) if output in reader.flows else frozenset()
    return Wiring(tuple(reader.calls), last)


class _Reader:
    """Goes through a program once.

    Attributes:
        numbers: Tensors of one element, by name.
        weights: What is made of tensors alone.
        flows: What depends on the input, and where it comes from.
        calls: Those that were found.
    """

    def __init__(self, graph: Graph, tensors: Mapping[str, Tensor]) -> None:
        first, *places = (node for node in graph.nodes if node.op == "placeholder")
        self.numbers = {
            name: node
            for node, (name, tensor) in zip(places, tensors.items(), strict=True)
            if tensor.numel() == 1
        }
        self.weights = {
            node: Weight((name,), tuple(tensor.shape))
            for node, (name, tensor) in zip(places, tensors.items(), strict=True)
        }
        self.flows: dict[Node, Flow | list[Flow]] = {first: whole(channels_of(first), [INPUT])}
        self.calls: list[Call] = []

    def read(self, node: Node) -> None:
        """Finds out what an operation is."""
        data = [n for n in node.all_input_nodes if n in self.flows]
        read = [self.weights[n].names for n in node.all_input_nodes if n in self.weights]
        names = tuple(dict.fromkeys(name for each in read for name in each))
        if names and not data:
            self.weights[node] = Weight(names, label_of(node, self.weights)[0])
        elif names and not (node.target in ARITHMETIC and self.numbers.keys() >= set(names)):
            self._call(node, data, names)
        elif data:
            for name in names:
                self._number(name)
            self.flows[node] = flow_of(node, self.flows)

    def _call(self, node: Node, data: list[Node], names: tuple[str, ...]) -> None:
        label, ordered = label_of(node, self.weights)
        reads = tuple(sorted(everything(self.flows[n] for n in data)))
        self.flows[node] = whole(channels_of(node), [len(self.calls)])
        self.calls.append(Call(node, label, ordered or names, reads))

    def _number(self, name: str) -> None:
        if all(call.node is not self.numbers[name] for call in self.calls):
            self.calls.append(Call(self.numbers[name], NUMBER, (name,), ()))
