"""From formulas to programs: what is defined when, what is shared, what is refused."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sympy import Eq, Mod, Piecewise, Rational, Sum, floor, log, sqrt

from formula2net.errors import FormulaError, ShapeError
from formula2net.ir.ops import Apply, Concat, LinComb, Slice, Zeros
from formula2net.ir.program import Program
from formula2net.language.recursion import Recursion
from formula2net.language.structure import Concat as Join
from formula2net.language.structure import Hadamard, Mean, Split, ZerosLike
from formula2net.language.symbols import Activation, Index, Input, Operator, Scalar, State
from formula2net.passes.unroll import unroll

X, Y, V, Q = (State(name) for name in "XYVQ")
W, K, T = (Operator(name) for name in "WKT")
i, j, k = (Index(name) for name in "ijk")
z = Input("z")
a = Scalar("a")
relu = Activation("relu")
x = X[i - 1]


def text(formula: Recursion, depth: int) -> list[str]:
    return str(unroll(formula, depth)).splitlines()


def applied(program: Program) -> list[str]:
    return [op.block for _, op in program.applications()]


def test_the_difference_formula_applies_every_block_once() -> None:
    """W_{i-1} X_{i-2} is the tensor that step i - 1 computed (design 4)."""
    formula = Recursion(
        Eq(X[i], (1 + W[i]) * x - W[i - 1] * X[i - 2]), initial=Eq(X[1], (1 + W[1]) * X[0])
    )
    assert text(formula, 3) == [
        "X_0 = input X_0",
        "W_1 = W_1(X_0)",
        "X_1 = X_0 + W_1",
        "W_2 = W_2(X_1)",
        "X_2 = X_1 + W_2 - W_1",
        "W_3 = W_3(X_2)",
        "X_3 = X_2 + W_3 - W_2",
        "output X_3",
    ]
    assert applied(unroll(formula, 50)) == [f"W_{n}" for n in range(1, 51)]


def test_nothing_is_distributed_over_a_block() -> None:
    """A(x + y) stays; (A + B)(x) is A(x) + B(x), and (cA)(x) is c A(x) (design 2)."""
    formula = Recursion(Eq(X[i], (2 * W[i] - K[i] / 3)(x + X[0]) - W[i](x / 2)))
    program = unroll(formula, 2)
    assert applied(program) == ["W_1", "K_1", "W_1", "W_2", "K_2", "W_2"]
    last = program.ops[program.output]
    assert isinstance(last, LinComb)
    assert [weight for weight, _ in last.terms] == [2, Fraction(-1, 3), -1]


def test_operators_compose() -> None:
    formula = Recursion(Eq(X[i], (W[i] * (1 + K[i]) * T[i])(x)))
    assert text(formula, 1)[1:] == [
        "T_1 = T_1(X_0)",
        "K_1 = K_1(T_1)",
        "v3 = T_1 + K_1",
        "W_1 = W_1(v3)",
        "output W_1",
    ]
    assert applied(unroll(Recursion(Eq(X[i], (W[i] ** 3)(x))), 1)) == ["W_1"] * 3


def test_a_sum_is_collected() -> None:
    formula = Recursion(Eq(X[i], x + W[i](x) - Rational(1, 2) * x - (W[i](x) - X[0])))
    assert unroll(formula, 1).ops[-1] == LinComb(((Fraction(3, 2), 0),))


class TestTiedWeights:
    def test_each_value_is_an_application(self) -> None:
        program = unroll(Recursion(Eq(X[i], (1 + W) * x)), 3)
        assert applied(program) == ["W", "W", "W"]
        assert list(program.letters.values()) == ["W", "W@2", "W@3"]

    def test_equal_values_are_one_application(self) -> None:
        """X_1 + Y_1 and Y_1 + X_1 are spelled differently and are the same value."""
        formula = Recursion(
            [
                Eq(Y[i], W(Y[i - 1])),
                Eq(X[i], W(x + Y[i]) + W(Y[i] + x) + W(x + 2 * Y[i] - Y[i])),
            ],
            initial=[Eq(X[0], z), Eq(Y[0], K[0](z))],
        )
        assert applied(unroll(formula, 1)) == ["K_0", "W", "W"]

    def test_a_value_that_only_the_paper_takes_for_another_is_not_shared(self) -> None:
        formula = Recursion(Eq(X[i], W(relu(x)) + W(x)))
        assert applied(unroll(formula, 1)) == ["W", "W"]

    def test_indices_tie_what_they_are_equal_for(self) -> None:
        formula = Recursion(Eq(X[i], x + W[Mod(i, 2)](x)))
        assert applied(unroll(formula, 4)) == ["W_1", "W_0", "W_1", "W_0"]


class TestNestedFormulas:
    inner = Recursion(Eq(Y[k], Y[k - 1] + K[k](Y[k - 1])))

    def test_blocks_are_named_by_where_they_are(self) -> None:
        formula = Recursion(Eq(X[i], W[i](self.inner.as_operator(2, "F")[i](x))))
        assert applied(unroll(formula, 3)) == [
            name for n in (1, 2, 3) for name in (f"F_{n}.K_1", f"F_{n}.K_2", f"W_{n}")
        ]

    def test_a_tied_one_shares_its_blocks(self) -> None:
        formula = Recursion(Eq(X[i], self.inner.as_operator(1, "F")(x)))
        assert applied(unroll(formula, 3)) == ["F.K_1"] * 3

    def test_two_levels(self) -> None:
        middle = Recursion(Eq(V[j], self.inner.as_operator(1, "G")[j](V[j - 1])))
        formula = Recursion(Eq(X[i], middle.as_operator(2, "F")[i](x)))
        assert applied(unroll(formula, 1)) == ["F_1.G_1.K_1", "F_1.G_2.K_1"]

    def test_its_states_are_its_own(self) -> None:
        """The inner formula has an X and a W of its own."""
        inner = Recursion(Eq(X[i], W[i](x) + X[0]))
        formula = Recursion(Eq(X[i], x + inner.as_operator(2, "W")[i](x)))
        assert applied(unroll(formula, 1)) == ["W_1.W_1", "W_1.W_2"]

    def test_one_that_concatenates_its_steps_has_parts_of_the_width(self) -> None:
        inner = Recursion(Eq(Y[k], K[k](Y[k - 1])), output=Join(Y[j], (j, k - 3, k)))
        formula = Recursion(Eq(X[i], x + inner.as_operator(4, "F")[i](x)))
        assert {op.width for _, op in unroll(formula, 1).applications()} == {Fraction(1, 4)}


class TestLanes:
    hyper = Recursion(
        [
            Eq(Y[i], W[i](Sum(a[i, j] * X[i - 1, j], (j, 1, 2)))),
            (Eq(X[i, k], X[i - 1, k] + k * Y[i]), (k, 1, 2)),
        ],
        initial=(Eq(X[0, k], z), (k, 1, 2)),
        output=Sum(X[i, k], (k, 1, 2)),
    )

    def test_one_state_a_lane(self) -> None:
        assert text(self.hyper, 1) == [
            "X_0_1 = input z",
            "v1 = (a_1_1 + a_1_2)*X_0_1",
            "W_1 = W_1(v1)",
            "X_1_1 = X_0_1 + W_1",
            "X_1_2 = X_0_1 + 2*W_1",
            "v5 = X_1_1 + X_1_2",
            "output v5",
        ]

    def test_counts(self) -> None:
        assert self.hyper.paths(2).words == 4

    def test_an_equation_for_one_lane_replaces_that_lane(self) -> None:
        formula = Recursion(
            (Eq(X[i, k], W[i, k](X[i - 1, k])), (k, 1, 3)),
            initial=[(Eq(X[0, k], z), (k, 1, 3)), Eq(X[2, 2], K[2](X[1, 1]))],
            output=Join(X[i, k], (k, 1, 3)),
        )
        assert applied(unroll(formula, 2)) == ["W_1_1", "W_1_2", "W_1_3", "K_2", "W_2_1", "W_2_3"]


class TestInitialValues:
    def test_parts_of_an_input(self) -> None:
        """x_{1-g}, ..., x_0 are the g parts of the input."""
        g = 3
        formula = Recursion(
            Eq(X[i], W[i](Join(X[j], (j, i - g, i - 1)))),
            initial=(Eq(X[j], Split(z, g)[j + g]), (j, 1 - g, 0)),
            output=Join(X[j], (j, i - g + 1, i)),
        )
        program = unroll(formula, 2)
        parts = [op for op in program.ops if isinstance(op, Slice)]
        assert parts == [Slice(0, n, 3) for n in (1, 2, 3)]
        assert [op.args for op in program.ops if isinstance(op, Concat)] == [
            (1, 2, 3),
            (2, 3, 5),
            (3, 5, 7),
        ]
        assert formula.paths(2).by_length()[0] == (1, 1, 1)
        assert (formula.paths(2).wired, formula.paths(2).words) == (9, 5)  # all parts are z again

    def test_halves_of_an_input(self) -> None:
        first, second = Split(z, 2)
        formula = Recursion(
            [Eq(X[i], x + W[i](Y[i - 1])), Eq(Y[i], Y[i - 1] + K[i](X[i]))],
            initial=[Eq(X[0], first), Eq(Y[0], second)],
            output=Join(X[i], Y[i]),
        )
        program = unroll(formula, 1)
        assert [program.ops[program.states[name, 0]] for name in "XY"] == [
            Slice(0, 1, 2),
            Slice(0, 2, 2),
        ]
        assert (formula.paths(1).wired, formula.paths(1).words) == (5, 4)

    def test_given_negative_values_let_it_start_at_1(self) -> None:
        """With values at 0 and -1 the equation applies from step 1."""
        formula = Recursion(Eq(X[i], x + W[i](X[i - 2])), initial=[Eq(X[0], z), Eq(X[-1], K[0](z))])
        assert applied(unroll(formula, 2)) == ["K_0", "W_1", "W_2"]
        assert str(formula.paths(1)) == "1 + W_1*K_0"

    def test_otherwise_at_its_largest_lag(self) -> None:
        formula = Recursion(
            Eq(X[i], x + W[i](X[i - 3])), initial=[Eq(X[1], K[1](X[0])), Eq(X[2], K[2](X[1]))]
        )
        assert applied(unroll(formula, 4)) == ["K_1", "K_2", "W_3", "W_4"]

    def test_a_clipped_window_reaches_as_far_as_there_is(self) -> None:
        formula = Recursion(Eq(X[i], W[i](Join(X[j], (j, i - 3, i - 1), clip=True))))
        program = unroll(formula, 5)
        widths = [len(op.args) for op in program.ops if isinstance(op, Concat)]
        assert widths == [2, 3, 3, 3]
        with pytest.raises(FormulaError, match="no value"):
            unroll(Recursion(Eq(X[i], W[i](Join(X[j], (j, i - 3, i - 1))))), 5)

    def test_an_equation_for_one_step_replaces_the_general_one(self) -> None:
        formula = Recursion([Eq(X[i], x + W[i](x)), Eq(X[2], K[7](X[1]))])
        assert applied(unroll(formula, 3)) == ["W_1", "K_7", "W_3"]
        assert formula.paths(3).words == 4

    def test_a_state_may_start_at_0(self) -> None:
        formula = Recursion(
            [Eq(V[i], a * V[i - 1] + W[i](x)), Eq(X[i], x + V[i])], initial=Eq(V[0], 0)
        )
        assert text(formula, 2) == [
            "X_0 = input X_0",
            "V_0 = 0",
            "W_1 = W_1(X_0)",
            "X_1 = X_0 + W_1",
            "W_2 = W_2(X_1)",
            "V_2 = (a)*W_1 + W_2",
            "X_2 = X_1 + V_2",
            "output X_2",
        ]

    def test_a_zero_with_a_shape(self) -> None:
        formula = Recursion(
            Eq(X[i], W[i](Join(x, X[i - 2]))), initial=[Eq(X[0], z), Eq(X[-1], ZerosLike(z))]
        )
        program = unroll(formula, 1)
        assert Zeros(0) in program.ops
        assert formula.paths(1).by_length()[1] == (1, 1, 1)

    def test_a_plain_zero_is_nothing_at_all(self) -> None:
        formula = Recursion(Eq(X[i], W[i](Join(x, V[i - 1])) + V[i - 1]), initial=Eq(V[0], 0))
        with pytest.raises(FormulaError) as caught:
            unroll(formula, 1)
        assert (
            str(caught.value)
            == """\
