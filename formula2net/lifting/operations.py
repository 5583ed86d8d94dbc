"""What torch's operations are to a program."""

from __future__ import annotations

from math import prod
from typing import Final

import torch
from torch.fx import Node

from formula2net.lifting.axes import (
    channel_axis,
    new_order,
    plain_name,
    shape_of,
    tells_channels,
    value_read,
)
from formula2net.lifting.broadcasts import repeats

aten: Final = torch.ops.aten

JOINS: Final = frozenset({aten.cat.default, aten.stack.default})
SPLITS: Final = frozenset(
    {
        aten.split.Tensor,
        aten.split_with_sizes.default,
        aten.chunk.default,
        aten.unbind.int,
    }
)
NORMS: Final = frozenset(
    """_native_batch_norm_legit_no_training _native_batch_norm_legit native_batch_norm batch_norm
    native_layer_norm layer_norm native_group_norm group_norm instance_norm rms_norm
    _fused_rms_norm""".split()
)
REORDERING: Final = frozenset("channel_shuffle roll".split())
RESHAPING: Final = frozenset(
    """alias clone contiguous expand flatten lift_fresh lift_fresh_copy permute reshape
    squeeze t to transpose _to_copy _unsafe_view unsqueeze view""".split()
)
POOLS: Final = ("max_pool", "avg_pool", "adaptive_", "_adaptive_", "upsample_")
BY_CHANNEL: Final = frozenset("global_pool dropout expand getitem".split())
TAKING: Final = frozenset(
    """as_strided constant_pad_nd diagonal gather index index_put index_select select select_scatter
    slice slice_scatter""".split()
)
STEPPED: Final = {aten.slice.Tensor: 4, aten.slice_scatter.default: 5}  # arguments before a step
GROUPS: Final = 6  # the place of a convolution's number of groups
SPATIAL: Final = 2  # axes before those of the image: samples and channels


def name_of(node: Node) -> str:
    """The name of an operation, as `relu`; the mean over all positions has one of its own."""
    name = plain_name(node)
    return "global_pool" if _is_global(node, name) else name


def is_silent(node: Node) -> bool:
    """Whether an operation only shows the numbers of a tensor in another shape."""
    name, order = name_of(node), new_order(node)
    if order is not None:  # axes of one number may go anywhere
        moved = [axis for axis in order if shape_of(node.args[0])[axis] > 1]
        return moved == sorted(moved)
    if name in RESHAPING:
        return not repeats(node)
    if name == "getitem":
        return node.args[1] == 0
    return name == "slice" and shape_of(node.args[0]) == shape_of(node)


def is_pointwise(node: Node) -> bool:
    """Whether every number that an operation gives is made of the one in its place."""
    return torch.Tag.pointwise in getattr(node.target, "tags", ())


def reorders(node: Node) -> bool:
    """Whether an operation may put channels in another order."""
    return name_of(node) in REORDERING


def keeps_channels(node: Node) -> bool:
    """Whether every channel that an operation gives is made of the same one that it reads."""
    name, source = name_of(node), value_read(node)
    if reorders(node) or repeats(node):
        return False
    if new_order(node) is not None:
        return tells_channels(source)
    before, after = _around_channels(source), _around_channels(node)
    if name in RESHAPING and name != "expand":
        return before[0] == after[0]  # the numbers of a sample stay in order
    if before[1] != after[1]:
        return False
    if name == "slice":
        return bounds_of(node)[0] != channel_axis(source)
    return is_pointwise(node) or name in NORMS or name in BY_CHANNEL or name.startswith(POOLS)


def mixes_channels(node: Node) -> bool:
    """Whether every channel that an operation gives is made of all that it reads."""
    name = name_of(node)
    if name.startswith("conv"):
        groups = node.args[GROUPS] if len(node.args) > GROUPS else 1
        return groups == 1
    return name == "linear"


def takes_some(node: Node) -> bool:
    """Whether an operation may leave some of what it reads out."""
    return name_of(node) in TAKING


def written_over(node: Node) -> Node | None:
    """What an operation writes over the whole of another value; None where it does not."""
    writes = node.target in (aten.copy.default, aten.slice_scatter.default)
    if writes and shape_of(node.args[1]) == shape_of(node):
        return node.args[1]
    return None


def _around_channels(node: Node) -> tuple[int, int]:
    """How many numbers there are before the channels, and how many channels."""
    shape, axis = shape_of(node), channel_axis(node)
    return prod(shape[:axis]), prod(shape[axis : axis + 1])


def channels(node: Node) -> int:
    """The number of features of a tensor."""
    shape = shape_of(node)
    return shape[channel_axis(node)] if shape else 1


def takes_channels(node: Node) -> bool:
    """Whether a slice, or what is written into one, leaves some channels out."""
    whole, part = node.args[0], node
    if node.target is aten.slice_scatter.default:
        part = node.args[1]
    axis = bounds_of(node)[0]
    step = node.args[-1] if len(node.args) > STEPPED[node.target] else 1
    return step == 1 and axis == channel_axis(whole) and shape_of(whole) != shape_of(part)


def bounds_of(node: Node) -> tuple[int, int, int, int]:
    """Of a slice, or what is written into one: its axis, its bounds, and the size of the whole."""
    shape = shape_of(node.args[0])
    first = 2 if node.target is aten.slice_scatter.default else 1
    axis, start, stop = (*node.args[first : first + 3], *(0, None, None)[len(node.args) - first :])
    axis = axis % max(1, len(shape))
    size = shape[axis]
    start, stop, _ = slice(start, stop).indices(size)
    return axis, start, stop, size


def _is_global(node: Node, name: str) -> bool:
    """Whether an operation is the mean over all positions."""
    if name == "mean" and node.args and isinstance(node.args[0], Node):
        rank = len(shape_of(node.args[0]))
        axes = node.args[1] if len(node.args) > 1 else ()
        over = rank > SPATIAL and sorted(a % rank for a in axes) == list(range(SPATIAL, rank))
        return over and channel_axis(node.args[0]) == 1 and _shows_channels(node.args[0])
    if name.startswith(("adaptive_avg_pool", "_adaptive_avg_pool")):
        return prod(shape_of(node)[SPATIAL:]) == 1 and _shows_channels(node.args[0])
    return False


def _shows_channels(node: Node) -> bool:
    """Whether a value is shown with all of its channels on one axis."""
    while node.op == "call_function" and plain_name(node) in RESHAPING:
        source = node.all_input_nodes[0]
        if channels(node) != channels(source):
            return False
        node = source
    return True
