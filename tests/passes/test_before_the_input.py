"""Values before X_0 may be made of it: X_0 is the stem's output, and there first (design 9)."""

from __future__ import annotations

import pytest
from sympy import Eq

from formula2net import FormulaError, Index, Operator, Recursion, State, ZerosLike
from formula2net.passes.unroll import unroll

X, W, i = State("X"), Operator("W"), Index("i")


def test_a_value_before_the_input_reads_it() -> None:
    recursion = Recursion(Eq(X[i], W[i](X[i - 1]) + X[i - 2]), initial=Eq(X[-1], ZerosLike(X[0])))
    program = unroll(recursion, 2)
    assert list(program.states) == [("X", -1), ("X", 0), ("X", 1), ("X", 2)]
    assert str(recursion.paths(2)) == "1 + W_2*W_1"


def test_a_state_that_has_an_equation_at_0_is_no_input() -> None:
    with pytest.raises(FormulaError, match=r"X\[-1\] reads X\[0\], which is computed later\."):
        Recursion(
            Eq(X[i], W[i](X[i - 1]) + X[i - 2]),
            initial=[Eq(X[-1], X[0]), Eq(X[0], W[0](X[-2]))],
        )
