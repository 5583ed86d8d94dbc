"""Where a gradient passes: a program has no values but those that one passes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor
from torch.fx import Node

from formula2net.errors import LiftError
from formula2net.lifting.origin import at_line

DETACH: Final = torch.ops.aten.detach.default


def stops(node: Node) -> bool:
    """Whether no gradient passes an operation: it detaches, or gives no real numbers."""
    whole = not _is_real(node) and any(map(_is_real, node.all_input_nodes))
    return whole or node.target is DETACH


def passes(nodes: Sequence[Node], source: Node, last: Node) -> bool:
    """Whether a gradient passes operations on some way, though some of them may stop it.

    Args:
        nodes: the operations, in order.
        source: what they read.
        last: the one that gives the value.
    """
    reached = {source}
    for node in nodes:
        if not stops(node) and not reached.isdisjoint(node.all_input_nodes):
            reached.add(node)
    return last in reached


def without_gradient(node: Node, got: str) -> LiftError:
    """The error that an operation hands on no gradient."""
    what = "No gradient passes here, so it is no path, and a program has no other values."
    return LiftError(at_line(what, node, got=got))


def _is_real(node: Node) -> bool:
    """Whether a tensor has entries that a gradient may be of."""
    value = node.meta.get("val")
    first = value[0] if isinstance(value, tuple | list) else value
    return isinstance(first, Tensor) and (first.is_floating_point() or first.is_complex())
