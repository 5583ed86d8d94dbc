"""The program of any module, as torch records it, and runs of it on other weights.

A copy of the module is run once, in evaluation mode and in float64, and what is done with its
tensors is recorded, whatever its code looks like. Nothing works in place in the record: an alias
and its changed value are two values there, as they are in the formula.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

import torch
from torch import Tensor, nn
from torch.func import functional_call, functionalize
from torch.fx import GraphModule, Interpreter, Node
from torch.fx.experimental.proxy_tensor import make_fx

from formula2net.errors import Formula2NetError, Problem
from formula2net.models.weights.flow import aten
from formula2net.models.weights.wiring import Call, Wiring, read_wiring

BATCH: Final = 2


@dataclass(frozen=True)
class Trace:
    """What a module does.

    Attributes:
        code: Its operations: a function of the input and of the tensors, in their order.
        tensors: Parameters and buffers by name, in float64; one that has two names has the first.
        wiring: The calls that read tensors, and what they read from each other.
        left_out: Names of tensors that the code does not read, since the classifier is left out.
    """

    code: GraphModule
    tensors: Mapping[str, Tensor]
    wiring: Wiring
    left_out: frozenset[str] = frozenset()

    def run(
        self, x: Tensor, tensors: Mapping[str, Tensor], calls: Iterable[Call] = ()
    ) -> tuple[Tensor, dict[Call, Tensor]]:
        """The output for other values of its tensors, and the values of some calls."""
        watched = {call.node: call for call in calls}
        interpreter = _Watcher(self.code, watched)
        output = interpreter.run(x, *(tensors[name] for name in self.tensors))
        return output, interpreter.seen


class _Watcher(Interpreter):
    """Runs a program, and keeps the values of some calls."""

    def __init__(self, code: GraphModule, watched: Mapping[Node, Call]) -> None:
        super().__init__(code)
        self.watched = watched
        self.seen: dict[Call, Tensor] = {}

    def run_node(self, n: Node) -> Any:
        value = super().run_node(n)
        if n in self.watched:  # a norm gives its statistics too
            self.seen[self.watched[n]] = value[0] if isinstance(value, tuple) else value
        return value


def record(module: nn.Module, x: Tensor, head: bool = True) -> Trace:
    """The trace of a module, which is left as it is.

    Args:
        module: Any module that gives one tensor.
        x: An input in float64.
        head: Whether to keep the classifier; else the output is what it reads.

    Raises:
        Formula2NetError: The module gives something else than a tensor.
        Exception: Whatever the module raises.
    """
    copy = deepcopy(module).to("cpu", torch.float64).eval()
    tensors = {k: v.detach() for k, v in (*copy.named_parameters(), *copy.named_buffers())}
    values = [tensor.clone() for tensor in tensors.values()]  # a module may write to its buffers

    def forward(x: Tensor, *values: Tensor) -> Tensor:
        output = functional_call(copy, dict(zip(tensors, values, strict=True)), (x,))
        if not isinstance(output, Tensor):
            what = f"The module gives no tensor, but {type(output).__name__}."
            raise Formula2NetError(Problem(what, expected="the classes, or the features"))
        return output

    with torch.no_grad():
        code = make_fx(functionalize(forward))(x.clone(), *values)
    _keep_inputs(code)
    wiring = read_wiring(code.graph, tensors)
    if head or wiring.classifier is None:
        return Trace(code, tensors, wiring)
    left_out = frozenset(wiring.classifier.tensors)
    _end_before(code, wiring.classifier.node)
    return Trace(code, tensors, read_wiring(code.graph, tensors), left_out)


def _keep_inputs(code: GraphModule) -> None:
    """Takes out what writes to the input, or to a buffer: nobody reads it afterwards."""
    for node in list(code.graph.nodes):
        if node.target is aten.copy_.default and node.args[0].op == "placeholder":
            node.replace_all_uses_with(node.args[1])
            code.graph.erase_node(node)


def _end_before(code: GraphModule, last: Node) -> None:
    """Makes what a linear layer reads the output."""
    (output,) = (node for node in code.graph.nodes if node.op == "output")
    output.args = (last.args[1] if last.target is aten.addmm.default else last.args[0],)
    code.graph.eliminate_dead_code()
    code.recompile()
