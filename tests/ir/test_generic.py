"""Numbers in place of scalars: what counts paths does not multiply symbols out."""

from __future__ import annotations

from fractions import Fraction

from formula2net import get_formula
from formula2net.ir.coefficient import Polynomial, radical, scalar
from formula2net.ir.generic import bound, generic
from formula2net.ir.residues import PRIME, modular, random_value
from formula2net.passes.unroll import unroll

HALF = Fraction(1, 2)


def test_numbers_replace_scalars_exactly() -> None:
    a, b = scalar("a"), scalar("b")
    value = a * a * 3 + b * HALF - 1
    assert bound(value, {"a": 2, "b": Fraction(1, 3)}.__getitem__) == 12 + Fraction(1, 6) - 1


def test_radicals_stay() -> None:
    value = radical(2, HALF) * scalar("a") + 1
    assert isinstance(value, Polynomial)
    assert bound(value, lambda _: 3) == radical(2, HALF) * 3 + 1
    assert bound(value, lambda _: 0) == 1


def test_the_generic_point_is_that_of_residues() -> None:
    value = scalar("a") * scalar("b") * HALF + 5
    exact = bound(value, random_value)
    assert not isinstance(exact, Polynomial)
    assert modular(exact) == modular(value) < PRIME


def test_a_program_without_scalars_is_itself() -> None:
    program = unroll(get_formula("difference"), 4)
    assert generic(program) is program


def test_words_of_a_deep_formula_with_many_scalars() -> None:
    paths = get_formula("hyper_connection").paths(30)
    assert paths.words == 2**30
