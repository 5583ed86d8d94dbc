"""Where values stand in a backbone, and which transitions adapt them (design 13)."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sympy import Eq, Rational

from formula2net.errors import ShapeError
from formula2net.ir.ops import Apply, Transition
from formula2net.ir.program import Program
from formula2net.language.backbone import Backbone, Head, Stage, Stem
from formula2net.language.recursion import Recursion
from formula2net.language.structure import Concat, Hadamard, Mean, Split, ZerosLike
from formula2net.language.symbols import Activation, Index, Input, Operator, State
from formula2net.passes.shapes import Shape, infer_shapes
from formula2net.passes.unroll import unroll

X, Y, V = State("X"), State("Y"), State("V")
W, K, T = Operator("W"), Operator("K"), Operator("T")
i, j = Index("i"), Index("j")
z = Input("z")
x = X[i - 1]

NARROW = Backbone.cifar(blocks=(1, 1), widths=(8, 16))
TWO = Backbone.cifar(blocks=(2, 1), widths=(8, 16))
DIFFERENCE = Recursion(
    Eq(X[i], (1 + W[i]) * x - W[i - 1] * X[i - 2]), initial=Eq(X[1], (1 + W[1]) * X[0])
)


def layered(backbone: Backbone) -> Backbone:
    return Backbone(backbone.stem, backbone.stages, "layer", backbone.head, backbone.dims)


def flat(*widths: int) -> Backbone:
    """Stages of different widths and one resolution."""
    return Backbone.table(widths[0], blocks=(1,) * len(widths), widths=widths)


def lines(formula: Recursion, backbone: Backbone, last: int) -> list[str]:
    return str(unroll(formula, backbone)).splitlines()[-last:]


def transitions(program: Program) -> list[str]:
    return [op.name for op in program.ops if isinstance(op, Transition)]


def test_terms_are_adapted_where_they_are_added() -> None:
    assert lines(DIFFERENCE, TWO, 5) == [
        "W_3 = W_3(X_2)",
        "transition_X_2_to_2 = transition_X_2_to_2(X_2)",
        "transition_X_W_2_to_2 = transition_X_W_2_to_2(W_2)",
        "X_3 = transition_X_2_to_2 + W_3 - transition_X_W_2_to_2",
        "output X_3",
    ]


def test_a_layer_between_stages_adapts_before_blocks_read() -> None:
    assert lines(DIFFERENCE, layered(TWO), 5) == [
        "transition_X_2_to_2 = transition_X_2_to_2(X_2)",
        "W_3 = W_3(transition_X_2_to_2)",
        "transition_X_W_2_to_2 = transition_X_W_2_to_2(W_2)",
        "X_3 = transition_X_2_to_2 + W_3 - transition_X_W_2_to_2",
        "output X_3",
    ]


def test_a_block_belongs_to_the_step_that_first_applies_it() -> None:
    """W_{i-1} in step i is step i - 1's, and strides if that is where the stage begins."""
    ahead = Recursion(Eq(X[i], x + W[i](x) + W[i + 1](x)))
    places = {op.block: (op.step, op.stage) for _, op in unroll(ahead, NARROW).applications()}
    assert places == {"W_1": (1, 1), "W_2": (1, 1), "W_3": (2, 2)}
    tied = Recursion(Eq(X[i], x + W(x)))
    assert {op.stage for _, op in unroll(tied, NARROW).applications()} == {1}


def test_one_transition_for_each_value_and_target() -> None:
    early = Recursion(Eq(X[i], X[0] + W[i](x) + x))
    backbone = Backbone.cifar(blocks=(2, 2, 1), widths=(8, 16, 32))
    assert transitions(unroll(early, backbone)) == [
        "transition_X_0_to_2",
        "transition_X_2_to_2",
        "transition_X_0_to_3",
        "transition_X_4_to_3",
    ]


