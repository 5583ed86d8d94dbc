"""One layer between stages: values are adapted before they are read (design 13)."""

from __future__ import annotations

from sympy import Eq

from formula2net import Backbone, Concat, Index, Operator, Recursion, State, get_formula
from formula2net.ir.ops import Apply, Transition
from formula2net.passes.shapes import infer_shapes
from formula2net.passes.unroll import unroll

X, W, i, j = State("X"), Operator("W"), Index("i"), Index("j")
TWO_STAGES = Backbone.cifar(blocks=(2, 2), widths=(16, 32), transition="layer")


def strides(recursion: Recursion, backbone: Backbone) -> set[tuple[int, int]]:
    """The resolutions that blocks read and hand on."""
    program = unroll(recursion, backbone)
    shapes = infer_shapes(program, backbone)
    return {(shapes[op.arg].stride, shapes[v].stride) for v, op in program.applications()}


def test_blocks_never_stride() -> None:
    difference = get_formula("difference")
    assert strides(difference, TWO_STAGES) == {(1, 1), (2, 2)}
    projected = Backbone.cifar(blocks=(2, 2), widths=(16, 32))
    assert strides(difference, projected) == {(1, 1), (1, 2), (2, 2)}


def test_a_state_is_adapted_once_for_all_its_readers() -> None:
    program = unroll(get_formula("resnet"), TWO_STAGES)
    (transition,) = [v for v, op in enumerate(program.ops) if isinstance(op, Transition)]
    readers = [type(op).__name__ for op in program.ops if transition in op.operands]
    assert readers == ["Apply", "LinComb"]


def test_what_an_earlier_block_has_read_is_still_that() -> None:
    program = unroll(get_formula("difference"), TWO_STAGES)
    assert len(list(program.applications())) == 4


def test_a_dense_formula_runs_over_several_stages() -> None:
    dense = Recursion(Eq(X[i], W[i](Concat(X[j], (j, 0, i - 1)))), output=Concat(X[j], (j, 0, i)))
    program = unroll(dense, TWO_STAGES)
    shapes = infer_shapes(program, TWO_STAGES)
    widths = [shapes[op.arg].width for op in program.ops if isinstance(op, Apply)]
    assert widths == [16, 32, 3 * 32, 4 * 32]
    assert shapes[program.output].width == 5 * 32


def test_the_parts_of_a_nested_formula_are_joined_before_a_block_reads_them() -> None:
    layer = get_formula("seqconv_windowed").as_operator(4, name="S")
    nested = Recursion(Eq(X[i], X[i - 1] + layer[i](X[i - 1])))
    program = unroll(nested, TWO_STAGES)
    shapes = infer_shapes(program, TWO_STAGES)
    reads = {(shapes[op.arg].width, shapes[v].width) for v, op in program.applications()}
    assert reads == {(16, 4), (32, 8)}
