"""Tables side by side in one integer, against plain polynomials."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formula2net.paths.graded import Row, by_length, by_lengths, field_size, tables, total, unpack

weights = st.one_of(
    st.integers(-3, 3), st.fractions(-2, 2, max_denominator=4), st.just(Fraction(1, 3))
)


@st.composite
def rows(draw: st.DrawFn) -> list[Row]:
    """Rows that read earlier ones; the first is the source."""
    drawn = [Row((), 0, source=True)]
    for value in range(1, draw(st.integers(2, 25))):
        reads = draw(st.lists(st.integers(0, value - 1), max_size=4, unique=True))
        terms = tuple((draw(weights), read) for read in reads)
        drawn.append(Row(terms, draw(st.integers(0, 1))))
    return drawn


def polynomials(given_rows: list[Row]) -> list[dict[int, Fraction]]:
    found: list[dict[int, Fraction]] = []
    for row in given_rows:
        table: dict[int, Fraction] = {0: Fraction(1)} if row.source else {}
        for weight, read in row.terms:
            for k, count in found[read].items():
                table[k + row.length] = table.get(k + row.length, Fraction(0)) + weight * count
        found.append({k: count for k, count in table.items() if count})
    return found


@given(rows())
def test_by_length_is_the_polynomial(drawn: list[Row]) -> None:
    wanted = polynomials(drawn)
    sinks = range(len(drawn))
    assert by_lengths(drawn, sinks) == wanted
    assert by_length(drawn, len(drawn) - 1) == wanted[-1]
    for sink in sinks:
        assert total(drawn, sink) == sum(wanted[sink].values())


@given(rows(), st.integers(0, 8))
def test_a_limit_forgets_longer_paths(drawn: list[Row], limit: int) -> None:
    positive = [
        Row(tuple((abs(int(w)), read) for w, read in row.terms), row.length, row.source)
        for row in drawn
    ]
    bits = field_size(positive)
    (table,) = tables(positive, [len(drawn) - 1], bits, limit)
    counts = {k: count for k, count in enumerate(unpack(table, bits)) if count}
    assert counts == {k: n for k, n in polynomials(positive)[-1].items() if k <= limit}


def test_coefficients_that_cancel_in_the_sum_are_still_exact() -> None:
    """(1 - t)^40: the total is 0, the largest coefficient 137,846,528,820."""
    drawn = [Row((), source=True)]
    for _ in range(40):
        last = len(drawn) - 1
        drawn += [Row(((1, last),), 1), Row(((1, last), (-1, last + 1)))]
    counts = by_length(drawn, len(drawn) - 1)
    assert counts[20] == 137846528820
    assert sum(counts.values()) == total(drawn, len(drawn) - 1) == 0


def test_a_total_keeps_its_denominator() -> None:
    assert total([Row((), source=True), Row(((Fraction(4, 3), 0),))], 1) == Fraction(4, 3)


def test_counts_that_take_back_need_only_their_own_size() -> None:
    """a + b - a: as many as b; the sum of absolute values would need a wider field."""
    drawn = [Row((), source=True)]
    for _ in range(60):
        last = len(drawn) - 1
        drawn += [Row(((1, last),), 1), Row(((1, last), (1, last + 1), (-1, last + 1)))]
    assert field_size(drawn, counting=True) == 8 < field_size(drawn)
    assert by_length(drawn, len(drawn) - 1, counting=True) == {0: 1}


@pytest.mark.parametrize("counts", [[0, 5], [-3, 7, -1], [127, -127], [0, 0, -1]])
def test_unpacking_negative_fields(counts: list[int]) -> None:
    table = sum(count << (8 * k) for k, count in enumerate(counts))
    found = unpack(table, 8)
    assert found[: len(counts)] == counts
    assert not any(found[len(counts) :])
