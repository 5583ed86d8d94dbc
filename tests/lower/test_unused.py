"""Blocks on no path from the input to the output."""

from __future__ import annotations

import pytest
from sympy import Eq

from formula2net.errors import FormulaError
from formula2net.ir.builder import Builder
from formula2net.ir.ops import Apply
from formula2net.ir.program import Program
from formula2net.language.backbone import Backbone
from formula2net.language.recursion import Recursion
from formula2net.language.structure import ZerosLike
from formula2net.lower.unused import CANCELS, CONSTANT, DEAD, check_used, unused_blocks
from formula2net.passes.unroll import unroll
from tests.lower.cases import CASES, T, V, W, X, i, norm, relu


@pytest.mark.parametrize("name", CASES)
def test_published_formulas_use_all_blocks(name: str) -> None:
    assert unused_blocks(unroll(CASES[name].formula, CASES[name].backbone)) == {}


def test_a_block_that_cancels() -> None:
    formula = Recursion(Eq(X[i], X[i - 1] + W[i](X[i - 1]) + T[i](X[i - 1]) - T[i](X[i - 1])))
    assert unused_blocks(unroll(formula, 2)) == {"T_1": CANCELS, "T_2": CANCELS}
    build = Builder()
    x = build.input("X_0")
    w = build.apply(Apply("W", x))
    kept = build.combine({x: 1, w: 1})
    program = build.finish(build.combine({kept: 1, w: -1}), {})
    assert unused_blocks(program) == {"W": CANCELS}


def test_a_block_behind_one_that_cancels() -> None:
    build = Builder()
    x = build.input("X_0")
    u = build.apply(Apply("U", x))
    w = build.apply(Apply("W", u))
    kept = build.combine({x: 1, w: 1})
    assert unused_blocks(build.finish(build.combine({kept: 1, w: -1}), {})) == {
        "U": CANCELS,
        "W": CANCELS,
    }


def test_a_dead_block() -> None:
    formula = Recursion([Eq(V[i], T[i](X[i - 1])), Eq(X[i], X[i - 1] + W[i](X[i - 1]))])
    assert unused_blocks(unroll(formula, 2)) == {"T_1": DEAD, "T_2": DEAD}


def test_norms_learn_too() -> None:
    x = X[i - 1]
    cancels = Recursion(Eq(X[i], x + W[i](x) + norm[i](x) - norm[i](x)))
    assert unused_blocks(unroll(cancels, 2)) == {"norm_1": CANCELS, "norm_2": CANCELS}
    dead = Recursion([Eq(V[i], norm[i](x)), Eq(X[i], x + W[i](x))])
    assert unused_blocks(unroll(dead, 1)) == {"norm_1": DEAD}
    constant = Recursion(Eq(X[i], x + W[i](x) + norm[i](ZerosLike(x))))
    with pytest.raises(FormulaError) as caught:
        check_used(unroll(constant, 1))
    assert str(caught.value) == (
        "The norm norm_1 is applied to constants only: no path from the input enters it.\n"
        "  expected a path through every block"
    )


def test_a_norm_whose_coefficient_is_0_is_refused() -> None:
    inner = Recursion(Eq(X[i], T[i](X[i - 1])))
    for term, name in ((norm[i](X[i - 1]), "norm"), (inner.as_operator(1)[i](X[i - 1]), "F")):
        with pytest.raises(FormulaError, match=f"{name}: the coefficient is 0 at every step"):
            unroll(Recursion(Eq(X[i], X[i - 1] + W[i](X[i - 1]) + 0 * term)), 2)


def test_a_block_of_constants() -> None:
    build = Builder()
    x = build.input("X_0")
    t = build.apply(Apply("T", build.zeros(x)))
    assert unused_blocks(build.finish(build.combine({x: 1, t: 1}), {})) == {"T": CONSTANT}


def test_one_used_application_is_enough() -> None:
    build = Builder()
    x = build.input("X_0")
    w, again = build.apply(Apply("W", x)), build.apply(Apply("W", build.combine({x: 2})))
    kept = build.combine({x: 1, w: 1, again: 1})
    assert unused_blocks(build.finish(build.combine({kept: 1, again: -1}), {})) == {}


def test_only_the_exact_view_counts() -> None:
    # On paper relu(W_i x) - W_i x cancels; in the network it does not.
    formula = Recursion(Eq(X[i], X[i - 1] + relu(W[i](X[i - 1])) - W[i](X[i - 1])))
    assert unused_blocks(unroll(formula, 3)) == {}


def test_the_message() -> None:
    formula = Recursion([Eq(V[i], T[i](X[i - 1])), Eq(X[i], X[i - 1] + W[i](X[i - 1]))])
    with pytest.raises(FormulaError) as caught:
        check_used(unroll(formula, Backbone.cifar((10,), (4,))))
    assert str(caught.value) == (
        "Each of the blocks T_1, T_2, T_3, T_4, T_5, T_6, T_7, T_8 and 2 more is never reached: "
        "the output does not depend on it.\n  expected a path through every block"
    )
    with pytest.raises(FormulaError, match=r"^The block T_1 is never reached: the output does not"):
        check_used(unroll(formula, 1))


def deep(depth: int) -> Program:
    """A thousand blocks that are used, and one that cancels in the last step."""
    build = Builder()
    x = build.input("X_0")
    for number in range(1, depth + 1):
        x = build.combine({x: 1, build.apply(Apply(f"W_{number}", x)): 1})
    last = build.apply(Apply("U", x))
    kept = build.combine({x: 1, last: 1})
    return build.finish(build.combine({kept: 1, last: -1}), {})


def test_deep_programs() -> None:
    assert unused_blocks(deep(2000)) == {"U": CANCELS}