Concat(X[i - 1], V[i - 1]) reads V[i - 1], which is 0 here and has no shape.
  X[i] = W[i](Concat(X[i - 1], V[i - 1])) + V[i - 1]
  got 0; expected a feature; a plain 0 may only be a term of a sum
  try: ZerosLike(X[0]), a zero that has a shape"""
        )

    def test_the_same_step_in_a_system(self) -> None:
        formula = Recursion(
            [Eq(V[i], W[i](x)), Eq(X[i], x + V[i]), Eq(Q[i], X[i] - V[i])], output=Q[i]
        )
        assert formula.paths(1).words == 1
        assert str(formula.paths(2)) == "1 + W_1"

    def test_missing_values_are_listed(self) -> None:
        formula = Recursion(Eq(X[i], x + W[i](X[i - 3])))
        with pytest.raises(FormulaError) as caught:
            unroll(formula, 5)
        assert (
            str(caught.value)
            == """\
X[1], X[2] have no value.
  X[i] = X[i - 1] + W[i](X[i - 3])
  expected an initial value for every state that is read before it is computed
  try: initial=[Eq(X[1], ...), Eq(X[2], ...)]"""
        )

    def test_two_inputs(self) -> None:
        formula = Recursion([Eq(X[i], x + W[i](Y[i - 1])), Eq(Y[i], Y[i - 1] + K[i](x))])
        with pytest.raises(FormulaError) as caught:
            unroll(formula, 2)
        assert (
            str(caught.value)
            == """\
