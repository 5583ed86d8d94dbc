"""Shapes of all values of a program over a backbone, before any tensor exists (design 13)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from formula2net.errors import Problem, ShapeError
from formula2net.ir.ops import (
    Activation,
    Apply,
    Concat,
    Constant,
    Hadamard,
    Input,
    Op,
    Slice,
    Transition,
    Width,
)
from formula2net.ir.program import Program
from formula2net.language.backbone import POOLED, Backbone, Shape

NO_SHAPE: Final = Shape(0, 0)  # of the constant feature: it takes any


def infer_shapes(program: Program, backbone: Backbone) -> tuple[Shape, ...]:
    """The shape of every value.

    Raises:
        ShapeError: terms that do not fit, with their numbers.
    """
    shapes: list[Shape] = []
    for op in program.ops:
        shapes.append(shape_of(op, shapes, backbone))
    return tuple(shapes)


def shape_of(op: Op, shapes: Sequence[Shape], backbone: Backbone) -> Shape:
    """The shape of the value that ``op`` defines, from the shapes of what it reads."""
    match op:
        case Input():
            return backbone.shape_of(0)
        case Constant():
            return NO_SHAPE
        case Apply(arg=arg, stage=stage, width=width, block=name):
            target = target_shape(backbone, stage, width, name)
            if op.keeps:
                return Shape(target.width, shapes[arg].stride)
            return _mapped(name, shapes[arg], target, op.operator)
        case Transition(name, arg, stage, width):
            return _mapped(name, shapes[arg], target_shape(backbone, stage, width))
        case Activation(name="global_pool", arg=arg) if backbone.dims:
            return Shape(shapes[arg].width, POOLED)
        case Concat(args):
            return _concat([shapes[v] for v in args])
        case Slice(arg, _, parts):
            return Shape(divided(shapes[arg].width, parts, "A split"), shapes[arg].stride)
    reads = [shape for v in op.operands if (shape := shapes[v]).width]
    if isinstance(op, Hadamard):
        reads = _spread(reads)
    if len(set(reads)) > 1:
        raise ShapeError(Problem("Terms of different shapes meet.", got=_list(reads)))
    return reads[0] if reads else backbone.shape_of(0)


def _spread(shapes: list[Shape]) -> list[Shape]:
    """The shapes that meet in a gate: what has been pooled takes the resolution of the others."""
    stride = next((shape.stride for shape in shapes if shape.stride != POOLED), POOLED)
    return [Shape(s.width, stride) if s.stride == POOLED else s for s in shapes]


def target_shape(backbone: Backbone, stage: int, width: Width = 1, block: str = "") -> Shape:
    """What a block of a stage hands on: ``width`` times the width of the stage.

    Raises:
        ShapeError: that is no whole number of channels; names the block, if there is one.
    """
    shape, share = backbone.shape_of(stage), Fraction(width)
    if block and shape.width % share.denominator:
        what = f"{block} cannot hand on {share} of the width of stage {stage}."
        expected = f"a multiple of {share.denominator} channels"
        raise ShapeError(Problem(what, got=f"{shape.width} channels", expected=expected))
    part = divided(shape.width, share.denominator, f"Stage {stage}")
    return Shape(part * share.numerator, shape.stride)


def divided(width: int, parts: int, what: str) -> int:
    """``width / parts``.

    Raises:
        ShapeError: it is no whole number of channels.
    """
    if width % parts:
        got = f"{width} channels, {parts} parts"
        expected = f"a multiple of {parts} channels"
        raise ShapeError(Problem(f"{what} has no {parts} equal parts.", got=got, expected=expected))
    return width // parts


def _mapped(name: str, source: Shape, target: Shape, operator: str = "") -> Shape:
    """The target, which may be coarser than the source, and no finer."""
    if source == NO_SHAPE:
        return target
    if source.stride == POOLED or target.stride % source.stride:
        own = operator.rpartition(".")[2]
        try_ = f'Operator("{own}", stride=1), which keeps the resolution'
        raise ShapeError(
            Problem(
                f"{name} cannot raise the resolution.",
                got=f"{resolution(source)}, to {resolution(target)}",
                expected="a target that is no finer than its argument",
                try_=try_ if own and source.stride == POOLED else "",
            )
        )
    return target


def pooled_misfit(pooled: Shape, other: Shape) -> ShapeError:
    """What has been pooled meets what has not, and is no factor of a gate of equal width."""
    return ShapeError(
        Problem(
            "What has been pooled has one position, and cannot be adapted.",
            got=f"{describe(pooled)}, where {describe(other)} are needed",
            expected="a gate, Hadamard(x, pooled), with values of equal width",
        )
    )


def _concat(shapes: list[Shape]) -> Shape:
    if len({shape.stride for shape in shapes}) > 1:
        raise unlike("A concatenation needs equal resolution.", *shapes)
    return Shape(sum(shape.width for shape in shapes), shapes[0].stride)


def unlike(what: str, *shapes: Shape) -> ShapeError:
    """Values of several resolutions are to be concatenated."""
    try_ = 'transition="layer", which adapts values before they are read'
    pooled = any(shape.stride == POOLED for shape in shapes)
    expected = "values of one stage, or pooled ones only" if pooled else "values of one stage"
    return ShapeError(
        Problem(what, got=_list(shapes), expected=expected, try_="" if pooled else try_)
    )


def describe(shape: Shape) -> str:
    """A shape in words."""
    where = "one position" if shape.stride == POOLED else f"{resolution(shape)} of the resolution"
    return f"{shape.width} channels at {where}"


def resolution(shape: Shape) -> str:
    """A resolution in words."""
    return "one position" if shape.stride == POOLED else f"1/{shape.stride}"


def _list(shapes: Sequence[Shape]) -> str:
    return " and ".join(dict.fromkeys(map(describe, shapes)))
