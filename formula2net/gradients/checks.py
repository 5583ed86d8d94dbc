"""What is refused before a network runs: no network, no batch, options that make no sense."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torch import Tensor, nn

from formula2net.errors import Formula2NetError, FormulaError, Problem, ShapeError
from formula2net.ir.program import Program
from formula2net.lower.emit import emit
from formula2net.lower.network import Network


def check_network(net: object, lacks: str) -> None:
    """Refuses what has no program; of a wrapper, as of `torch.compile`, it names the network.

    Args:
        net: What should be a network.
        lacks: What it does not have therefore, as "paths".

    Raises:
        Formula2NetError: It is no network.
    """
    if isinstance(net, Network):
        return
    children = net.named_children() if isinstance(net, nn.Module) else ()
    inside = next((name for name, child in children if isinstance(child, Network)), None)
    hint = f"its network, which is its child {inside!r}" if inside is not None else ""
    what = f"{type(net).__name__} has no program, and so no {lacks}."
    raise Formula2NetError(Problem(what, expected="a network, as compile gives it", try_=hint))


def check_code(net: Network) -> None:
    """Refuses a network whose code is no longer its program's.

    Raises:
        FormulaError: Says so.
    """
    if net.code != _code(net.program):
        what = "The code of the network was edited, so its paths are not the formula's."
        raise FormulaError(Problem(what, try_="compile the formula again"))


def check_options(loss: object, cotangent: object, max_length: int | None, chunk: int) -> None:
    """Refuses options that make no sense.

    Raises:
        Formula2NetError: Names the option.
    """
    if loss is not None and cotangent is not None:
        raise Formula2NetError(Problem("A cotangent stands in place of a loss.", got="both"))
    for name, number, least in (("max_length", max_length, 0), ("chunk", chunk, 1)):
        if number is not None and (type(number) is not int or number < least):
            what = f"{name}={number!r} makes no sense."
            raise Formula2NetError(Problem(what, expected=f"an integer from {least} on"))


def inputs_and_labels(batch: Tensor | Sequence[Any]) -> tuple[Tensor, list[Any]]:
    """The inputs of a batch, and the labels if there are any.

    Raises:
        Formula2NetError: It is no batch.
    """
    parts = list(batch) if isinstance(batch, tuple | list) else [batch]
    if not 1 <= len(parts) <= 2 or not isinstance(parts[0], Tensor):
        got = ", ".join(type(part).__name__ for part in parts) or "nothing"
        expected = "a tensor of inputs, or a pair of inputs and labels"
        raise Formula2NetError(Problem("This is no batch.", got=got, expected=expected))
    return parts[0], parts[1:]


def check_cotangent(cotangent: object, output: Tensor) -> None:
    """Refuses what is no gradient at X_L.

    Raises:
        ShapeError: Says which shape it should have.
    """
    if isinstance(cotangent, Tensor) and cotangent.shape == output.shape:
        return
    shape = tuple(cotangent.shape) if isinstance(cotangent, Tensor) else type(cotangent).__name__
    what = "The cotangent does not have the shape of X_L, which the head reads."
    raise ShapeError(Problem(what, got=f"{shape}", expected=f"{tuple(output.shape)}"))


def _code(program: Program) -> str:
    return emit(program).python_code("self").src