def test_two_states_of_one_value_keep_their_own_transitions() -> None:
    """X_0 = V_0: in a system both keep their projections."""
    formula = Recursion(
        [Eq(V[i], V[i - 1] + W[i](x)), Eq(X[i], x + V[i])], initial=[Eq(X[0], z), Eq(V[0], X[0])]
    )
    backbone = Backbone.cifar(blocks=(1,), widths=(8,), stem_width=4)
    assert transitions(unroll(formula, backbone)) == [
        "transition_V_0_to_1",
        "transition_X_0_to_1",
    ]


def test_a_term_that_is_no_state_goes_by_its_equations_state() -> None:
    formula = Recursion(
        [Eq(V[i], K[1](X[0]) + W[i](x)), Eq(X[i], x + K[1](X[0]) + V[i])], initial=Eq(V[0], 0)
    )
    names = transitions(unroll(formula, NARROW))
    assert names == ["transition_V_K_1_to_2", "transition_X_1_to_2", "transition_X_K_1_to_2"]


def test_a_sum_inside_an_argument_takes_the_latest_stage() -> None:
    formula = Recursion(Eq(X[i], W[i](x + X[0])))
    backbone = Backbone.cifar(blocks=(1, 2), widths=(8, 16))
    assert lines(formula, backbone, 6) == [
        "v3 = W_1 + X_0",
        "W_2 = W_2(v3)",
        "transition_X_0_to_2 = transition_X_0_to_2(X_0)",
        "v6 = W_2 + transition_X_0_to_2",
        "W_3 = W_3(v6)",
        "output W_3",
    ]


def test_a_zero_is_adapted_as_its_model() -> None:
    formula = Recursion(
        [Eq(V[i], V[i - 1] + W[i](x)), Eq(X[i], x + V[i])],
        initial=[Eq(X[0], z), Eq(V[0], ZerosLike(X[0]))],
    )
    backbone = Backbone.cifar(blocks=(1,), widths=(8,), stem_width=4)
    assert transitions(unroll(formula, backbone)) == [
        "transition_V_0_to_1",
        "transition_X_0_to_1",
    ]


def test_a_gate_has_the_shape_of_its_step() -> None:
    formula = Recursion(Eq(X[i], Hadamard(T[i](x), x)))
    assert lines(formula, NARROW, 4) == [
        "T_2 = T_2(X_1)",
        "transition_X_1_to_2 = transition_X_1_to_2(X_1)",
        "X_2 = T_2 * transition_X_1_to_2",
        "output X_2",
    ]


def test_a_constant_has_any_shape() -> None:
    formula = Recursion(Eq(X[i], Hadamard(1 - T[i](x), x) + W[i](x)))
    names = transitions(unroll(formula, NARROW))
    assert names == ["transition_X_1_to_2"]


def test_an_activation_of_a_sum_has_the_shape_of_its_step() -> None:
    relu = Activation("relu")
    formula = Recursion(Eq(X[i], relu(x + W[i](x))))
    assert lines(formula, NARROW, 3) == [
        "v6 = transition_X_1_to_2 + W_2",
        "X_2 = relu(v6)",
        "output X_2",
    ]


def test_means_are_sums() -> None:
    formula = Recursion(Eq(X[i], Mean(x, W[i](x))))
    program = unroll(formula, NARROW)
    assert transitions(program) == ["transition_X_1_to_2"]
    assert formula.paths(NARROW).total == 1
    assert formula.paths(NARROW).coefficient() == Rational(1, 4)


