"""Where the channels of a value come from.

A part of a concatenation comes from what was concatenated there and from nothing else, however the
code takes it out again: a window that is kept as a list and one that is cut out of a tensor are one
wiring.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, Final

import torch
from torch.fx import Node

aten: Final = torch.ops.aten
Sources = frozenset[int]
Flow = tuple[tuple[int, Sources], ...]  # runs of channels that come from the same calls


def flow_of(node: Node, given: dict[Node, Flow | list[Flow]]) -> Flow | list[Flow]:
    """The flow of an operation that reads no weights; a list for one that gives several values.

    Args:
        node: The operation.
        given: What is known of its inputs; those that depend on no input of the program are not
            there.
    """
    data = [given[n] for n in node.all_input_nodes if n in given]
    match node.target:
        case aten.cat.default if _dim(node, node.args[1:]) == 1:
            return join([given.get(n) or whole(channels_of(n)) for n in node.args[0]])
        case aten.slice.Tensor if _dim(node, node.args[1:]) == 1:
            start, stop, step = slice(*node.args[2:]).indices(width(data[0]))
            if step == 1:
                return part(data[0], start, stop)
        case aten.split.Tensor | aten.split_with_sizes.default if _dim(node, node.args[2:]) == 1:
            return _parts(data[0], node.args[1])
    if isinstance(data[0], list):  # an item of a list
        return data[0][node.args[1]] if isinstance(node.args[1], int) else merge(data[0])
    count = channels_of(node)
    if all(width(flow) == count for flow in data):
        return merge(data)
    return whole(count, everything(data))


def channels_of(node: Node) -> int:
    """The width of a value; 1 where it has no channels."""
    value = node.meta.get("val")
    first = value[0] if isinstance(value, tuple) else value  # a norm gives its statistics too
    shape = first.shape if isinstance(first, torch.Tensor) else ()
    return shape[1] if len(shape) > 1 else 1


def whole(count: int, sources: Iterable[int] = ()) -> Flow:
    """Channels that all come from the same."""
    return ((count, frozenset(sources)),)


def width(flow: Flow) -> int:
    """The number of channels."""
    return sum(count for count, _ in flow)


def everything(flows: Iterable[Flow]) -> Sources:
    """All that some values come from."""
    return frozenset().union(*(sources for flow in flows for _, sources in flow))


def join(flows: Iterable[Flow]) -> Flow:
    """Of a concatenation."""
    runs = groupby((run for flow in flows for run in flow), key=lambda run: run[1])
    return tuple((sum(count for count, _ in same), sources) for sources, same in runs)


def part(flow: Flow, start: int, stop: int) -> Flow:
    """Of some of the channels."""
    found, place = [], 0
    for count, sources in flow:
        taken = min(place + count, stop) - max(place, start)
        if taken > 0:
            found.append((taken, sources))
        place += count
    return tuple(found)


def merge(flows: Sequence[Flow]) -> Flow:
    """Of what is computed channel by channel."""
    if len(flows) == 1:
        return flows[0]
    ends = sorted({end for flow in flows for end in _ends(flow)})
    pairs = zip([0, *ends], ends, strict=False)
    return join(
        whole(stop - start, everything(part(flow, start, stop) for flow in flows))
        for start, stop in pairs
    )


def _ends(flow: Flow) -> list[int]:
    ends, place = [], 0
    for count, _ in flow:
        place += count
        ends.append(place)
    return ends


def _parts(flow: Flow, sizes: int | Sequence[int]) -> list[Flow]:
    total = width(flow)
    if isinstance(sizes, int):
        sizes = [min(sizes, total - start) for start in range(0, total, sizes)]
    ends = [sum(sizes[: number + 1]) for number in range(len(sizes))]
    return [part(flow, end - size, end) for size, end in zip(sizes, ends, strict=True)]


def _dim(node: Node, rest: Sequence[Any]) -> int:
    """The axis that an operation is told, from the front."""
    dim = rest[0] if rest else node.kwargs.get("dim", 0)
    value = node.all_input_nodes[0].meta.get("val")
    return dim % value.dim() if isinstance(value, torch.Tensor) else -1
