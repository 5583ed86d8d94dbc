"""What the builder shares, and what it leaves apart (design 4)."""

from __future__ import annotations

from fractions import Fraction

import pytest

from formula2net.errors import PassError
from formula2net.ir.builder import Builder
from formula2net.ir.coefficient import radical, scalar
from formula2net.ir.ops import Activation, Apply, Concat, LinComb, Norm, Transition
from formula2net.ir.program import Program

ROOT_2, ROOT_3 = (radical(prime, Fraction(1, 2)) for prime in (2, 3))


@pytest.fixture
def builder() -> Builder:
    builder = Builder()
    builder.input("X_0")
    return builder


def test_equal_operations_are_one_value(builder: Builder) -> None:
    w = builder.apply(Apply("W", 0))
    assert builder.apply(Apply("W", 0)) == w
    assert builder.apply(Apply("V", 0)) != w
    assert builder.concat([0, w]) == builder.concat([0, w]) != builder.concat([w, 0])


def test_one_block_on_equal_values_is_one_application(builder: Builder) -> None:
    """The difference formula's X_2, and its Eq. (21) twin's, are the same value."""
    w = builder.apply(Apply("W", 0))
    x1 = builder.combine({0: 1, w: 1})
    v = builder.apply(Apply("V", x1))
    x2 = builder.combine({x1: 1, v: 1, w: -1})
    twin = builder.combine({0: 1, v: 1})
    assert x2 != twin  # equations are not merged
    assert builder.apply(Apply("U", x2)) == builder.apply(Apply("U", twin))
    assert builder.activation("relu", x2) == builder.activation("relu", twin)


def test_a_tied_block_on_different_values_is_applied_twice(builder: Builder) -> None:
    w = builder.apply(Apply("W", 0))
    again = builder.apply(Apply("W", w))
    program = builder.finish(again, {})
    assert again != w
    assert [program.letters[value] for value in (w, again)] == ["W", "W@2"]
    assert program.blocks == ("W",)


def test_activations_keep_values_apart(builder: Builder) -> None:
    active = builder.activation("relu", 0)
    assert builder.apply(Apply("W", active)) != builder.apply(Apply("W", 0))
    assert builder.activation("tanh", 0) != active


def test_norms_are_shared_by_name_and_value(builder: Builder) -> None:
    """As letters are, whichever step has applied them first."""
    norm = builder.norm(Norm("norm", 0, 1, 1, "norm"))
    assert builder.norm(Norm("norm", 0, 2, 1, "norm")) == norm
    assert builder.norm(Norm("norm_2", 0)) != norm != builder.activation("relu", 0)
    again = builder.norm(Norm("norm", norm))
    program = builder.finish(again, {})
    assert [program.letters[value] for value in (norm, again)] == ["norm", "norm@2"]
    assert (program.blocks, list(program.applications())) == ((), [])
    assert str(program).splitlines()[1:3] == ["norm = norm(v0)", "norm_2 = norm_2(v0)"]


def test_a_norm_is_a_letter_with_weights() -> None:
    norm = Norm("norm_3", 4, 3, 2, "norm")
    assert isinstance(norm, Activation)
    assert norm != Activation("norm_3", 4)
    assert norm.relabel({4: 7}) == Norm("norm_3", 7, 3, 2, "norm")


@pytest.mark.parametrize("share", [2, 16, 17, 32, 57, 1024])
def test_slots_of_any_width_flatten(builder: Builder, share: int) -> None:
    """One block, one value, however what it reads was put together."""
    width = Fraction(1, share)
    a, b, c = (builder.apply(Apply(name, 0, width=width)) for name in "ABC")
    nested, flat = builder.concat([a, builder.concat([b, c])]), builder.concat([a, b, c])
    assert nested != flat
    assert builder.layout(nested) == builder.layout(flat) == (3 * width, 3, True)
    assert builder.apply(Apply("W", nested)) == builder.apply(Apply("W", flat))
    assert builder.apply(Apply("V", builder.slice(nested, 2, 3))) == builder.apply(Apply("V", b))
    assert builder.apply(Apply("U", builder.concat([a, c, b]))) != builder.apply(Apply("U", flat))


