"""Operators that say their width or keep the resolution, norms, and what has been pooled."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sympy import Eq, Expr, Rational

from formula2net.errors import ShapeError
from formula2net.ir import ops
from formula2net.ir.program import Program, state_name
from formula2net.language.backbone import POOLED, Backbone, Shape
from formula2net.language.recursion import Recursion
from formula2net.language.structure import Concat, Hadamard, Mean, Split, ZerosLike
from formula2net.language.symbols import Activation, Index, Input, Norm, Operator, State
from formula2net.passes.shapes import infer_shapes
from formula2net.passes.unroll import unroll

X, Y, U, z = State("X"), State("Y"), State("U"), Input("z")
W, V, norm = Operator("W"), Operator("V"), Norm()
HALF, WIDE = Operator("H", width=Rational(1, 2)), Operator("D", width=Rational(3, 2))
KEPT, SMALL = Operator("E", stride=1), Operator("S", width=Rational(1, 2), stride=1)
relu, sigmoid, pool = Activation("relu"), Activation("sigmoid"), Activation("global_pool")
i, j = Index("i"), Index("j")
x = X[i - 1]

TWO = Backbone.cifar((1, 1), (8, 16))
ONE = Backbone.cifar((2,), (8,))
LAYER = Backbone.cifar((1, 1), (8, 16), transition="layer")


def formula(value: Expr, *more: Eq, **options: object) -> Recursion:
    return Recursion([*more, Eq(X[i], value)], **options)


def shapes(recursion: Recursion, backbone: Backbone = TWO) -> dict[str, tuple[int, int]]:
    """Width and stride of every value that has a name."""
    program = unroll(recursion, backbone)
    found = infer_shapes(program, backbone)
    names = {name: v for v, name in program.letters.items()}
    names |= {state_name(key): v for key, v in program.states.items()}
    return {name: (found[v].width, found[v].stride) for name, v in names.items()}


def transitions(program: Program) -> list[str]:
    return [op.name for op in program.ops if isinstance(op, ops.Transition)]


# ---------------------------------------------------------------------- width and stride


def test_a_width_is_in_widths_of_the_stage() -> None:
    found = shapes(formula(x + W[i](HALF[i](x)) + V[i](WIDE[i](x))))
    assert [found[name] for name in ("H_1", "D_1", "W_1")] == [(4, 1), (12, 1), (8, 1)]
    assert [found[name] for name in ("H_2", "D_2", "W_2")] == [(8, 2), (24, 2), (16, 2)]


def test_a_block_may_keep_the_resolution_at_a_change_of_stage() -> None:
    found = shapes(formula(x + W[i](KEPT[i](x))))
    assert (found["X_1"], found["E_2"], found["W_2"]) == ((8, 1), (16, 1), (16, 2))


def test_what_says_its_own_shape_keeps_it_as_a_right_hand_side() -> None:
    assert shapes(formula(x + W[i](Y[i]), Eq(Y[i], HALF[i](x))))["H_2"] == (8, 2)
    found = shapes(formula(W[i](Y[i]), Eq(Y[i], KEPT[i](x))))
    assert (found["Y_2"], found["X_2"]) == ((16, 1), (16, 2))
    for value in (relu(norm[i](HALF[i](x))), (relu * norm[i] * HALF[i])(x)):
        assert shapes(formula(W[i](Y[i]), Eq(Y[i], value)))["Y_2"] == (8, 2)
    assert shapes(formula(W[i](Y[i]), Eq(Y[i], HALF[i](x) + x)))["Y_2"] == (16, 2)  # a sum
    assert shapes(formula(W[i](Y[i]), Eq(Y[i], 2 * HALF[i](x))))["Y_2"] == (16, 2)


def test_a_composition_has_the_shape_of_what_is_applied_last() -> None:
    for value in (HALF[i](W[i](x)), (HALF[i] * W[i])(x), HALF[i] * (W[i] * x)):
        assert shapes(formula(V[i](Y[i]), Eq(Y[i], value)))["Y_1"] == (4, 1)
    assert shapes(formula(V[i](Y[i]), Eq(Y[i], W[i](HALF[i](x)))))["Y_1"] == (8, 1)


def test_later_readers_adapt_what_has_a_shape_of_its_own() -> None:
    program = unroll(formula(x + Y[i], Eq(Y[i], HALF[i](x))), TWO)
    assert transitions(program) == [
        "transition_Y_1_to_1",
        "transition_X_1_to_2",
        "transition_Y_2_to_2",
    ]


def test_inside_a_formula_a_width_is_of_what_that_formula_hands_on() -> None:
    inner = formula(W[i](HALF[i](x)))
    for width, (half, whole) in {None: (4, 8), 2: (8, 16), Rational(1, 2): (2, 4)}.items():
        found = shapes(formula(V[i](inner.as_operator(1, "F", width=width)[i](x))))
        assert (found["F_1.H_1"], found["F_1.W_1"]) == ((half, 1), (whole, 1))
        assert found["F_2.W_1"] == (2 * whole, 2)
    around = formula(inner.as_operator(1, "F", width=Rational(1, 2))[i](x))
    found = shapes(formula(V[i](around.as_operator(1, "G", width=2)[i](x))))
    assert (found["G_1.F_1.W_1"], found["G_1.F_1.H_1"]) == ((8, 1), (4, 1))


def test_inside_a_concatenating_formula_a_width_is_of_the_whole() -> None:
    """Without one a block hands on one slot of it."""
    chunks = Recursion([Eq(X[1], HALF(z)), Eq(X[2], W(Split(z, 2)[2]))], output=Concat(X[1], X[2]))
    found = shapes(formula(V[i](chunks.as_operator(2, "F")[i](x))), ONE)
    assert (found["F_1.H"], found["F_1.W"]) == ((4, 1), (4, 1))


@pytest.mark.parametrize(
    ("output", "share"),
    [
        (Concat(X[j], (j, 1, i)), Fraction(1, 3)),
        (relu(norm(Concat(X[j], (j, 1, i)))), Fraction(1, 3)),
        ((relu * norm)(Concat(X[j], (j, 1, i))), Fraction(1, 3)),
        (2 * Concat(X[j], (j, 1, i)), Fraction(1, 3)),
        (Concat(X[i], Concat(X[j], (j, 1, i - 1))), Fraction(1, 3)),
        (V(Concat(X[j], (j, 1, i))), 1),
        (relu(V(Concat(X[j], (j, 1, i)))), 1),
        (X[i], 1),
    ],
    ids=str,
)
def test_the_width_is_shared_among_the_slots_of_the_output(output: Expr, share: Fraction) -> None:
    inner = Recursion(Eq(X[i], W[i](x)), output=output)
    program = unroll(formula(x + inner.as_operator(3, "F")[i](x)), 1)
    assert {op.width for _, op in program.applications() if "W" in op.block} == {share}


@pytest.mark.parametrize(
    ("operator", "text"),
    [
        (
            Operator("T", width=Rational(1, 3)),
            (
                "T_1 cannot hand on 1/3 of the width of stage 1.\n"
                "  X[i] = X[i - 1] + W[i](T[i](X[i - 1]))\n"
                "  got 8 channels; expected a multiple of 3 channels"
            ),
        ),
        (
            Operator("T", width=Rational(5, 16)),
            (
                "T_1 cannot hand on 5/16 of the width of stage 1.\n"
                "  X[i] = X[i - 1] + W[i](T[i](X[i - 1]))\n"
                "  got 8 channels; expected a multiple of 16 channels"
            ),
        ),
    ],
)
def test_a_width_is_a_whole_number_of_channels(operator: Operator, text: str) -> None:
    with pytest.raises(ShapeError) as caught:
        unroll(formula(x + W[i](operator[i](x))), TWO)
    assert str(caught.value) == text


# ---------------------------------------------------------------------- where terms meet


@pytest.mark.parametrize(
    ("one", "other", "width"),
    [
        (HALF[i](x), V[i](x), 8),  # the stage's own width
        (WIDE[i](x), V[i](x), 8),
        (HALF[i](x), WIDE[i](x), 12),  # none has it: the widest
        (HALF[i](x), Concat(x, x), 4),  # of a later stage, though narrower
        (Concat(V[i](x), V[i](x)), V[i](x), 8),
    ],
    ids=str,
)
def test_terms_of_an_argument_meet_in_any_order(one: Expr, other: Expr, width: int) -> None:
    for terms in (one + other, other + one):
        found = unroll(formula(x + W[i](terms)), TWO)
        (read,) = (op.arg for _, op in found.applications() if op.block == "W_1")
        assert infer_shapes(found, TWO)[read] == Shape(width, 1)
    gates = [
        unroll(formula(x + W[i](Hadamard(*pair))), TWO) for pair in ((one, other), (other, one))
    ]
    assert transitions(gates[0]) == transitions(gates[1])


# ---------------------------------------------------------------------- norms


def test_norms_have_a_place_and_the_shape_of_what_they_read() -> None:
    recursion = formula(x + W[i](norm[i, 2](V[i](norm[i](x)))))
    found = [op for op in unroll(recursion, TWO).ops if isinstance(op, ops.Norm)]
    assert [(op.name, op.step, op.stage, op.operator) for op in found] == [
        ("norm_1", 1, 1, "norm"),
        ("norm_1_2", 1, 1, "norm"),
        ("norm_2", 2, 2, "norm"),
        ("norm_2_2", 2, 2, "norm"),
    ]
    assert shapes(recursion)["norm_2"] == (8, 1)
    assert shapes(recursion)["norm_2_2"] == (16, 2)


def test_norms_in_formulas_have_names_of_their_own() -> None:
    inner = formula(W[i](norm[i](x)))
    program = unroll(formula(norm[i](inner.as_operator(2, "F")[i](x))), 1)
    found = [op for op in program.ops if isinstance(op, ops.Norm)]
    assert [(op.name, op.operator) for op in found] == [
        ("F_1.norm_1", "F.norm"),
        ("F_1.norm_2", "F.norm"),
        ("norm_1", "norm"),
    ]


def test_a_tied_norm_belongs_to_the_step_that_first_applies_it() -> None:
    program = unroll(formula(x + W[i](norm(x))), ONE)
    found = [op for op in program.ops if isinstance(op, ops.Norm)]
    assert [(op.name, op.step) for op in found] == [("norm", 1), ("norm", 1)]
    assert program.letters[4] == "norm@2"


def test_a_norm_has_one_shape() -> None:
    tied = formula(x + W[i](norm(x)) + V[i](norm(W[i](x))))
    with pytest.raises(ShapeError) as caught:
        unroll(tied, TWO)
    assert str(caught.value) == (
        "The norm norm is applied to values of two shapes.\n"
        "  X[i] = X[i - 1] + W[i](norm(X[i - 1])) + V[i](norm(W[i](X[i - 1])))\n"
        "  got 8 channels at 1/1 of the resolution and 16 channels at 1/2 of the resolution; "
        "expected one shape: its weights have one width\n"
        "  try: a norm of its own for each step, norm[i], or one stage"
    )


# ---------------------------------------------------------------------- what has been pooled

SQUEEZED = sigmoid(KEPT[i](relu(SMALL[i](pool(x)))))


@pytest.mark.parametrize("backbone", [TWO, LAYER], ids=["projection", "layer"])
@pytest.mark.parametrize("order", [1, -1])
def test_a_gate_spreads_what_has_been_pooled(order: int, backbone: Backbone) -> None:
    recursion = formula(Hadamard(*[W[i](x), SQUEEZED][::order]))
    found = shapes(recursion, backbone)
    read = "transition_X_1_to_2" if backbone is LAYER else "X_1"
    assert found["global_pool@2"] == (found[read][0], POOLED)
    assert [found[name] for name in ("S_2", "E_2", "sigmoid@2")] == [
        (8, POOLED),
        (16, POOLED),
        (16, POOLED),
    ]
    assert found["X_2"] == (16, 2)


@pytest.mark.parametrize("value", [pool(x) + pool(W[i](x)), 2 * pool(x), Mean(pool(x), pool(x))])
def test_sums_of_what_has_been_pooled_stay_pooled(value: Expr) -> None:
    """In an argument and as a right-hand side."""
    for recursion in (
        formula(Hadamard(V[i](x), KEPT[i](value))),
        formula(Hadamard(V[i](x), KEPT[i](U[i])), Eq(U[i], value)),
    ):
        found = shapes(recursion, ONE)
        assert (found["E_1"], found["X_1"]) == ((8, POOLED), (8, 1))


def test_pooled_values_are_concatenated_split_and_gated_among_themselves() -> None:
    both = Concat(pool(x), pool(W[i](x)))
    found = shapes(formula(Hadamard(V[i](x), KEPT[i](both), KEPT[i, 2](Split(both, 2)[1]))), ONE)
    assert (found["E_1"], found["E_1_2"], found["X_1"]) == ((8, POOLED), (8, POOLED), (8, 1))
    gated = Hadamard(pool(x), 1 - ZerosLike(pool(x)))
    assert shapes(formula(Hadamard(V[i](x), U[i]), Eq(U[i], gated)), ONE)["U_1"] == (8, POOLED)


def test_a_pooled_state_is_read_in_every_stage_as_it_is() -> None:
    recursion = formula(
        Hadamard(W[i](x), KEPT[i](U[i - 1])), Eq(U[i], pool(x)), initial=Eq(U[0], pool(X[0]))
    )
    for backbone in (TWO, LAYER):
        program = unroll(recursion, backbone)
        assert not [name for name in transitions(program) if "U" in name]
        assert shapes(recursion, backbone)["U_0"] == (8, POOLED)


def test_the_output_may_be_pooled() -> None:
    pooled = Recursion(Eq(X[i], W[i](x)), output=pool(X[i]))
    program = unroll(pooled, TWO)
    assert infer_shapes(program, TWO)[program.output] == Shape(16, POOLED)


def test_without_resolution_nothing_is_pooled() -> None:
    table = Backbone.table(5, (2,), (8,))
    assert shapes(formula(x + pool(W[i](x))), table)["global_pool"] == (8, 1)


MISFIT = (
    "What has been pooled has one position, and cannot be adapted.\n  {}\n  got {}, where {} are "
)
MISFIT += "needed; expected a gate, Hadamard(x, pooled), with values of equal width"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (
            x + pool(W[i](x)),
            MISFIT.format(
                "X[i] = X[i - 1] + global_pool(W[i](X[i - 1]))",
                "8 channels at one position",
                "8 channels at 1/1 of the resolution",
            ),
        ),
        (
            W[i](pool(x) + x),
            MISFIT.format(
                "X[i] = W[i](global_pool(X[i - 1]) + X[i - 1])",
                "8 channels at one position",
                "8 channels at 1/1 of the resolution",
            ),
        ),
        (
            Hadamard(W[i](x), SMALL[i](pool(x))),
            MISFIT.format(
                "X[i] = Hadamard(W[i](X[i - 1]), S[i](global_pool(X[i - 1])))",
                "4 channels at one position",
                "8 channels at 1/1 of the resolution",
            ),
        ),
        (
            W[i](pool(x)),
            (
                "W_1 cannot raise the resolution.\n"
                "  X[i] = W[i](global_pool(X[i - 1]))\n"
                "  got one position, to 1/1; expected a target that is no finer than its argument\n"
                '  try: Operator("W", stride=1), which keeps the resolution'
            ),
        ),
        (
            W[i](Concat(pool(x), x)),
            (
                "global_pool(X[0]) and X[0] differ in resolution; Concat needs it equal.\n"
                "  X[i] = W[i](Concat(global_pool(X[i - 1]), X[i - 1]))\n"
                "  got 8 channels at one position and 8 channels at 1/1 of the resolution; "
                "expected values of one stage, or pooled ones only"
            ),
        ),
    ],
    ids=["sum", "argument", "width of a gate", "block", "concat"],
)
def test_what_has_been_pooled_has_no_way_back(value: Expr, text: str) -> None:
    with pytest.raises(ShapeError) as caught:
        unroll(formula(value), TWO)
    assert str(caught.value) == text
