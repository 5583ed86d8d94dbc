"""Networks of formulas in a row, with a block between each two that ends their stage."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Eq

from formula2net.language.expressions import OperatorExpr
from formula2net.language.recursion import Recursion
from formula2net.language.symbols import State

X = State("X")


def in_a_row(blocks: Sequence[OperatorExpr], between: Sequence[OperatorExpr]) -> Recursion:
    """X_1 = B_1(X_0), then X_s = B_s(T_s(X_{s-1})): a step for each of the blocks.

    Args:
        blocks: B_1, B_2, ...: formulas as operators.
        between: T_2, T_3, ...; they bring a value to the shape of the stage that reads it. With as
            many as blocks, the last is a step of its own.
    """
    first, *others = blocks
    equations = [Eq(X[1], first(X[0]))]
    for step, (block, transition) in enumerate(zip(others, between, strict=False), start=2):
        equations.append(Eq(X[step], block(transition(X[step - 1]))))
    if len(between) == len(blocks):
        equations.append(Eq(X[len(blocks) + 1], between[-1](X[len(blocks)])))
    return Recursion(equations)
