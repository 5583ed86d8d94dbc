"""What a module does, as torch.export records it: operations on tensors, none of them in place.

torch's functionalisation takes every in-place operation for a new value, which all values that
share its storage stand for from there on. So an alias is in the record what it is in the run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import torch
from torch import Tensor, nn
from torch.export import ExportedProgram
from torch.fx import Graph, Node

from formula2net.errors import LiftError, Problem
from formula2net.lifting.axes import mark_channels, plain_name
from formula2net.lifting.broadcasts import mark_repeats
from formula2net.lifting.exporting import exported
from formula2net.lifting.operations import written_over

SHAPED: Final = frozenset(
    """empty_like fill full_like new_empty new_full new_ones new_zeros rand_like randn_like
    zero""".split()
)  # they take only the shape of what they read


@dataclass(frozen=True)
class Recording:
    """The operations of a module, out of place.

    Attributes:
        graph: its aten operations.
        input: the placeholder of the input.
        output: the node of the output.
        weights: for the other placeholders the name of the parameter or buffer; a constant has "".
        trained: which of these names are parameters.
        constants: for placeholders that are one number, and no parameter, that number.
    """

    graph: Graph
    input: Node
    output: Node
    weights: Mapping[Node, str]
    trained: frozenset[str]
    constants: Mapping[Node, Tensor]

    @cached_property
    def dependent(self) -> frozenset[Node]:
        """The nodes that depend on the input."""
        return _dependent_on(self.input)


def record(module: nn.Module, inputs: Sequence[Any]) -> Recording:
    """Records a module in evaluation mode; it is left as it is.

    Args:
        module: any module that maps one tensor to one.
        inputs: an example: one tensor, and whatever else its `forward` needs.

    Raises:
        LiftError: torch.export cannot record it, or it does not map one tensor to one.
    """
    program = exported(module, inputs)
    given, output = _ends(program)
    mark_repeats(program.graph, _dependent_on(given))
    recording = Recording(program.graph, given, output, *_weights(module, program))
    mark_channels(recording.graph, recording.dependent)
    return recording


def is_random(node: Node) -> bool:
    """Whether an operation gives other numbers each time."""
    return torch.Tag.nondeterministic_seeded in getattr(node.target, "tags", ())


def _ends(program: ExportedProgram) -> tuple[Node, Node]:
    """The input and the output.

    Raises:
        LiftError: there are several, or none.
    """
    signature = program.graph_signature
    places = [node for node in program.graph.nodes if node.op == "placeholder"]
    given = [node for node in places if node.name in signature.user_inputs and node.users]
    (end,) = (node for node in program.graph.nodes if node.op == "output")
    read = [node for node in end.args[0] if isinstance(node, Node)]
    outputs = [node for node in read if node.name in signature.user_outputs]
    if len(given) == len(outputs) == 1:
        return given[0], outputs[0]
    what = "A program has one input and one output."
    names = f" ({', '.join(node.name for node in given)})" if given else ""
    got = f"{_counted(len(given), 'input')} read{names}, and {_counted(len(outputs), 'output')}"
    raise LiftError(Problem(what, got=got, try_="lift a module that wraps this one"))


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _weights(
    module: nn.Module, program: ExportedProgram
) -> tuple[dict[Node, str], frozenset[str], dict[Node, Tensor]]:
    """The names of weights, which of them are trained, and the constants of one number."""
    signature, first = program.graph_signature, _first_names(module)
    trained = signature.inputs_to_parameters
    named = {**trained, **signature.inputs_to_buffers}
    lifted = signature.inputs_to_lifted_tensor_constants
    kept = {**program.constants, **program.state_dict}
    weights, constants = {}, {}
    for node in program.graph.nodes:
        name = named.get(node.name) or lifted.get(node.name)
        if node.op != "placeholder" or name is None:
            continue
        weights[node] = first.get(name, name) if node.name in named else ""
        value = kept.get(name)
        if node.name not in trained and isinstance(value, Tensor) and value.numel() == 1:
            constants[node] = value
    return weights, frozenset(first.get(name, name) for name in trained.values()), constants


def _first_names(module: nn.Module) -> dict[str, str]:
    """For every name of a parameter the first one that it has: tied ones have several."""
    firsts: dict[nn.Parameter, str] = {}
    named = module.named_parameters(remove_duplicate=False)
    return {name: firsts.setdefault(weight, name) for name, weight in named}


def _dependent_on(given: Node) -> frozenset[Node]:
    """The nodes whose numbers depend on those of one."""
    found = {given}
    for node in given.graph.nodes:
        if node.op == "call_function" and not found.isdisjoint(_read(node)):
            found.add(node)
    return frozenset(found)


def _read(node: Node) -> Sequence[Node]:
    """What the numbers that an operation gives depend on."""
    written = written_over(node)
    if written is not None:
        return [written]
    return () if plain_name(node) in SHAPED else node.all_input_nodes