class TestConcatenation:
    formula = Recursion(Eq(X[i], W[i](Concat(x, X[0]))))

    def test_it_needs_equal_resolution(self) -> None:
        with pytest.raises(ShapeError) as caught:
            unroll(self.formula, Backbone.cifar(blocks=(1, 2), widths=(8, 16)))
        assert (
            str(caught.value)
            == """\
X[2] and X[0] differ in resolution; Concat needs it equal.
  X[i] = W[i](Concat(X[i - 1], X[0]))
  got 16 channels at 1/2 of the resolution and 8 channels at 1/1 of the resolution; \
expected values of one stage
  try: transition="layer", which adapts values before they are read"""
        )

    def test_a_layer_between_stages_makes_it_equal(self) -> None:
        program = unroll(self.formula, layered(Backbone.cifar(blocks=(1, 2), widths=(8, 16))))
        assert "transition_X_0_to_2" in transitions(program)

    def test_widths_may_differ(self) -> None:
        program = unroll(self.formula, flat(8, 16, 32))
        shapes = infer_shapes(program, flat(8, 16, 32))
        assert [shapes[op.arg].width for _, op in program.applications()] == [16, 16, 24]

    def test_its_parts_are_of_equal_width(self) -> None:
        """In units of states both halves are one; in channels they are 16 and 8."""
        halves = Recursion(Eq(X[i], W[i](Split(Concat(x, X[0]), 2)[1])))
        assert unroll(halves, flat(8, 8, 8)).output
        with pytest.raises(ShapeError) as caught:
            unroll(halves, flat(8, 16, 16))
        assert (
            str(caught.value)
            == """\
Concat(X[i - 1], X[0]) does not split into 2 parts between its concatenated values.
  X[i] = W[i](Split(Concat(X[i - 1], X[0]), 2)[1])
  got 2 values, 24 channels in all; expected a multiple of 2 values of equal width"""
        )

    def test_parts_must_be_whole_channels(self) -> None:
        thirds = Recursion(Eq(X[i], W[i](Split(x, 3)[1])))
        assert unroll(thirds, flat(9, 9)).output
        with pytest.raises(ShapeError, match="has no 3 equal parts"):
            unroll(thirds, flat(8, 8))


def test_nested_formulas_stand_where_their_block_does() -> None:
    inner = Recursion(Eq(Y[j], K[j](Y[j - 1])), output=Concat(Y[j], Y[j - 1]))
    formula = Recursion(Eq(X[i], x + inner.as_operator(2, "F")[i](x)))
    program = unroll(formula, NARROW)
    assert [(op.block, op.stage, op.width) for _, op in program.applications()] == [
        ("F_1.K_1", 1, Fraction(1, 2)),
        ("F_1.K_2", 1, Fraction(1, 2)),
        ("F_2.K_1", 2, Fraction(1, 2)),
        ("F_2.K_2", 2, Fraction(1, 2)),
    ]
    widths = [infer_shapes(program, NARROW)[v].width for v, _ in program.applications()]
    assert widths == [4, 4, 8, 8]


def test_shapes() -> None:
    program = unroll(DIFFERENCE, TWO)
    shapes = infer_shapes(program, TWO)
    assert len(shapes) == len(program)
    assert shapes[0] == shapes[program.states["X", 2]] == Shape(8, 1)
    assert shapes[program.output] == Shape(16, 2)
    for value, op in enumerate(program.ops):
        if isinstance(op, Apply | Transition):
            assert shapes[value] == TWO.shape_of(op.stage)


def test_a_tied_block_keeps_the_shape_of_its_first_step() -> None:
    """Applied again in a later stage it hands on what it did before, and is adapted there."""
    tied = Recursion(Eq(X[i], x + W(x)))
    program = unroll(tied, NARROW)
    assert transitions(program) == ["transition_X_1_to_2", "transition_X_W_to_2"]


def test_a_stride_that_is_no_multiple() -> None:
    """A value of a later stage cannot go back to a finer resolution."""
    formula = Recursion(Eq(X[i], W[i](x)), output=Concat(X[i], X[i - 1]))
    stages = (Stage(1, 8, 1), Stage(1, 8, 2))
    backbone = Backbone(Stem("cifar", 3, 8), stages, "projection", Head("features"))
    with pytest.raises(ShapeError, match="differ in resolution"):
        unroll(formula, backbone)
