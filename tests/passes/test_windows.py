"""Windows in windows: what is listed, what is left out, and how many slots an output has."""

from __future__ import annotations

import pytest
from sympy import Eq, Expr, Integer, Piecewise, Sum

from formula2net.errors import FormulaError
from formula2net.ir.ops import Concat as Joined
from formula2net.language.recursion import Recursion
from formula2net.language.structure import Concat, Hadamard, Mean, Split
from formula2net.language.symbols import Activation, Index, Norm, Operator, State
from formula2net.passes.unroll import unroll
from formula2net.passes.windows import slots

X, W, V = State("X"), Operator("W"), Operator("V")
relu, norm = Activation("relu"), Norm()
i, j, k = Index("i"), Index("j"), Index("k")
x = X[i - 1]


def joined(value: Expr, depth: int = 3) -> list[str]:
    """What W reads at every step, as far as it is concatenated."""
    program = unroll(Recursion(Eq(X[i], W[i](value))), depth)
    names = {value: "_".join(map(str, key)) for key, value in program.states.items()}
    return [
        " ".join(names[read] for read in op.args) for op in program.ops if isinstance(op, Joined)
    ]


def test_concatenations_in_concatenations_are_flattened() -> None:
    flat = joined(Concat(X[j], (j, 0, i - 1)))
    assert flat == ["X_0 X_1", "X_0 X_1 X_2"]
    assert joined(Concat(Concat(X[j], (j, 0, i - 2)), Concat(x))) == flat
    assert joined(Concat(Concat(X[j], (j, 0, k)), (k, 0, i - 1))) == [
        "X_0 X_0 X_1",
        "X_0 X_0 X_1 X_0 X_1 X_2",
    ]


def test_an_empty_window_in_a_concatenation_is_nothing() -> None:
    assert joined(Concat(Concat(X[j], (j, i, i - 1)), X[0], Concat(X[j], (j, 1, i - 1)))) == [
        "X_0 X_1",
        "X_0 X_1 X_2",
    ]


@pytest.mark.parametrize(
    "value", [Concat(X[j], (j, i, i - 1)), Concat(Concat(X[j], (j, i, i - 1)))], ids=str
)
def test_a_concatenation_of_nothing_is_refused(value: Expr) -> None:
    with pytest.raises(FormulaError) as caught:
        joined(value)
    assert str(caught.value) == (
        f"{value} is empty.\n  X[i] = W[i]({value})\n  expected at least one value"
    )


@pytest.mark.parametrize("kind", [Concat, Mean, Sum], ids=["concat", "mean", "sum"])
def test_a_clipped_window_of_windows_takes_those_that_are_whole(kind: type) -> None:
    """Pairs (k - 1, k) for k = i - 2, i - 1: none before step 2, one there, two from 3 on."""
    pairs = Concat(kind(X[j], (j, k - 1, k)), (k, i - 2, i - 1), clip=True)
    program = unroll(Recursion(Eq(X[i], W[i](pairs)), initial=Eq(X[1], V(X[0]))), 3)
    names = {value: "_".join(map(str, key)) for key, value in program.states.items()}
    read = {op.block: program.ops[op.arg] for _, op in program.applications()}
    if kind is Concat:
        assert [names[v] for v in read["W_2"].operands] == ["X_0", "X_1"]
        assert [names[v] for v in read["W_3"].operands] == ["X_0", "X_1", "X_1", "X_2"]
    else:
        assert {names[v] for v in read["W_2"].operands} == {"X_0", "X_1"}
        assert len(read["W_3"].operands) == 2


def test_a_clipped_window_in_a_clipped_window_reads_what_there_is() -> None:
    inner = Mean(X[j], (j, k - 2, k), clip=True)
    program = unroll(Recursion(Eq(X[i], W[i](Concat(inner, (k, i - 2, i - 1), clip=True)))), 2)
    assert str(program).splitlines()[1:] == [
        "W_1 = W_1(X_0)",
        "v2 = 1/2*X_0 + 1/2*W_1",
        "v3 = [X_0, v2]",
        "W_2 = W_2(v3)",
        "output W_2",
    ]


WINDOW = Concat(X[j], (j, 1, i))


@pytest.mark.parametrize(
    ("output", "count"),
    [
        (X[i], 1),
        (WINDOW, 3),
        (Concat(X[i], Concat(X[j], (j, 1, i))), 4),
        (Concat(X[i], Concat(X[j], (j, i, i - 1))), 1),
        (Concat(WINDOW, (k, 1, 2)), 6),
        (2 * WINDOW, 3),
        (X[i] + WINDOW, 3),
        (Hadamard(X[i], WINDOW), 3),
        (Split(WINDOW, 3)[1], 3),
        (W(WINDOW), 1),
        (relu(WINDOW), 3),
        (norm(relu(WINDOW)), 3),
        ((norm * relu)(WINDOW), 3),
        ((norm * W * relu)(WINDOW), 1),
        ((1 + W)(WINDOW), 3),
        ((2 * relu)(WINDOW), 3),
        ((2 * W)(WINDOW), 1),
        (Piecewise((WINDOW, i > 2), (X[i], True)), 3),
        (Piecewise((WINDOW, i > 3), (X[i], True)), 1),
        (Concat(W(WINDOW), relu(WINDOW)), 4),
    ],
    ids=str,
)
def test_slots_of_an_output(output: Expr, count: int) -> None:
    assert slots(output, {i: 3}) == count
    assert slots(output.xreplace({i: Integer(3)}), {}) == count
