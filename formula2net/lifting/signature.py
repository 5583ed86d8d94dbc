"""When two runs are one function: the same operations, with the same weights and numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import torch
from torch.fx import Node

SIZES: Final = frozenset("view reshape _unsafe_view expand".split())  # their numbers are sizes only


def signature(
    nodes: Sequence[Node], source: Node, weights: Mapping[Node, str], numbers: bool = True
) -> tuple[Any, ...]:
    """What operations do to the value that they read.

    Args:
        nodes: the operations, in order.
        source: what they read.
        weights: for placeholders the name of the parameter or buffer.
        numbers: whether arguments such as a slope or a stride count.
    """
    places: dict[Node, Any] = {source: "source"}
    places.update({node: place for place, node in enumerate(nodes)})

    def shown(arg: Any) -> Any:
        if isinstance(arg, Node):
            if arg in places:
                return places[arg]
            if arg.op != "call_function" or _is_random(arg):
                return ("weight", weights.get(arg) or arg.name)
            return called(arg)
        if isinstance(arg, list | tuple):
            return tuple(map(shown, arg))
        return (type(arg).__name__, str(arg)) if numbers else None

    def called(node: Node) -> Any:
        name = getattr(node.target, "__name__", str(node.target)).partition(".")[0]
        args = node.args[:1] if name in SIZES else node.args
        return (str(node.target), shown(args), shown(tuple(node.kwargs.values())))

    return tuple(map(called, nodes))


def _is_random(node: Node) -> bool:
    return torch.Tag.nondeterministic_seeded in getattr(node.target, "tags", ())