X and Y have no value at 0, and one of them is the input.
  X[i] = X[i - 1] + W[i](Y[i - 1])
  Y[i] = Y[i - 1] + K[i](X[i - 1])
  expected one state without a value at 0
  try: Eq(Y[0], ...)"""
        )


class TestReach:
    def test_the_input_at_every_step(self) -> None:
        assert Recursion(Eq(X[i], X[0] + W[i](x))).paths(4).words == 5

    def test_a_growing_sum(self) -> None:
        formula = Recursion(Eq(X[i], W[i](Sum(X[j], (j, 0, i - 1)))))
        assert [len(op.operands) for op in unroll(formula, 5).ops if isinstance(op, LinComb)] == [
            2,
            3,
            4,
            5,
        ]

    def test_log_dense_offsets(self) -> None:
        """X_{i-1}, X_{i-2}, X_{i-4}, X_{i-8}, ... as far as there are."""
        offsets = Sum(X[i - 2**j], (j, 0, floor(log(i, 2))))
        formula = Recursion(Eq(X[i], W[i](offsets)))
        program = unroll(formula, 9)
        reads: dict[int, set[int]] = {}
        for step in range(1, 10):
            value = program.ops[program.states["X", step]]
            assert isinstance(value, Apply)
            arg = program.ops[value.arg]
            values = arg.operands if isinstance(arg, LinComb) else (value.arg,)
            steps = {program.states["X", n]: n for n in range(10)}
            reads[step] = {step - steps[read] for read in values}
        assert reads[1] == {1}
        assert reads[3] == {1, 2}
        assert reads[8] == {1, 2, 4, 8}
        assert reads[9] == {1, 2, 4, 8}

    def test_a_mean(self) -> None:
        formula = Recursion(Eq(X[i], W[i](Mean(X[j], (j, 0, i - 1)))))
        assert formula.paths(3).total == Rational(1, 3) * (1 + 1 + Rational(1, 2) * 2)

    def test_nested_sums(self) -> None:
        formula = Recursion(Eq(X[i], Sum(Sum(W[j, k](x), (k, 1, j)), (j, 1, 3))))
        assert applied(unroll(formula, 1)) == ["W_1_1", "W_2_1", "W_2_2", "W_3_1", "W_3_2", "W_3_3"]

    def test_a_reversed_range_is_empty(self) -> None:
        formula = Recursion(Eq(X[i], x + W[i](x) + Sum(K[i](X[j]), (j, 0, i - 3))))
        assert applied(unroll(formula, 3)) == ["W_1", "W_2", "W_3", "K_3"]


class TestCoefficients:
    @pytest.mark.parametrize(
        ("coefficient", "values"),
        [
            (1 / i, [1, Fraction(1, 2), Fraction(1, 3)]),
            (i % 2 + 1, [2, 1, 2]),
            (Piecewise((3, Eq(i, 2)), (Rational(1, 2), True)), [Fraction(1, 2), 3, Fraction(1, 2)]),
            ((i + 1) ** 2 / 3, [Fraction(4, 3), 3, Fraction(16, 3)]),
            ((-1) ** i * 2, [-2, 2, -2]),
        ],
        ids=["1/i", "i % 2", "Piecewise", "polynomial", "alternating"],
    )
    def test_of_the_step(self, coefficient: object, values: list[Fraction]) -> None:
        formula = Recursion(Eq(X[i], x + coefficient * W[i](x)))
        program = unroll(formula, 3)
        sums = [op for op in program.ops if isinstance(op, LinComb)]
        assert [op.terms[1][0] for op in sums] == values

    def test_one_that_vanishes_at_a_step_leaves_its_block_out(self) -> None:
        formula = Recursion(Eq(X[i], x + (i % 2) * W[i](x)))
        assert applied(unroll(formula, 4)) == ["W_1", "W_3"]

    def test_one_that_vanishes_everywhere_is_refused(self) -> None:
        formula = Recursion(Eq(X[i], x + (1 - i**0) * W[i](x) + K[i](x)))
        with pytest.raises(FormulaError, match="W: the coefficient is 0 at every step"):
            unroll(formula, 4)

    def test_division_by_zero(self) -> None:
        formula = Recursion(Eq(X[i], x + W[i](x) / (i - 2)))
        with pytest.raises(FormulaError, match="divides by zero at i = 2"):
            unroll(formula, 3)

    def test_roots_are_exact(self) -> None:
        formula = Recursion(Eq(X[i], sqrt(2) * x + W[i](x) / sqrt(8)))
        assert formula.paths(2).coefficient() == 2
        assert formula.paths(2).coefficient("W_2", "W_1") == Rational(1, 8)

    def test_a_scalar_a_step(self) -> None:
        program = unroll(Recursion(Eq(X[i], x + a[i] * W[i](x))), 2)
        sums = [op for op in program.ops if isinstance(op, LinComb)]
        assert [str(op.terms[1][0]) for op in sums] == ["a_1", "a_2"]


@pytest.mark.parametrize("depth", [0, -3, True, 2.0, "4"])
def test_a_depth_is_an_integer_from_1_on(depth: object) -> None:
    with pytest.raises(FormulaError) as caught:
        unroll(Recursion(Eq(X[i], W[i](x))), depth)  # type: ignore[arg-type]
    assert str(caught.value) == (f"The depth is {depth!r}.\n  expected an integer from 1 on")


def test_gates() -> None:
    formula = Recursion(Eq(X[i], Hadamard(T[i](x), W[i](x)) + Hadamard(1 - T[i](x), x)))
    assert text(formula, 1)[1:] == [
        "T_1 = T_1(X_0)",
        "W_1 = W_1(X_0)",
        "gate = T_1 * W_1",
        "v4 = 1",
        "v5 = v4 - T_1",
        "gate@2 = v5 * X_0",
        "X_1 = gate + gate@2",
        "output X_1",
    ]


def test_a_split_that_cuts_through_a_value() -> None:
    first = Split(Join(x, X[i - 2], X[i - 2]), 2)[1]
    formula = Recursion(Eq(X[i], W[i](first)), initial=Eq(X[1], W[1](X[0])))
    with pytest.raises(ShapeError) as caught:
        unroll(formula, 2)
    assert (
        str(caught.value)
        == """\
