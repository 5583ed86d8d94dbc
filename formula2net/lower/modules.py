"""The modules and parameters that a network's code calls by name."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import torch
from torch import nn

from formula2net.blocks import (
    Block,
    BlockRef,
    Blocks,
    make_function,
    make_head,
    make_stem,
    make_transition,
    norm_block_of,
    options_of,
)
from formula2net.ir.ops import Activation, Apply, Norm, Op, Transition
from formula2net.ir.program import Program
from formula2net.language.backbone import POOLED, Backbone, Shape
from formula2net.lower.names import HEAD, STEM

Part = nn.Module | nn.Parameter


def make_parts(
    program: Program,
    backbone: Backbone,
    shapes: Sequence[Shape],
    block: Block,
    starts: Mapping[str, float],
) -> dict[str, Part]:
    """Everything that the code of a program names, in the order of its first use.

    Args:
        program: the program.
        backbone: gives stem, transitions and head.
        shapes: one for each value.
        block: makes the blocks.
        starts: trainable scalars and their start values.

    Raises:
        BlockError: a block, transition or activation cannot be made.
        ShapeError: a transition cannot bridge its shapes.
    """
    maker = _Maker(backbone, shapes, block)
    if isinstance(block, Blocks):
        block.check_operators(_operators(program))
    least = backbone.shape_of(len(backbone.stages)).stride
    parts: dict[str, Part] = {STEM: make_stem(backbone.stem, maker.options, least)}
    with _collector_paused():
        for value in sorted(program.live):
            op = program.ops[value]
            if isinstance(op, Apply | Activation | Transition):
                name = op.block if isinstance(op, Apply) else op.name
                if name not in parts:
                    parts[name] = maker.make(op, shapes[value])
    parts |= {name: nn.Parameter(torch.tensor(start)) for name, start in starts.items()}
    parts[HEAD] = make_head(backbone.head, shapes[program.output].width, maker.options)
    return parts


def _operators(program: Program) -> Iterator[str]:
    """The operators that the output depends on, in order of first use."""
    live = (program.ops[value] for value in sorted(program.live))
    return (op.operator for op in live if isinstance(op, Apply | Norm))


@contextmanager
def _collector_paused() -> Iterator[None]:
    """No garbage collection for a while.

    A deep network is many objects and no garbage: looking for some takes a third of the time, and
    more than twice as long for twice the depth.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class _Maker:
    """Makes the module of one operation."""

    def __init__(self, backbone: Backbone, shapes: Sequence[Shape], block: Block) -> None:
        self.backbone = backbone
        self.shapes = shapes
        self.block = block
        self.options = options_of(block, backbone.dims)

    def make(self, op: Op, shape: Shape) -> nn.Module:
        """The module of an operation whose value has this shape."""
        match op:
            case Apply(block=name, arg=arg, step=step, stage=stage):
                given = self.shapes[arg]
                ref = BlockRef(name, step, stage, op.operator, self.backbone.depth)
                stride = 1 if shape.stride == POOLED else shape.stride // given.stride
                return self.block(given.width, shape.width, stride=stride, ref=ref)
            case Norm(name=name, step=step, stage=stage):
                ref = BlockRef(name, step, stage, op.operator, self.backbone.depth)
                make = norm_block_of(self.block, self.options, op.operator)
                return make(shape.width, shape.width, stride=1, ref=ref)
            case Transition(name=name, arg=arg, stage=stage):
                ref = BlockRef(name, self._first_step(stage), stage)
                kind = self.backbone.transition
                return make_transition(kind, self.shapes[arg], shape, self.options, ref)
            case Activation(name=name):
                return make_function(name)
        raise TypeError(f"{op} has no module")

    def _first_step(self, stage: int) -> int:
        """The first step of a stage; 0 for the stem's output."""
        return sum(s.blocks for s in self.backbone.stages[: stage - 1]) + 1 if stage else 0
