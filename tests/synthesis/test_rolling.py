"""`roll` gives back the recursion that a program came from, at every depth."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from sympy import Eq

from formula2net.errors import Formula2NetError, FormulaError
from formula2net.formulas import FORMULAS, get_formula
from formula2net.ir.ops import Apply, Norm
from formula2net.ir.program import Program
from formula2net.language.backbone import Backbone
from formula2net.language.notation import parse
from formula2net.language.recursion import Recursion
from formula2net.language.symbols import Index, Operator, State
from formula2net.passes.reads import reads
from formula2net.passes.unroll import unroll
from formula2net.paths.isomorphism import isomorphism
from formula2net.paths.polynomial import PathPolynomial
from formula2net.paths.structure import wiring
from formula2net.synthesis.rolling.flat import one_stage
from formula2net.synthesis.rolling.roll import roll, rolled
from tests.lower.cases import CASES
from tests.strategies import PLAIN, Features, recursions

X, W, i = State("X"), Operator("W"), Index("i")

GROWING = ("seqconv", "densenet", "sparsenet", "seqconv_first_downsampling")  # no bounded lag
CHANGING = ("res2net_chunks",)  # step k reads part k
ONE_DEPTH = ("seqconv_downsampling", "seqconv_downsampling_released")  # that of their parameter
ANSWERED = [name for name in FORMULAS if name not in (*GROWING, *CHANGING, *ONE_DEPTH)]

CANONICAL = (  # what is returned as it was written
    *("plain", "plain_relu", "resnet", "resnet_relu", "polynet", "highway", "midpoint_printed"),
    *("difference", "difference_twin", "published_a5", "published_a5_system", "rk4_printed"),
    *("additional_example_1", "additional_example_2", "leapfrog", "lm_resnet"),
    *("lm_resnet_printed", "adams_bashforth2", "adams_bashforth3", "adams_bashforth4"),
    *("seqconv_windowed", "seqconv_bottleneck", "revnet"),
)


def last_initial(recursion: Recursion) -> int:
    """The last step that has a value of its own."""
    rows = (item for item in recursion.lines if item.step_index is None)
    return max((int(row.lhs.indices[0]) for row in rows if not row.families), default=0)


def lag(recursion: Recursion) -> int:
    """How many steps back an equation reads."""
    return max(
        read.lag or 0 for item in recursion.equations for read in reads(item, recursion.index)
    )


def enough(recursion: Recursion) -> int:
    """The depth from which on there is an answer for sure."""
    return max(last_initial(recursion), 0) + 2 * lag(recursion) + 2


def same(a: Program, b: Program) -> bool:
    """Whether two programs are wired alike, up to the names of their blocks."""
    return isomorphism(wiring(one_stage(a)), wiring(one_stage(b))) is not None


def without_names(program: Program) -> Program:
    """The program as it would be read off a module that knows no formula."""
    new: dict[str, str] = {}

    def name(old: str) -> str:
        return new.setdefault(old, f"layer{1 + len(new) // 4}.{len(new) % 4}.conv")

    ops = tuple(
        replace(op, block=name(op.block), step=0, operator="")
        if isinstance(op, Apply)
        else replace(op, name=name(op.name), step=0, operator="")
        if isinstance(op, Norm)
        else op
        for op in program.ops
    )
    return Program(ops, program.output, {})


def without_steps(program: Program) -> Program:
    """The program with its blocks' names, and nothing else that tells a step."""
    ops = tuple(replace(op, step=0) if isinstance(op, Apply | Norm) else op for op in program.ops)
    return Program(ops, program.output, {})


@pytest.mark.parametrize("name", ANSWERED)
def test_a_registered_formula_comes_back_at_every_depth(name: str) -> None:
    formula = get_formula(name)
    depth = enough(formula)
    answer = rolled(unroll(formula, depth))
    assert answer.depth == depth
    for steps in (1, 2, 3, depth, depth + 2):
        own, other = unroll(formula, steps), unroll(answer.recursion, steps)
        assert same(own, other), f"at depth {steps}"
        assert PathPolynomial(own).wired == PathPolynomial(other).wired


