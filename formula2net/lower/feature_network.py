"""Networks that give states in place of classes, for what is built on features."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from torch import nn
from torch.fx import Graph, GraphModule

from formula2net.errors import FormulaError, Problem
from formula2net.ir.ops import Value
from formula2net.ir.program import state_name
from formula2net.lower.copies import deep_copy
from formula2net.lower.features import find_nodes, part_of, state_nodes
from formula2net.passes.shapes import infer_shapes

if TYPE_CHECKING:
    from formula2net.language.backbone import Shape
    from formula2net.lower.network import Network


@dataclass(frozen=True)
class FeatureInfo:
    """One output of `create_model(..., features_only=True)`.

    Attributes:
        name: Of the state, such as "X_4".
        channels: Its width.
        reduction: How many times smaller than the input's its resolution is.
    """

    name: str
    channels: int
    reduction: int


class FeatureInfos(tuple[FeatureInfo, ...]):
    """What all outputs are; as lists, under the names that timm has for them."""

    def channels(self) -> list[int]:
        """The widths."""
        return [info.channels for info in self]

    def reduction(self) -> list[int]:
        """How many times smaller than the input's the resolutions are."""
        return [info.reduction for info in self]

    def module_name(self) -> list[str]:
        """The names of the states."""
        return [info.name for info in self]


class FeatureNetwork(GraphModule):
    """A part of a network's code: from its input to values inside it, as a list.

    Copies and pickles keep what it carries.

    Args:
        root: Has the modules that the code names.
        graph: The code.
        feature_info: What each output is.
    """

    feature_info: FeatureInfos

    def __init__(self, root: nn.Module, graph: Graph, feature_info: FeatureInfos) -> None:
        super().__init__(root, graph, class_name="FeatureNetwork")
        self.feature_info = feature_info

    def __copy__(self) -> FeatureNetwork:
        return FeatureNetwork(self, deepcopy(self.graph), self.feature_info)

    def __deepcopy__(self, memo: dict[int, Any]) -> FeatureNetwork:
        return deep_copy(FeatureNetwork, self, memo)

    def __reduce__(self) -> tuple[Callable[..., FeatureNetwork], tuple[Any, ...]]:
        return _retraced, (super().__reduce__(), self.feature_info)


def _retraced(
    reduced: tuple[Callable[..., GraphModule], tuple[Any, ...]], infos: FeatureInfos
) -> FeatureNetwork:
    rebuild, args = reduced
    module = rebuild(*args)
    return FeatureNetwork(module, module.graph, infos)


def feature_network(net: Network, states: Sequence[str]) -> FeatureNetwork:
    """The part of a network that ends with these states, which it gives as a list.

    Raises:
        FormulaError: A name is unknown.
    """
    nodes = find_nodes(net, states)
    graph, copies = part_of(net.graph, nodes.values())
    graph.output([copies[nodes[name]] for name in states])
    shapes = _shapes(net)
    infos = (FeatureInfo(name, shapes[name].width, shapes[name].stride) for name in states)
    return FeatureNetwork(net, graph, FeatureInfos(infos))


def stage_ends(net: Network) -> list[str]:
    """The state of the output's kind at the end of each stage, the last one being X_L."""
    nodes, ends, step = state_nodes(net), [], 0
    kind = net.formula.equations[-1].lhs.name
    for stage in net.backbone.stages:
        step += stage.blocks
        if f"{kind}_{step}" not in nodes:
            what = f"{kind}_{step}, the end of a stage, is no value of this network."
            raise FormulaError(Problem(what, got=", ".join(nodes), try_="create_feature_extractor"))
        ends.append(f"{kind}_{step}")
    return ends


def _shapes(net: Network) -> dict[str, Shape]:
    shapes: Sequence[Shape] = infer_shapes(net.program, net.backbone)
    values: Mapping[tuple[str | int, ...], Value] = net.program.states
    return {state_name(key): shapes[value] for key, value in values.items()}
