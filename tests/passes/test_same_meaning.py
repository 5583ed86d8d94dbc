"""Formulas that mean the same make the same network, however they are spelled."""

from __future__ import annotations

import pytest
from sympy import Eq, Expr

from formula2net.errors import Formula2NetError
from formula2net.ir.program import Program
from formula2net.language.backbone import Backbone
from formula2net.language.recursion import Recursion
from formula2net.passes.unroll import unroll
from formula2net.paths.isomorphism import isomorphism
from formula2net.paths.structure import network
from tests.language.test_equality import EQUAL, W, X, i

ONE = Backbone.cifar((3,), (8,))
TWO = Backbone.cifar((2, 2), (8, 16))
LAYER = Backbone.cifar((2, 2), (8, 16), transition="layer")
# Nothing is divided by a scalar in a program.
PAIRS = [pair for pair in EQUAL if "/(a - 1)" not in str(pair)]


def program(value: Expr, backbone: Backbone) -> Program | str:
    """The program of X[i] = value, or what is wrong with it."""
    formula = Recursion(Eq(X[i], value), initial=Eq(X[1], X[0] + W[1](X[0])))
    try:
        return unroll(formula, backbone)
    except Formula2NetError as error:
        return error.problems[0].what


@pytest.mark.parametrize("backbone", [ONE, TWO, LAYER], ids=["one", "two", "layer"])
@pytest.mark.parametrize(("one", "other"), PAIRS, ids=str)
def test_equal_right_hand_sides(one: Expr, other: Expr, backbone: Backbone) -> None:
    first, second = program(one, backbone), program(other, backbone)
    if isinstance(first, str) or isinstance(second, str):
        assert isinstance(first, str)
        assert isinstance(second, str)
        return
    assert isomorphism(network(first), network(second)) is not None
