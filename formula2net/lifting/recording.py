"""What a module does, as torch.export records it: operations on tensors, none of them in place.

torch's functionalisation takes every in-place operation for a new value, which all values that
share its storage stand for from there on. So an alias is in the record what it is in the run.
"""

from __future__ import annotations

import linecache
import re
import sysconfig
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from traceback import extract_tb
from typing import Any, Final

import torch
from torch import nn
from torch.export import ExportedProgram
from torch.fx import Graph, Node

from formula2net.errors import LiftError, Problem

SHAPED: Final = frozenset(
    """empty_like fill full_like new_empty new_full new_ones new_zeros rand_like randn_like
    zero""".split()
)  # they take only the shape of what they read
FRAME: Final = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>\d+)')
LIBRARIES: Final = (str(Path(torch.__file__).parent), sysconfig.get_path("stdlib"))
OURS: Final = str(Path(__file__).parent)


@dataclass(frozen=True)
class Call:
    """A call of a module.

    Attributes:
        key: tells it from other calls of the same module.
        name: of the module.
    """

    key: str
    name: str


@dataclass(frozen=True)
class Recording:
    """The operations of a module, out of place.

    Attributes:
        graph: its aten operations.
        input: the placeholder of the input.
        output: the node of the output.
        weights: for the other placeholders the name of the parameter or buffer; a constant has "".
        trained: which of these names are parameters.
    """

    graph: Graph
    input: Node
    output: Node
    weights: Mapping[Node, str]
    trained: frozenset[str]

    @cached_property
    def dependent(self) -> frozenset[Node]:
        """The nodes that depend on the input."""
        found = {self.input}
        for node in self.graph.nodes:
            if node.op == "call_function" and not found.isdisjoint(_read(node)):
                found.add(node)
        return frozenset(found)


def record(module: nn.Module, inputs: Sequence[Any]) -> Recording:
    """Records a module in evaluation mode; it is left as it is.

    Args:
        module: any module that maps one tensor to one.
        inputs: an example: one tensor, and whatever else its `forward` needs.

    Raises:
        LiftError: torch.export cannot record it, or it does not map one tensor to one.
    """
    exported = _exported(module, inputs)
    signature = exported.graph_signature
    names = {
        **signature.inputs_to_parameters,
        **signature.inputs_to_buffers,
        **dict.fromkeys(signature.inputs_to_lifted_tensor_constants, ""),
    }
    places = [node for node in exported.graph.nodes if node.op == "placeholder"]
    weights = {node: names[node.name] for node in places if node.name in names}
    given = [node for node in places if node.name in signature.user_inputs and node.users]
    (end,) = (node for node in exported.graph.nodes if node.op == "output")
    outputs = [node for node in end.args[0] if node.name in signature.user_outputs]
    if len(given) != 1 or len(outputs) != 1:
        what = "A program has one input and one output."
        got = f"{len(given)} inputs that are read and {len(outputs)} outputs"
        raise LiftError(Problem(what, got=got, try_="lift a module that wraps this one"))
    trained = frozenset(signature.parameters)
    recording = Recording(exported.graph, given[0], outputs[0], weights, trained)
    for node in recording.dependent:
        if node.target is torch.ops.aten.detach.default:
            raise _without_gradient(node)
    return recording


def _exported(module: nn.Module, inputs: Sequence[Any]) -> ExportedProgram:
    """The record, with gradients on: only so does it show where code turns them off."""
    with _evaluating(module), warnings.catch_warnings(), torch.enable_grad():
        warnings.simplefilter("ignore")  # torch's own, about torch
        try:
            exported = torch.export.export(module, tuple(inputs), strict=False)
            _check_gradients(exported)
            return exported.run_decompositions({})
        except LiftError:
            raise
        except Exception as error:
            raise _refused(error) from error


def _check_gradients(exported: ExportedProgram) -> None:
    """Refuses code that computes without gradients what depends on the input.

    Raises:
        LiftError: a part of the module runs under `torch.no_grad`.
    """
    given = set(exported.graph_signature.user_inputs)
    for node in exported.graph.nodes:
        if "set_grad_enabled" not in str(node.target) or node.args[0] is not False:
            continue
        _, inner, *reads = node.args
        if any(read.op != "placeholder" or read.name in given for read in reads):
            graph = exported.graph_module.get_submodule(inner.target).graph
            calls = [node for node in graph.nodes if node.op == "call_function"]
            raise _without_gradient(calls[0] if calls else node)


def _without_gradient(node: Node) -> LiftError:
    what = "No gradient passes here, so it is no path, and a program has no other values."
    return LiftError(at_line(what, node, got="torch.no_grad, or detach"))


def calls_of(node: Node) -> Iterator[Call]:
    """The calls of modules in which an operation is done, the outermost first."""
    for key, (name, _) in (node.meta.get("nn_module_stack") or {}).items():
        if name:
            yield Call(key, name)


def line_of(node: Node) -> str:
    """The line of the user's code that an operation comes from; empty if it is not known."""
    frames = FRAME.findall(node.meta.get("stack_trace") or "")
    return _line([(file, int(line)) for file, line in frames])


def at_line(what: str, node: Node, **facts: str) -> Problem:
    """A problem that shows the line of the user's code."""
    return Problem(what, formula=line_of(node), **facts)


def _read(node: Node) -> Sequence[Node]:
    """What the numbers that an operation gives depend on."""
    if node.target is torch.ops.aten.copy.default:
        return [node.args[1]]
    name = getattr(node.target, "__name__", "").partition(".")[0]
    return () if name in SHAPED else node.all_input_nodes


@contextmanager
def _evaluating(module: nn.Module) -> Iterator[None]:
    modes = {part: part.training for part in module.modules()}
    module.eval()
    try:
        yield
    finally:
        for part, mode in modes.items():
            part.training = mode


def _refused(error: Exception) -> LiftError:
    frames = extract_tb(error.__traceback__)
    shown = _line([(frame.filename, frame.lineno or 0) for frame in frames])
    reason = str(error).strip().splitlines() or [""]
    got = f"{type(error).__name__}: {reason[0]}"
    what, expected = "torch.export cannot record this module.", ""
    if "data-dependent" in got:
        expected = "code whose course does not depend on the values of tensors"
    return LiftError(Problem(what, formula=shown, got=got, expected=expected))


def _line(frames: Sequence[tuple[str, int]]) -> str:
    """The last line that is no library's, with its place."""
    for file, number in reversed(frames):
        if not file.startswith((*LIBRARIES, OURS)) and "site-packages" not in file:
            text = linecache.getline(file, number).strip()
            return f"{Path(file).name}:{number}: {text}"
    return ""
