"""Totals with roots, split by them, against sums of polynomials in them."""

from __future__ import annotations

from fractions import Fraction
from math import gcd

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formula2net.errors import PathCountError
from formula2net.formulas import get_formula
from formula2net.ir.coefficient import Coefficient, radical, scalar
from formula2net.ir.program import source_of
from formula2net.passes.unroll import unroll
from formula2net.paths.quotients import Quotients, weighted_sum
from formula2net.paths.rows import CoefficientRow, total_rows
from formula2net.paths.symbolic import symbolic_tables
from formula2net.paths.totals import totals

LIMIT = 10**6
HALF = Fraction(1, 2)
NUMBERS: list[Coefficient] = [
    1,
    -2,
    Fraction(2, 3),
    radical(2, HALF),
    radical(2, HALF) * radical(3, HALF) * Fraction(1, 5) + 1,
    radical(5, Fraction(1, 3)),
]


@st.composite
def rows(draw: st.DrawFn) -> list[CoefficientRow]:
    """Rows that read earlier ones; the first is the source."""
    drawn: list[CoefficientRow] = [((), 0, True)]
    for value in range(1, draw(st.integers(2, 12))):
        reads = draw(st.lists(st.integers(0, value - 1), max_size=3, unique=True))
        terms = tuple((draw(st.sampled_from(NUMBERS)), read) for read in reads)
        drawn.append((terms, draw(st.integers(0, 1)), False))
    return drawn


@given(rows())
def test_parts_by_root_are_the_polynomials(drawn: list[CoefficientRow]) -> None:
    sinks = range(len(drawn))
    assert totals(drawn, sinks, LIMIT) == symbolic_tables(drawn, LIMIT)
    ungraded = [(terms, 0, source) for terms, _, source in drawn]
    assert totals(drawn, sinks, LIMIT, graded=False) == symbolic_tables(ungraded, LIMIT)


@pytest.mark.parametrize("name", ["gill4", "verner8_fixed", "rk4", "second_order"])
def test_totals_of_registered_formulas(name: str) -> None:
    program = unroll(get_formula(name), 3)
    found = total_rows(program, "paper", source_of(program))
    assert totals(found, [program.output], LIMIT) == [symbolic_tables(found, LIMIT)[-1]]


def test_scalars_have_a_limit() -> None:
    drawn: list[CoefficientRow] = [((), 0, True), (((scalar("a"), 0), (scalar("b"), 0)), 0, False)]
    (found,) = totals(drawn, [1], 2)
    assert found == {0: scalar("a") + scalar("b")}
    with pytest.raises(PathCountError, match="more than 1 terms"):
        totals(drawn, [1], 1)


def test_a_sum_of_fractions_is_in_lowest_terms() -> None:
    found = weighted_sum([(HALF, Quotients([1, 1], 3)), (Fraction(1, 6), Quotients([1, 3, 2], 1))])
    assert (list(found.numerators), found.denominator) == ([1, 2, 1], 3)
    assert found.by_length() == {0: Fraction(1, 3), 1: Fraction(2, 3), 2: Fraction(1, 3)}
    assert found.longer(1).by_length() == {1: Fraction(1, 3), 2: Fraction(2, 3), 3: Fraction(1, 3)}
    assert gcd(found.denominator, *found.numerators) == 1
    assert weighted_sum([]).by_length() == {}
