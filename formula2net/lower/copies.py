"""Copies of graph modules that keep what they carry.

torch's own deep copy of a `GraphModule` loses its class and its attributes, and its pickle loses
the class: the copy of a network for an average of its weights would forget its formula.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any, TypeVar

from torch.fx import GraphModule

Module = TypeVar("Module", bound=GraphModule)


def deep_copy(kind: type[Module], module: Module, memo: dict[int, Any]) -> Module:
    """A deep copy with all attributes, hooks and metadata, of this class."""
    state = module.__getstate__()
    graph = state.pop("_graph")
    copy = memo[id(module)] = kind.__new__(kind)
    copy.__dict__.update(deepcopy(state, memo))
    copy.graph = deepcopy(graph, memo)
    return copy