@pytest.mark.parametrize("name", ANSWERED)
def test_names_of_blocks_are_enough(name: str) -> None:
    formula = get_formula(name)
    answer = roll(without_steps(unroll(formula, enough(formula))))
    assert all(same(unroll(formula, k), unroll(answer, k)) for k in (1, 2, 4, 7))


@pytest.mark.parametrize("name", ANSWERED)
def test_the_order_of_blocks_is_enough_where_the_depth_is_given(name: str) -> None:
    formula = get_formula(name)
    depth = enough(formula)
    answer = rolled(without_names(unroll(formula, depth)), depth)
    assert answer.depth == depth
    assert all(same(unroll(formula, k), unroll(answer.recursion, k)) for k in (1, 2, 4, 7))


@pytest.mark.parametrize("name", CANONICAL)
def test_a_canonical_recursion_comes_back_as_it_is(name: str) -> None:
    formula = get_formula(name)
    assert roll(unroll(formula, enough(formula))) == formula


@pytest.mark.parametrize("name", ["resnet", "difference", "difference_system", "rk4", "revnet"])
def test_transitions_are_the_identity(name: str) -> None:
    formula = get_formula(name)
    depth = enough(formula)
    answer = rolled(unroll(formula, Backbone.cifar((2, depth, 2), (8, 16, 32))))
    assert answer.depth == depth + 4
    assert answer.recursion == roll(unroll(formula, depth))


@pytest.mark.parametrize("name", [name for name in CASES if name != "densenet"])
def test_formulas_of_every_kind_come_back(name: str) -> None:
    formula = CASES[name].formula
    answer = roll(unroll(formula, enough(formula)))
    assert all(same(unroll(formula, k), unroll(answer, k)) for k in (1, 2, 3, 8))


@pytest.mark.parametrize("name", ONE_DEPTH)
def test_an_output_of_all_steps_is_a_window(name: str) -> None:
    formula = get_formula(name, groups=2, extension=6)
    answer = roll(unroll(formula, 6))
    assert answer == get_formula(name, groups=2, extension=6)
    assert "(j, 1, i)" in str(answer.output)


@pytest.mark.parametrize("back", [1, 2, 3])
def test_what_the_output_reads_is_counted_from_the_nearer_end(back: int) -> None:
    X, W, i = State("X"), Operator("W"), Index("i")
    for read in (X[i - back], X[back]):
        formula = Recursion(Eq(X[i], X[i - 1] + W[i](X[i - 1])), output=X[i] + read)
        assert roll(unroll(formula, 8)) == formula


@pytest.mark.parametrize("back", [1, 2])
def test_an_output_before_the_last_step_makes_the_program_shallower(back: int) -> None:
    X, W, i = State("X"), Operator("W"), Index("i")
    formula = Recursion(
        Eq(X[i], X[i - 1] + W[i](X[i - 1]) - W[i - 1](X[i - 2])),
        initial=Eq(X[1], X[0] + W[1](X[0])),
        output=X[i - back],
    )
    answer = rolled(unroll(formula, 8))
    assert answer.depth == 8 - back
    assert answer.recursion == get_formula("difference")


@pytest.mark.parametrize("name", [*GROWING, *CHANGING])
def test_without_a_bounded_lag_there_is_none(name: str) -> None:
    depth = FORMULAS[name].depth or 14
    with pytest.raises(FormulaError):
        roll(unroll(get_formula(name), depth))


def test_a_step_without_names_is_as_short_as_can_be() -> None:
    answer = rolled(without_names(unroll(get_formula("revnet"), 4)))
    assert answer.depth == 8  # F and G cannot be told apart: X_i = X_{i-2} + W_i X_{i-1}
    assert [str(line.text) for line in answer.recursion.equations] == [
        "X[i] = X[i - 2] + W[i](X[i - 1])"
    ]