a concatenation of 3 values cannot be split into 2 parts
  X[i] = W[i](Split(Concat(X[i - 1], X[i - 2], X[i - 2]), 2)[1])"""
    )


def test_a_part_that_is_not_there() -> None:
    formula = Recursion(Eq(X[i], W[i](Split(x, 3)[i])))
    assert applied(unroll(formula, 3)) == ["W_1", "W_2", "W_3"]
    with pytest.raises(FormulaError, match="A split into 3 has no part 4"):
        unroll(formula, 4)


def test_an_empty_concatenation() -> None:
    formula = Recursion(Eq(X[i], x + W[i](Join(X[j], (j, 0, i - 2)))))
    with pytest.raises(FormulaError, match="is empty"):
        unroll(formula, 2)


def test_depth_is_no_limit() -> None:
    formula = Recursion(
        Eq(X[i], (1 + W[i]) * x - W[i - 1] * X[i - 2]), initial=Eq(X[1], (1 + W[1]) * X[0])
    )
    program = unroll(formula, 3000)
    assert len(program) == 6001
    assert program.states["X", 3000] == program.output


def test_values_that_are_spelled_in_two_ways_are_found_at_any_depth() -> None:
    """x + X[i - 2] and X[i - 2] + x: two values in the program, one application."""
    formula = Recursion(
        Eq(X[i], x + W[i](x + X[i - 2]) + W[i](X[i - 2] + x) / 2), initial=Eq(X[1], W[1](X[0]))
    )
    assert applied(unroll(formula, 1000)) == [f"W_{n}" for n in range(1, 1001)]