def test_widths_of_what_stands_before_tell_slots_apart(builder: Builder) -> None:
    half = builder.apply(Apply("H", 0, width=Fraction(1, 2)))
    third = builder.apply(Apply("T", 0, width=Fraction(1, 3)))
    one, other = builder.concat([half, 0]), builder.concat([third, 0])
    assert builder.layout(one) == (Fraction(3, 2), 2, False)
    assert builder.apply(Apply("W", one)) != builder.apply(Apply("W", other))
    with pytest.raises(PassError, match="2 values of unequal width cannot be split into 2 parts"):
        builder.slice(one, 1, 2)


def test_the_arguments_of_a_gate_have_no_order(builder: Builder) -> None:
    w = builder.apply(Apply("W", 0))
    gate = builder.hadamard([0, w])
    assert builder.hadamard([w, 0]) == gate
    assert builder.hadamard([w, w]) != gate
    assert builder.hadamard([builder.combine({w: 1}), 0]) == gate


def test_transitions_are_shared_by_name_and_value(builder: Builder) -> None:
    first = builder.transition(Transition("t", 0, 1))
    assert builder.transition(Transition("t", 0, 1)) == first
    assert builder.transition(Transition("s", 0, 1)) != first


def test_a_sum_of_one_is_that_value(builder: Builder) -> None:
    w = builder.apply(Apply("W", 0))
    assert builder.combine({w: 1, 0: 0}) == w
    assert builder.ops[builder.combine({w: 2})] == LinComb(((2, w),))
    assert builder.concat([w]) == w
    assert builder.slice(w, 1, 1) == w


def test_the_empty_sum_is_nothing(builder: Builder) -> None:
    assert builder.is_zero(builder.combine({0: 0}))
    assert not builder.is_zero(builder.zeros(0))
    assert not builder.is_zero(0)


@pytest.mark.parametrize(
    "pair",
    [
        (Fraction(1, 3), Fraction(1, 3)),
        (ROOT_2 * ROOT_3, ROOT_3 * ROOT_2),
        (radical(2, Fraction(3, 2)), 2 * ROOT_2),
        (scalar("a") * scalar("b"), scalar("b") * scalar("a")),
    ],
    ids=["fractions", "sqrt(6)", "sqrt(8)", "scalars"],
)
def test_equal_coefficients_make_equal_values(
    builder: Builder, pair: tuple[object, object]
) -> None:
    w = builder.apply(Apply("W", 0))
    first, second = (builder.combine({0: c, w: 1}) for c in pair)
    assert first == second
    other = builder.combine({0: pair[0] + Fraction(1, 7), w: 1})
    assert builder.apply(Apply("V", other)) != builder.apply(Apply("V", first))


@pytest.mark.parametrize(
    ("program", "message"),
    [
        (Program((Apply("W", 0),), 0, {}), "reads a value that is not before it"),
        (Program((LinComb(()), LinComb(((1, 0), (2, 0)))), 1, {}), "not a collected combination"),
        (Program((LinComb(()), LinComb(((0, 0),))), 1, {}), "not a collected combination"),
        (Program((LinComb(()),), 3, {}), "value 3 is not defined"),
        (Program((LinComb(()),), 0, {("X", 1): -1}), "value -1 is not defined"),
        (Program((LinComb(()), Concat((0, 1))), 1, {}), "reads a value that is not before it"),
    ],
)
def test_verify_refuses(program: Program, message: str) -> None:
    with pytest.raises(PassError, match=message):
        program.verify()


def test_live_values_are_those_that_the_output_reads(builder: Builder) -> None:
    w = builder.apply(Apply("W", 0))
    unused = builder.apply(Apply("V", w))
    output = builder.combine({0: 1, w: 1})
    program = builder.finish(output, {("X", 1): output})
    assert program.live == {0, w, output}
    assert unused not in program.live
    assert program.state_of(output) == ("X", 1)
    assert program.state_of(w) is None