def test_a_nested_formula_is_written_out() -> None:
    inner = parse("X_i = X_{i-1} + K_i(X_{i-1})")
    outer = Recursion(Eq(X[i], inner.as_operator(3, "F")[i](X[i - 1])))
    answer = rolled(unroll(outer, 4))
    assert (answer.depth, len(answer.recursion.equations)) == (4, 3)
    assert same(unroll(outer, 9), unroll(answer.recursion, 9))
    assert rolled(without_names(unroll(outer, 4))).depth == 12


def test_values_before_the_last_initial_one_are_kept() -> None:
    formula = Recursion(
        Eq(X[i], W[i](X[i - 1])),
        [Eq(X[1], X[0] + W[1](X[0])), Eq(X[2], X[1] - W[2](X[1]))],
    )
    assert roll(unroll(formula, 6)) == formula


def test_a_program_that_varies_is_refused() -> None:
    formula = parse("X_i = X_{i-1}/i + W_i(X_{i-1})")
    with pytest.raises(FormulaError) as caught:
        roll(unroll(formula, 8))
    assert str(caught.value) == (
        "The program has no period.\n"
        "  got 17 values, and no two steps in a row that are alike; "
        "expected steps that are alike: constant coefficients, and a bounded lag"
    )


def test_a_shallow_program_is_refused() -> None:
    with pytest.raises(FormulaError) as caught:
        roll(unroll(get_formula("leapfrog"), 4))
    assert str(caught.value) == (
        "The program is too shallow: 3 steps are alike.\n"
        "  got steps that read 2 steps back; expected at least 4 steps that are alike\n"
        "  try: a greater depth"
    )


def test_a_depth_that_is_not_the_programs_is_refused() -> None:
    with pytest.raises(FormulaError) as caught:
        roll(unroll(get_formula("resnet"), 6), depth=5)
    assert str(caught.value) == ("The program does not have 5 steps.\n  got 6 steps that are alike")


def test_a_run_inside_of_a_network_is_no_answer() -> None:
    initial = [Eq(X[k], k * W[k](X[k - 1]) + X[0]) for k in range(1, 9)]
    with pytest.raises(FormulaError) as caught:
        roll(unroll(Recursion(Eq(X[i], X[i - 1] + W[i](X[i - 1])), initial), 11))
    assert str(caught.value) == (
        "Most of the program is no step: steps that are alike hold 3 of 11 blocks.\n"
        "  expected at least a third of them"
    )


@settings(max_examples=50, deadline=None)
@given(recursions(PLAIN))
def test_random_linear_formulas_come_back(formula: Recursion) -> None:
    depth = enough(formula)
    program, deeper = _program(formula, depth), _program(formula, depth + 3)
    assume(all(value in program.live for value in program.states.values()))  # a step is whole
    answer = roll(program)
    assert same(program, unroll(answer, depth))
    assert same(deeper, unroll(answer, depth + 3))


@settings(max_examples=40, deadline=None)
@given(recursions(Features(growing=False, varying=False, scalars=False)))
def test_an_answer_for_a_random_formula_holds_at_greater_depths(formula: Recursion) -> None:
    depth = enough(formula) + lag(formula)
    program, deeper = _program(formula, depth), _program(formula, depth + 3)
    try:
        answer = roll(program)
    except FormulaError:
        assume(False)
    assert same(program, unroll(answer, depth))
    assert same(deeper, unroll(answer, depth + 3))


def _program(formula: Recursion, depth: int) -> Program:
    """The program of a formula that is one, with new blocks in every step, all of them used."""
    try:
        program, next_one = unroll(formula, depth), unroll(formula, depth + 1)
    except Formula2NetError:
        assume(False)
    assume(len(next_one.blocks) > len(program.blocks))
    assume(all(value in program.live for value, _ in program.applications()))
    return program
