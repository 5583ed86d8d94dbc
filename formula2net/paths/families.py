"""Families of counts by length. Each proposes expressions in L and k that fit small depths.

Whoever asks checks them against all counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

import sympy
from sympy.polys.matrices import DomainMatrix

from formula2net.paths.recurrence import Recurrence, find_recurrence, solve
from formula2net.paths.series import Element, Series
from formula2net.paths.templates import K, L, Template, Wedge, binomial_templates

SEEN = 6  # depths that a family is fitted to
FEW = 3  # lengths that may have a formula each
DEGREES = (1, 2, 3)
ORDER = 12  # of the recurrence that the counts of a family obey, at the most

Point = tuple[int, int]  # depth, length


class Proposal(NamedTuple):
    """An expression that fits small depths.

    Attributes:
        expr: in L and k.
        order: by how many counts before it a count follows, at the most.
    """

    expr: sympy.Expr
    order: int = ORDER


def one_length(series: Series) -> Iterator[sympy.Expr]:
    """All paths of one depth have one length."""
    if any(len(table) != 1 for table in series.tables):
        return
    first, second = (next(iter(table)) for table in series.tables[:2])
    value = _sequence(find_recurrence(series.sums, series.domain), series.sums)
    if value is not None:
        slope = second - first
        yield value * sympy.KroneckerDelta(slope * L + first - slope, K)


def few_lengths(series: Series) -> Iterator[Proposal]:
    """The paths of all depths have one of a few lengths, each with a closed form in L."""
    lengths = sorted({k for table in series.tables for k in table})
    if len(lengths) > FEW:
        return
    depths = range(1, len(series.tables) + 1)
    counts = [[series.at(depth, k) for depth in depths] for k in lengths]
    recurrences = [find_recurrence(values, series.domain) for values in counts]
    values = [_sequence(*pair) for pair in zip(recurrences, counts, strict=True)]
    if None not in values:
        cases = [(value, sympy.Eq(K, k)) for k, value in zip(lengths, values, strict=True)]
        order = sum(len(found.coefficients) for found in recurrences if found)
        yield Proposal(sympy.Piecewise(*cases, (0, True)), order)


def wedges(series: Series) -> Iterator[sympy.Expr]:
    """A geometric sequence, or a polynomial, for all lengths between two bounds."""
    lows = {min(table, default=-1) for table in series.tables[1:SEEN]}
    highs = [series.longest(depth) for depth in (2, 3, 4, 5)]
    if len(lows) != 1 or highs[3] - highs[1] != highs[2] - highs[0]:
        return
    slope = Fraction(highs[2] - highs[0], 2)
    wedge = Wedge(lows.pop(), slope, highs[0] - 2 * slope)
    yield from _scaled(series, wedge)
    points = [point for point in _points(series, beyond=0) if wedge.at(*point)]
    for degree in DEGREES:
        polynomial = _interpolated(series, points, degree)
        if polynomial is not None:
            yield wedge.times(sympy.factor(polynomial))
            return


def binomials(series: Series) -> Iterator[sympy.Expr]:
    """A binomial coefficient times powers of numbers."""
    points = _points(series, beyond=2)
    support = [bool(series.at(*point)) for point in points]
    for template in binomial_templates():
        if [bool(template.at(*point)) for point in points] == support:
            yield from _scaled(series, template)


def _points(series: Series, beyond: int) -> list[Point]:
    """All lengths at small depths, and some that are too long."""
    return [
        (depth, k)
        for depth in range(1, SEEN + 1)
        for k in range(series.longest(depth) + 1 + beyond)
    ]


def _sequence(recurrence: Recurrence | None, counts: Sequence[Element]) -> sympy.Expr | None:
    return None if recurrence is None else solve(recurrence, counts, L)


def _scaled(series: Series, template: Template) -> Iterator[sympy.Expr]:
    """``c x^L y^k`` times a template, the three numbers read off at a few points."""

    def ratio(point: Point) -> sympy.Expr:
        return series.domain.to_sympy(series.at(*point) / series.domain(template.at(*point)))

    rows = [
        [(depth, k) for k in range(series.longest(depth) + 1) if template.at(depth, k)]
        for depth in range(SEEN - 2, SEEN + 1)
    ]
    if any(len(row) < 2 for row in rows):
        return
    start, longer = rows[0][:2]
    step = longer[1] - start[1]
    # The next depth whose lengths are as this one's: every second one where k has L's parity.
    deeper = next((row[0] for row in rows[1:] if (row[0][1] - start[1]) % step == 0), rows[1][0])
    if not all(series.at(*point) for point in (start, longer, deeper)):
        return
    by_length = _power(ratio(longer) / ratio(start), step)
    growth = ratio(deeper) / ratio(start) / by_length(deeper[1] - start[1])
    by_depth = sympy.root(growth, deeper[0] - start[0])
    constant = ratio(start) / by_length(start[1]) / by_depth ** start[0]
    yield template.times(sympy.powsimp(constant * by_depth**L * by_length(K)))


def _power(ratio: sympy.Expr, step: int) -> Callable[[sympy.Expr | int], sympy.Expr]:
    """``k -> ratio^(k / step)``, with the root where it is rational."""
    root = sympy.root(ratio, step)
    if step == 1 or root.is_rational:
        return lambda k: root**k
    return lambda k: ratio ** (k / sympy.Integer(step))


def _interpolated(series: Series, points: list[Point], degree: int) -> sympy.Expr | None:
    """The polynomial of this total degree through all points, if there is one."""
    powers = [(p, q) for p in range(degree + 1) for q in range(degree + 1 - p)]
    domain = series.domain
    rows = [
        [*(domain(depth**p * k**q) for p, q in powers), series.at(depth, k)] for depth, k in points
    ]
    matrix, pivots = DomainMatrix(rows, (len(rows), len(powers) + 1), domain).rref()
    if len(powers) in pivots:
        return None
    weights = [domain.to_sympy(row[-1]) for row in matrix.to_list()[: len(pivots)]]
    used = [powers[column] for column in pivots]
    return sum((w * L**p * K**q for w, (p, q) in zip(weights, used, strict=True)), sympy.S.Zero)
