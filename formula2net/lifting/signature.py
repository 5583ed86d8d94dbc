"""When two runs are one function: the same operations, with the same weights and numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from torch.fx import Node

from formula2net.lifting.axes import plain_name
from formula2net.lifting.recording import is_random

SIZES: Final = frozenset("view reshape _unsafe_view expand".split())  # their numbers are sizes only


def signature(nodes: Sequence[Node], source: Node, weights: Mapping[Node, str]) -> tuple[Any, ...]:
    """What operations do to the value that they read.

    Args:
        nodes: the operations, in order.
        source: what they read.
        weights: for placeholders the name of the parameter or buffer.
    """
    places: dict[Node, Any] = {source: "source"}
    places.update({node: place for place, node in enumerate(nodes)})

    def shown(arg: Any) -> Any:
        if isinstance(arg, Node):
            if arg in places:
                return places[arg]
            if arg.op != "call_function" or is_random(arg):
                return ("weight", weights.get(arg) or arg.name)
            return called(arg)
        if isinstance(arg, list | tuple):
            return tuple(map(shown, arg))
        return type(arg).__name__, str(arg)

    def called(node: Node) -> Any:
        args = node.args[:1] if plain_name(node) in SIZES else node.args
        drawn = node.name if is_random(node) else ""
        return str(node.target), drawn, shown(args), shown(tuple(node.kwargs.values()))

    return tuple(map(called, nodes))
