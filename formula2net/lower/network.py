"""The network: an fx.GraphModule that knows its formula and keeps it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from inspect import signature
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.fx import Graph, GraphModule

from formula2net.blocks import Options, make_head
from formula2net.blocks.layers import Layers
from formula2net.errors import Problem, ShapeError
from formula2net.ir.layout import View
from formula2net.ir.ops import Apply, Norm, Transition
from formula2net.ir.program import Program
from formula2net.language.backbone import Backbone
from formula2net.lower.copies import deep_copy
from formula2net.lower.emit import emit
from formula2net.lower.features import forward_features, state_nodes
from formula2net.lower.names import CLASSIFIER, HEAD, STEM
from formula2net.lower.spec import BlockSpec, Spec
from formula2net.passes.shapes import infer_shapes
from formula2net.paths.polynomial import LIMIT, Letters, PathPolynomial

if TYPE_CHECKING:
    from formula2net.language.recursion import Recursion
    from formula2net.language.symbols import StateAt

SHAPES = 256  # versions of one forward that blocks may be compiled to


class Network(GraphModule):
    """A compiled formula: an `nn.Module` like any other, from inputs to the head's output.

    Copies and pickles keep everything. A pickle holds no code: the code is emitted again from the
    program, unless somebody has edited the graph.

    Args:
        spec: what it was compiled from.
        root: its modules and parameters by name, or a module that has them.
        graph: its code.

    Attributes:
        spec: what it was compiled from.
        stem: makes X_0 of the input.
        head: reads X_L.
    """

    spec: Spec

    def __init__(self, spec: Spec, root: nn.Module | dict[str, Any], graph: Graph) -> None:
        super().__init__(root, graph, class_name="Network")
        self.spec = spec

    @property
    def formula(self) -> Recursion:
        """The formula."""
        return self.spec.formula

    @property
    def program(self) -> Program:
        """The program that the code was emitted from."""
        return self.spec.program

    @property
    def backbone(self) -> Backbone:
        """Stem, stages, transitions and head."""
        return self.spec.backbone

    @property
    def block(self) -> BlockSpec:
        """What the blocks are."""
        return self.spec.block

    @property
    def scalars(self) -> Mapping[str, nn.Parameter]:
        """The trainable scalars of the formula."""
        return {name: self.get_parameter(name) for name in self.spec.starts}

    def paths(
        self,
        source: int | StateAt = 0,
        view: View = "paper",
        letters: Letters = "application",
        limit: int = LIMIT,
    ) -> PathPolynomial:
        """The path polynomial over the network's backbone: dX_L / dX_source, exactly.

        Args:
            source: Where paths start: j for X_j, X being the output's state, or a state `V[j]`.
            view: "paper" takes activations, norms and transitions for the identity; "exact" keeps
                them, as letters of length 0.
            letters: A letter for each "application", or for each "block".
            limit: How many words may be listed where that cannot be done lazily.

        Raises:
            FormulaError: There is no such state, view or letter.
        """
        return self.formula.paths(self.backbone, source, view, letters, limit)

    @property
    def num_features(self) -> int:
        """Channels of X_L, which the head reads."""
        return infer_shapes(self.program, self.backbone)[self.program.output].width

    @property
    def states(self) -> Mapping[str, str]:
        """The node of the code that holds each state, by the state's name, such as "X_3"."""
        return state_nodes(self)

    def forward_features(self, x: Tensor) -> Tensor:
        """X_L, (N, C, R...): everything before the head.

        Args:
            x: Inputs (N, in_chans, R...).

        Raises:
            FormulaError: Somebody has edited the code, and it has no head.
        """
        return forward_features(self, x)

    def forward_head(self, x: Tensor, pre_logits: bool = False) -> Tensor:
        """What the head makes of X_L; before its last layer if `pre_logits`.

        Args:
            x: X_L, (N, C, R...).
            pre_logits: Whether to leave out the linear layer, which gives (N, C).
        """
        if not pre_logits:
            return self.head(x)
        for name, layer in self.head.named_children():
            if f"{HEAD}.{name}" != CLASSIFIER:
                x = layer(x)
        return x

    @property
    def num_classes(self) -> int:
        """Width of the output; 0 where there are no classes."""
        return self.backbone.head.num_classes

    def get_classifier(self, name_only: bool = False) -> nn.Module | str:
        """The linear layer that gives the classes, or its name; the identity where there is none.

        Args:
            name_only: Whether to give the name.

        Raises:
            AttributeError: Somebody has put a head without such a layer in place of the network's.
        """
        if name_only:
            return CLASSIFIER
        return self.get_submodule(CLASSIFIER) if self.num_classes else nn.Identity()

    def reset_classifier(self, num_classes: int, global_pool: str | None = None) -> None:
        """Puts a new, untrained head in place of the old one; 0 classes give the features.

        What belongs to the features, the norm and activation before the pool, is kept.

        Args:
            num_classes: Width of the output.
            global_pool: As of timm: "avg" for the mean over all positions, "" for none. Unless
                given there is one before classes, and none where there are no classes.

        Raises:
            ShapeError: The number is none, or there is no such head.
        """
        if global_pool not in (None, "avg", "") or (num_classes and global_pool == ""):
            what = f"A head of global_pool={global_pool!r} cannot give {num_classes} classes."
            raise ShapeError(Problem(what, expected="'avg'"))
        kind = "embedding" if global_pool == "avg" else "features"
        kind = "classifier" if num_classes else kind
        head = replace(self.backbone.head, kind=kind, num_classes=num_classes)
        options, like = Options(dims=self.backbone.dims), next(self.parameters(), None)
        module = make_head(replace(head, norm=False), self.num_features, options)
        module = module if like is None else module.to(like.device, like.dtype)
        old = self.head.named_children()
        kept = {name: layer for name, layer in old if name in ("norm", "act")}
        if kept:
            module = Layers.named(**kept, **dict(module.named_children()))
        self.head = module.train(self.training)
        self.spec = replace(self.spec, backbone=replace(self.backbone, head=head))

    def compile_blocks(self, **options: Any) -> None:
        """Compiles each block in place: its time does not grow with the depth.

        The keys of the state dict stay as they are. Whole-graph `torch.compile(net)` is possible
        too, but takes minutes for 200 blocks.

        Args:
            **options: of `torch.compile`.
        """
        live = (self.program.ops[value] for value in sorted(self.program.live))
        ops = [op for op in live if isinstance(op, Apply | Norm | Transition)]
        names = dict.fromkeys(op.block if isinstance(op, Apply) else op.name for op in ops)
        for name in (STEM, *names, HEAD):
            self.get_submodule(name).compile(**{**_many_shapes(), **options})

    def __copy__(self) -> Network:
        return Network(self.spec, self, deepcopy(self.graph))

    def __deepcopy__(self, memo: dict[int, Any]) -> Network:
        return deep_copy(Network, self, memo)

    def __reduce__(self) -> tuple[Callable[..., Network], tuple[Any, ...]]:
        if _source(self.graph) != _source(emit(self.program)):
            return _retraced, (self.spec, super().__reduce__())
        state = self.__getstate__()
        del state["_graph"]
        return _emitted, (state,)


def _many_shapes() -> dict[str, Any]:
    """Options by which blocks of one class may be compiled for many shapes.

    torch gives up after 8 versions of one forward, and a network of four stages has more: blocks
    that stride and that do not, transitions, stem.
    """
    if "recompile_limit" in signature(torch.compile).parameters:
        return {"recompile_limit": SHAPES}
    config = torch._dynamo.config  # before torch 2.12 there is only this, for all of a process
    config.recompile_limit = max(config.recompile_limit, SHAPES)
    return {}


def _source(graph: Graph) -> str:
    return graph.python_code("self").src


def _emitted(state: dict[str, Any]) -> Network:
    """A network from all its attributes but the graph."""
    net = Network.__new__(Network)
    net.__dict__.update(state)
    net.graph = emit(state["spec"].program)
    return net


def _retraced(spec: Spec, reduced: tuple[Callable[..., GraphModule], tuple[Any, ...]]) -> Network:
    """A network whose graph was edited: fx traces its code again, and names nodes anew."""
    rebuild, args = reduced
    module = rebuild(*args)
    return Network(spec, module, module.graph)
