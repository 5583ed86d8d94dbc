"""Numbers that code keeps in tensors: a trained one is a scalar, any other is what it is."""

from __future__ import annotations

import operator
from typing import Final

import torch
from torch import Tensor
from torch.fx import Node
from torch.fx.node import map_arg

from formula2net.ir.coefficient import Coefficient, scalar
from formula2net.lifting.axes import plain_name, shape_of
from formula2net.lifting.numbers import DOUBLE, exact_number
from formula2net.lifting.recording import Recording, is_random

aten: Final = torch.ops.aten
FILLED: Final = {
    aten.zero.default: 0,
    aten.new_zeros.default: 0,
    aten.new_ones.default: 1,
    aten.empty.memory_format: 0,  # what stands there nobody may read
    aten.empty_like.default: 0,
    aten.new_empty.default: 0,
}
FILLING: Final = {  # by the number in this place
    aten.fill.Scalar: 1,
    aten.full_like.default: 1,
    aten.new_full.default: 2,
}


class Scalars:
    """Tells numbers from features.

    Args:
        recording: of a module.
    """

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._known: dict[Node, Coefficient | None] = {}

    def of(self, node: Node) -> Coefficient | None:
        """The number that a node is, or that all its entries are; None if it is a feature."""
        if node not in self._known:
            self._known[node] = self._number(node)
        return self._known[node]

    def _number(self, node: Node) -> Coefficient | None:
        if node in self._recording.dependent:
            return None
        name = self._entry(node)
        if name:
            return scalar(name.replace(".", "_"))
        value = self._constant(node)
        if value is None or value.numel() == 0:
            return None
        first = value.flatten()[0]
        spacing = torch.finfo(value.dtype).eps if value.is_floating_point() else DOUBLE
        return exact_number(first.item(), spacing=spacing) if bool((value == first).all()) else None

    def _entry(self, node: Node) -> str:
        """The name of a trained number, or of one of a trained vector; empty if it is none."""
        if shape_of(node) and max(shape_of(node)) > 1:
            return ""
        return self._place(node)

    def _place(self, node: Node) -> str:
        name = self._recording.weights.get(node, "")
        if name in self._recording.trained:
            return name
        if node.target is aten.select.int and node.args[1] == 0:
            whole, number = node.args[0], node.args[2]
        elif node.target is operator.getitem and node.args[0].target is aten.unbind.int:
            whole, number = node.args[0].args[0], node.args[1]
            if len(node.args[0].args) > 1:
                return ""
        elif plain_name(node) in ("view", "reshape", "unsqueeze", "squeeze"):
            return self._entry(node.args[0])
        else:
            return ""
        name = self._place(whole)
        return f"{name}_{number % shape_of(whole)[0]}" if name else ""

    def _constant(self, node: Node) -> Tensor | None:
        """The numbers of a tensor that neither the input nor a weight changes."""
        if node in self._recording.weights:
            return self._recording.constants.get(node)
        if node.target in FILLED:
            return torch.tensor(FILLED[node.target])
        if node.target in FILLING:
            return torch.tensor(node.args[FILLING[node.target]])
        if node.op != "call_function" or is_random(node):
            return None
        reads = {read: self._constant(read) for read in node.all_input_nodes}
        if any(value is None for value in reads.values()):
            return None
        return node.target(*map_arg(node.args, reads.get), **map_arg(node.kwargs, reads.get))
