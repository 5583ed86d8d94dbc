"""Which axis of a tensor its channels are on: the operations around it tell, not its shape alone.

A convolution has its channels on the second axis, whatever the rank; a linear layer on the last.
What rearranges axes takes the channels along. Where nothing tells, images have them on the second
axis, and tokens, of rank 3, on the last.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from math import prod
from typing import Any, Final

import torch
from torch.fx import Graph, Node

MARK: Final = "channel_axis"  # of a node's meta
LAST: Final = frozenset("addmm bmm embedding layer_norm linear matmul mm rms_norm".split())
SPATIAL: Final = re.compile(r"(conv|pool|upsample)\w*?(?P<rank>[123])d")
SECOND: Final = re.compile(r"(_native_)?batch_norm|instance_norm|group_norm")
VIEWS: Final = frozenset("_unsafe_view flatten reshape squeeze unflatten unsqueeze view".split())
TOKENS: Final = 3  # the rank of samples, positions and features


def mark_channels(graph: Graph, data: Set[Node]) -> None:
    """Writes on nodes of a graph which axis their channels are on, where anything tells it.

    Args:
        graph: of aten operations.
        data: the nodes that depend on the input.
    """
    nodes = [node for node in graph.nodes if node in data]
    for node in nodes:
        node.meta[MARK] = _told_by_reads(node)
    for node in reversed(nodes):
        if not tells_channels(node):
            node.meta[MARK] = _told_by_readers(node)
    for node in nodes:
        if not tells_channels(node):
            node.meta[MARK] = _told_by_reads(node)


def channel_axis(node: Node) -> int:
    """The axis of a node's channels."""
    told, rank = node.meta.get(MARK), len(shape_of(node))
    if told is not None:
        return int(told)
    return rank - 1 if rank == TOKENS else max(0, min(1, rank - 1))


def tells_channels(node: Node) -> bool:
    """Whether anything tells which axis a node's channels are on."""
    return node.meta.get(MARK) is not None


def shape_of(node: Any) -> tuple[int, ...]:
    """The shape of a node's tensor; of several the first one's."""
    value = node.meta.get("val") if isinstance(node, Node) else None
    first = value[0] if isinstance(value, tuple | list) else value
    return tuple(first.shape) if isinstance(first, torch.Tensor) else ()


def value_read(node: Node) -> Node:
    """The first value that depends on the input among what an operation reads."""
    return next(read for read in node.all_input_nodes if MARK in read.meta)


def plain_name(node: Node) -> str:
    """The name of an operation as torch calls it, as `relu`."""
    return str(getattr(node.target, "__name__", node.target)).partition(".")[0]


def new_order(node: Node) -> Sequence[int] | None:
    """For every axis of what a permutation gives the one that it was; None for anything else."""
    name, rank = plain_name(node), len(shape_of(node))
    if name == "permute":
        return [axis % rank for axis in node.args[1]]
    if name not in ("transpose", "t"):
        return None
    one, two = (axis % rank for axis in node.args[1:] or (0, -1))
    return [{one: two, two: one}.get(axis, axis) for axis in range(rank)]


def _told_by_reads(node: Node) -> int | None:
    """What was said of what an operation reads, or else what the operation says itself."""
    rank = len(shape_of(node))
    told = [read for read in node.all_input_nodes if tells_channels(read)]
    if not told:
        return _own(node)
    source = next((read for read in told if len(shape_of(read)) == rank), told[0])
    axis, order = source.meta[MARK], new_order(node)
    if order is not None:
        return order.index(axis)
    if rank == len(shape_of(source)) and plain_name(node) not in VIEWS:
        return int(axis)
    return _kept(shape_of(node), shape_of(source), axis)


def _told_by_readers(node: Node) -> int | None:
    """What the readers of a value say of it: what they are, or what was said of them."""
    for reader in node.users:
        own, order = _own(reader), new_order(reader)
        if own is not None and node is reader.all_input_nodes[0]:
            return own
        axis, rank = reader.meta.get(MARK), len(shape_of(reader))
        if axis is None or rank != len(shape_of(node)) or own is not None:
            continue
        if order is not None:
            return int(order[axis])
        if plain_name(reader) not in VIEWS:
            return int(axis)
    return None


def _own(node: Node) -> int | None:
    """The axis that an operation has by what it is, in what it reads and gives."""
    name, rank = plain_name(node), len(shape_of(node))
    if name in LAST:
        return max(0, rank - 1)
    if SECOND.match(name):
        return 1
    found = SPATIAL.search(name)
    return max(0, rank - 1 - int(found["rank"])) if found else None


def _kept(after: tuple[int, ...], before: tuple[int, ...], axis: int) -> int | None:
    """The axis that the channels are on in another shape: as many, and as much before or behind."""
    places = [place for place, size in enumerate(after) if size == before[axis]]
    for place in places:
        if prod(after[:place]) == prod(before[:axis]):
            return place
    for place in places:
        if prod(after[place + 1 :]) == prod(before[axis + 1 :]):
            return place
    return None
