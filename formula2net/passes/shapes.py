"""Shapes of all values of a program over a backbone, before any tensor exists (design 13)."""

from __future__ import annotations

from collections.abc import Sequence

from formula2net.errors import Problem, ShapeError
from formula2net.ir.ops import Apply, Concat, Constant, Input, Op, Slice, Transition
from formula2net.ir.program import Program
from formula2net.language.backbone import Backbone, Shape


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
            return Shape(0, 0)
        case Apply(arg=arg, stage=stage, parts=parts, block=name):
            return _mapped(name, shapes[arg], target_shape(backbone, stage, parts))
        case Transition(name, arg, stage, parts):
            return _mapped(name, shapes[arg], target_shape(backbone, stage, parts))
        case Concat(args):
            return _concat([shapes[v] for v in args])
        case Slice(arg, _, parts):
            return Shape(divided(shapes[arg].width, parts, "A split"), shapes[arg].stride)
    reads = [shape for v in op.operands if (shape := shapes[v]).width]
    if len(set(reads)) > 1:
        raise ShapeError(Problem("Terms of different shapes meet.", got=_list(reads)))
    return reads[0] if reads else backbone.shape_of(0)


def target_shape(backbone: Backbone, stage: int, parts: int) -> Shape:
    """What a block of a stage hands on; a ``parts``-th of the width inside a nested formula."""
    shape = backbone.shape_of(stage)
    return Shape(divided(shape.width, parts, f"Stage {stage}"), shape.stride)


def divided(width: int, parts: int, what: str) -> int:
    """``width / parts``.

    Raises:
        ShapeError: it is no whole number of channels.
    """
    if width % parts:
        got = f"{width} channels, {parts} parts"
        raise ShapeError(
            Problem(f"{what} has no {parts} equal parts.", got=got, expected="a multiple")
        )
    return width // parts


def _mapped(name: str, source: Shape, target: Shape) -> Shape:
    if source.stride and target.stride % source.stride:
        raise ShapeError(
            Problem(
                f"{name} cannot raise the resolution.",
                got=f"1/{source.stride} of the input's, to 1/{target.stride}",
                expected="a target that is no finer than its argument",
            )
        )
    return target


def _concat(shapes: list[Shape]) -> Shape:
    if len({shape.stride for shape in shapes}) > 1:
        raise ShapeError(
            Problem(
                "A concatenation needs equal resolution.",
                got=_list(shapes),
                expected="values of one stage",
                try_='transition="layer", which adapts values before they are read',
            )
        )
    return Shape(sum(shape.width for shape in shapes), shapes[0].stride)


def describe(shape: Shape) -> str:
    """A shape in words."""
    return f"{shape.width} channels at 1/{shape.stride} of the resolution"


def _list(shapes: Sequence[Shape]) -> str:
    return " and ".join(dict.fromkeys(map(describe, shapes)))
