"""torch.export, run on a module as it would be in evaluation; what it refuses is our error."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import torch
from torch import Tensor, nn
from torch.export import ExportedProgram

from formula2net.blocks.probe import in_mode
from formula2net.errors import LiftError, Problem
from formula2net.lifting.origin import line_of_error
from formula2net.lifting.smooth import without_gradient

aten: Final = torch.ops.aten


def exported(module: nn.Module, inputs: Sequence[Any]) -> ExportedProgram:
    """The operations of a module, in evaluation mode; it is left as it is.

    Args:
        module: any module.
        inputs: an example of what it reads.

    Raises:
        LiftError: torch.export cannot record it, or a part of it runs without gradients.
    """
    # With gradients on: only so does it show where code turns them off.
    with in_mode(module, training=False), warnings.catch_warnings(), torch.enable_grad():
        warnings.simplefilter("ignore")  # torch's own, about torch
        try:
            program = torch.export.export(module, tuple(inputs), strict=False)
            _check_gradients(program)
            return program.run_decompositions(dict(REWRITTEN))
        except LiftError:
            raise
        except Exception as error:
            raise _refused(error) from error


def _check_gradients(program: ExportedProgram) -> None:
    """Refuses code that computes without gradients what depends on the input.

    Raises:
        LiftError: a part of the module runs under `torch.no_grad`.
    """
    given = set(program.graph_signature.user_inputs)
    for node in program.graph.nodes:
        if "set_grad_enabled" not in str(node.target) or node.args[0] is not False:
            continue
        _, inner, *reads = node.args
        if any(read.op != "placeholder" or read.name in given for read in reads):
            graph = program.graph_module.get_submodule(inner.target).graph
            calls = [node for node in graph.nodes if node.op == "call_function"]
            raise without_gradient(calls[0] if calls else node, "torch.no_grad")


def _refused(error: Exception) -> LiftError:
    reason = str(error).strip().splitlines() or [""]
    got = f"{type(error).__name__}: {reason[0]}"
    what, expected = "torch.export cannot record this module.", ""
    if "data-dependent" in got:
        expected = "code whose course does not depend on the values of tensors"
    return LiftError(Problem(what, formula=line_of_error(error), got=got, expected=expected))


def _lerp(start: Tensor, end: Tensor, weight: Any) -> Tensor:
    return start + weight * (end - start)


def _addcmul(total: Tensor, one: Tensor, two: Tensor, *, value: float = 1) -> Tensor:
    return total + value * (one * two)


# Sums and products that torch has one function for.
REWRITTEN: Final[Mapping[Any, Callable[..., Tensor]]] = {
    aten.lerp.Scalar: _lerp,
    aten.lerp.Tensor: _lerp,
    aten.addcmul.default: _addcmul,
}
