"""What torch's operations are to a program."""

from __future__ import annotations

from math import prod
from typing import Any, Final

import torch
from torch.fx import Node

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
REORDERING: Final = frozenset("permute transpose t movedim swapaxes channel_shuffle roll".split())
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
    """The plain name of an operation, as `relu`."""
    name = getattr(node.target, "__name__", str(node.target)).partition(".")[0]
    return "global_pool" if _is_global(node, name) else name


def is_silent(node: Node) -> bool:
    """Whether an operation only shows the numbers of a tensor in another shape."""
    name = name_of(node)
    if name in RESHAPING:
        return True
    if name == "getitem":
        return node.args[1] == 0
    before, after = (shape_of(n) for n in (node.args[0], node))
    return name == "slice" and before == after


def reorders(node: Node) -> bool:
    """Whether an operation may put channels in another order."""
    return name_of(node) in REORDERING


def keeps_channels(node: Node) -> bool:
    """Whether every channel that an operation gives is made of the same one that it reads."""
    name = name_of(node)
    if name in REORDERING:
        return False
    before, after = _around_channels(shape_of(node.args[0])), _around_channels(shape_of(node))
    if name in RESHAPING and name != "expand":
        flat = before[0] == after[0] and before[1] * before[2] == after[1] and after[2] == 1
        return flat or before == after
    if before[1] != after[1]:
        return False
    if name == "slice":
        return bounds_of(node)[0] != channel_axis(shape_of(node.args[0]))
    pointwise = torch.Tag.pointwise in getattr(node.target, "tags", ())
    return pointwise or name in NORMS or name in BY_CHANNEL or name.startswith(POOLS)


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


def _around_channels(shape: tuple[int, ...]) -> tuple[int, int, int]:
    """The sizes before the channels, of the channels, and behind."""
    axis = channel_axis(shape)
    return prod(shape[:axis]), prod(shape[axis : axis + 1]), prod(shape[axis + 1 :])


def shape_of(node: Any) -> tuple[int, ...]:
    """The shape of a node's tensor; of several the first one's."""
    value = node.meta.get("val")
    first = value[0] if isinstance(value, tuple | list) else value
    return tuple(first.shape) if isinstance(first, torch.Tensor) else ()


def channel_axis(shape: tuple[int, ...]) -> int:
    """The axis of the features: the second of images, the last of tokens."""
    return 2 if len(shape) == 3 else min(1, len(shape) - 1)


def channels(node: Node) -> int:
    """The number of features of a tensor."""
    shape = shape_of(node)
    return shape[channel_axis(shape)] if shape else 1


def takes_channels(node: Node) -> bool:
    """Whether a slice, or what is written into one, leaves some channels out."""
    whole, part = node.args[0], node
    if node.target is aten.slice_scatter.default:
        part = node.args[1]
    axis = bounds_of(node)[0]
    step = node.args[-1] if len(node.args) > STEPPED[node.target] else 1
    return step == 1 and axis == channel_axis(shape_of(whole)) and shape_of(whole) != shape_of(part)


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
        return rank > SPATIAL and sorted(a % rank for a in axes) == list(range(SPATIAL, rank))
    if name.startswith(("adaptive_avg_pool", "_adaptive_avg_pool")):
        return prod(shape_of(node)[SPATIAL:]) == 1
    return False
