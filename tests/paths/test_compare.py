"""Two formulas beside each other."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from sympy import Eq, Rational, Sum

from formula2net.errors import FormulaError
from formula2net.ir.ops import Apply, Hadamard, LinComb
from formula2net.ir.program import Program
from formula2net.language.recursion import Recursion
from formula2net.language.structure import Concat
from formula2net.language.structure import Hadamard as Gate
from formula2net.language.symbols import Operator
from formula2net.passes.unroll import unroll
from formula2net.paths.compare import Comparison, Difference, compare
from tests.paths.formulas import (
    DENSE,
    DENSE_SUM,
    DIFFERENCE,
    EULER_2,
    PLAIN,
    RELU,
    RESNET,
    TWIN,
    K,
    U,
    V,
    W,
    X,
    Y,
    activated,
    i,
    j,
)
from tests.paths.programs import Recipe, build, recipes, tied_blocks

T = Operator("T")
x = X[i - 1]


def answers(comparison: Comparison) -> tuple[bool, bool, bool]:
    return comparison.equal_network, comparison.equal_wiring, comparison.equal_paths


def test_the_difference_formula_and_its_twin() -> None:
    """One network, wired in two ways; paths agree from X_0 only (design 14)."""
    found = compare(DIFFERENCE, TWIN)
    assert answers(found) == (True, False, False)
    assert found.difference == Difference("X_1", (), (1, 0))
    assert str(found) == (
        "network  equal\n"
        "wiring   different\n"
        "paths    different: from X_1 the word 1 has the coefficients 1 and 0"
    )


def test_one_formula_in_two_spellings() -> None:
    found = compare(RESNET, Recursion(Eq(X[i], x + W[i](x))))
    assert answers(found) == (True, True, True)
    assert found.difference is None
    assert str(found) == "network  equal\nwiring   equal\npaths    equal, from every source"


SAME = {
    "other names": (RESNET, Recursion(Eq(Y[i], Y[i - 1] + K[i](Y[i - 1])))),
    "a step earlier": (RESNET, Recursion(Eq(X[i + 1], (1 + W[i + 1]) * X[i]))),
    "other numbers": (RESNET, Recursion(Eq(X[i], (1 + W[i + 5]) * x))),
    "order of a sum": (
        Recursion(Eq(X[i], W[i](x) + K[i](x) / 2)),
        Recursion(Eq(X[i], K[i](x) / 2 + W[i](x))),
    ),
    "names change places": (
        Recursion(Eq(X[i], W[i](x) + 2 * K[i](x))),
        Recursion(Eq(X[i], U[i](x) + 2 * T[i](x))),
    ),
    "gates": (
        Recursion(Eq(X[i], Gate(T[i](x), W[i](x)) + Gate(1 - T[i](x), x))),
        Recursion(Eq(X[i], Gate(x, 1 - T[i](x)) + Gate(W[i](x), T[i](x)))),
    ),
    "a system, in another order": (
        Recursion([Eq(V[i], V[i - 1] + W[i](x)), Eq(X[i], x + V[i])], initial=Eq(V[0], 0)),
        Recursion([Eq(Y[i], W[i](x) + Y[i - 1]), Eq(X[i], Y[i] + x)], initial=Eq(Y[0], 0)),
    ),
    "tied": (
        Recursion(Eq(X[i], x + W(x))),
        Recursion(Eq(X[i], x + K(x))),
    ),
    "parallel blocks": (
        Recursion(Eq(X[i], Sum(W[i, j](x), (j, 1, 4)))),
        Recursion(Eq(X[i], Sum(W[i, 5 - j](x), (j, 1, 4)))),
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_equal_in_every_respect(name: str) -> None:
    assert answers(compare(*SAME[name], depth=4)) == (True, True, True)


DIFFERENT = {
    "a skip": (RESNET, PLAIN, Difference("X_0", (), (1, 0))),
    "cancelled": (RESNET, DIFFERENCE, Difference("X_0", ("W_3",), (1, 0))),
    "a weight": (
        RESNET,
        Recursion(Eq(X[i], x + W[i](x) / 2)),
        Difference("X_0", ("W_4",), (1, Rational(1, 2))),
    ),
    "a slot": (
        Recursion(Eq(X[i], W[i](Concat(x, X[0])))),
        Recursion(Eq(X[i], W[i](Concat(X[0], x)))),
        Difference("X_0", ("W_4:2",), (1, 0)),
    ),
    "summed or concatenated": (DENSE, DENSE_SUM, Difference("X_0", ("W_4:1",), (1, 0))),
    "tied or not": (
        RESNET,
        Recursion(Eq(X[i], x + W(x))),
        Difference("X_0", ("W_4",), (1, 0)),
    ),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_different_in_every_respect(name: str) -> None:
    a, b, difference = DIFFERENT[name]
    found = compare(a, b, depth=4)
    assert answers(found) == (False, False, False)
    assert found.difference == difference
    back = compare(b, a, depth=4).difference
    assert back is not None
    assert len(back.word) == len(difference.word)


def test_a_difference_that_shows_late() -> None:
    """The first three steps agree; the shortest word that differs has four letters."""
    other = Recursion(Eq(X[i], W[i](x)), initial=Eq(X[1], 2 * W[1](X[0])))
    found = compare(PLAIN, other, depth=4)
    assert found.difference == Difference("X_0", ("W_4", "W_3", "W_2", "W_1"), (1, 2))
    late = Recursion(Eq(X[i], x + W[i](x)), initial=Eq(X[3], X[2] + W[3](X[2]) - 3 * X[0]))
    assert compare(RESNET, late, depth=4).difference == Difference("X_0", (), (1, -2))


def test_views() -> None:
    """Activations are letters of the exact view; the networks differ in either."""
    found = compare(activated(), DIFFERENCE, depth=4)
    assert answers(found) == (False, False, True)
    exact = compare(activated(), DIFFERENCE, depth=4, view="exact")
    assert not exact.equal_paths
    assert exact.difference is not None


def test_a_cancellation_that_an_activation_forbids() -> None:
    tail = Recursion(Eq(X[i], RELU(X[0] + W[i](x))))
    found = compare(activated(), tail, depth=3)
    assert not found.equal_network


def test_text_and_programs() -> None:
    assert answers(compare("X_i = X_{i-1} + W_i(X_{i-1})", RESNET)) == (True, True, True)
    programs = unroll(DIFFERENCE, 5), unroll(TWIN, 5)
    found = compare(*programs)
    assert answers(found) == (True, False, False)
    assert found.difference == Difference("X_1", (), (1, 0))


def test_many_words_are_not_listed() -> None:
    deep = compare(RESNET, Recursion(Eq(X[i], x + W[i](x))), depth=40)
    assert deep.equal_paths
    other = Recursion(Eq(X[i], EULER_2.equations[0].rhs.xreplace({Rational(1, 2): Rational(1, 3)})))
    found = compare(EULER_2, other, depth=12)
    assert found.difference == Difference("X_0", ("K_12", "W_12"), (Rational(1, 2), Rational(1, 3)))


def test_outputs_that_are_no_state() -> None:
    a = Recursion(Eq(X[i], x + W[i](x)), output=Concat(X[i], X[i - 1]))
    b = Recursion(Eq(X[i], x + W[i](x)), output=Concat(X[i - 1], X[i]))
    assert answers(compare(a, a, depth=3)) == (True, True, True)
    found = compare(a, b, depth=3)
    assert found.difference is not None
    assert found.difference.source == "X_0"


def test_it_is_no_yes_or_no() -> None:
    with pytest.raises(FormulaError, match="A comparison is no yes or no"):
        bool(compare(RESNET, RESNET, depth=2))


def test_an_unknown_view() -> None:
    with pytest.raises(FormulaError, match="Unknown view 'both'"):
        compare(RESNET, RESNET, view="both")


@settings(max_examples=150)
@given(recipes, tied_blocks)
def test_a_program_with_other_names_is_the_same(recipe: Recipe, tied: int) -> None:
    program = build(recipe, tied)
    assert answers(compare(program, renamed(program))) == (True, True, True)


@settings(max_examples=150)
@given(recipes, recipes)
def test_equal_networks_have_equal_paths_from_the_input(one: Recipe, two: Recipe) -> None:
    a, b = (unnamed(build(recipe, tied=0)) for recipe in (one, two))
    found = compare(a, b)
    if found.equal_wiring:
        assert found.equal_network
    if found.equal_network:
        assert found.equal_paths
    other = compare(b, a)
    assert answers(other) == answers(found)


@settings(max_examples=150)
@given(recipes)
def test_a_changed_coefficient_is_found(recipe: Recipe) -> None:
    program = build(recipe, tied=0)
    live = [v for v in sorted(program.live) if isinstance(program.ops[v], LinComb)]
    assume(live)
    ops = list(program.ops)
    (weight, read), *rest = ops[live[0]].terms
    ops[live[0]] = LinComb(((weight * 5, read), *rest))
    changed = Program(tuple(ops), program.output, program.states)
    assert not compare(program, changed).equal_wiring


def renamed(program: Program) -> Program:
    """Other names of blocks, and gates with their arguments in another order."""

    def other(op: object) -> object:
        if isinstance(op, Apply):
            return Apply(f"B_{op.block}_{len(op.block)}", op.arg, op.step, op.stage, op.width)
        return Hadamard(op.args[::-1]) if isinstance(op, Hadamard) else op

    return Program(tuple(map(other, program.ops)), program.output, program.states)


def unnamed(program: Program) -> Program:
    """Without states, so that the input is the only source."""
    return Program(program.ops, program.output, {("X", 0): 0})
