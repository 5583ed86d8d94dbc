"""The generating function of a count: a rational function, found from exact counts.

Of a formula whose steps are alike the counts by length c_1(t), c_2(t), ... obey a recurrence with
polynomials in t as coefficients. Its reversed polynomial D(x, t), with D(0, t) = 1, is found from
the values at several t. Then D times the exact series must be a polynomial in x.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count, pairwise

import sympy
from sympy.polys.rings import PolyElement, ring

from formula2net.paths.recurrence import find_recurrence
from formula2net.paths.series import Domain, Element, Series
from formula2net.paths.series_coefficient import SeriesCoefficient
from formula2net.paths.templates import K, L

X, T = sympy.Symbol("x"), sympy.Symbol("t")
POINTS = (12, 40, 100)  # values of t that are tried for a fit


@dataclass(frozen=True)
class GeneratingFunction:
    """``sum of c_L(t) x^L``, as a quotient; from L = 1 on its coefficients are the counts.

    Attributes:
        above: the numerator's coefficients of x^0, x^1, ...: polynomials in t.
        below: the denominator's; the first is 1.
        domain: the field of the counts.
    """

    above: tuple[PolyElement, ...]
    below: tuple[PolyElement, ...]
    domain: Domain

    @property
    def order(self) -> int:
        """How many counts before it a count follows from."""
        return len(self.below) - 1

    @property
    def late(self) -> int:
        """The depth that the recurrence holds after."""
        return max(len(self.above) - 1, self.order)

    @property
    def expr(self) -> sympy.Expr:
        """The quotient in x and t."""
        return in_symbols(self.above) / in_symbols(self.below)

    def coefficient(self, graded: bool = True) -> sympy.Expr:
        """The count at depth L: a coefficient of a power of P(t), or of the quotient.

        Args:
            graded: of the paths of length k, else the counts are of all.
        """
        one = self.below[0]
        if graded and len(self.below) == 2 and self.above == (one,):
            return SeriesCoefficient(in_symbols([-self.below[1]]) ** L, (T, K))
        return SeriesCoefficient(self.expr, (X, L), *([(T, K)] if graded else []))


def in_symbols(polynomials: Sequence[PolyElement]) -> sympy.Expr:
    """``p_0(t) + p_1(t) x + ...``."""
    return sympy.Add(*(p.as_expr(T) * X**j for j, p in enumerate(polynomials)))


def generating_function(series: Series) -> GeneratingFunction | None:
    """The quotient that has these counts; None where no short recurrence holds for all of them."""
    rows = _rows(series)
    base = _base(rows)
    if base is not None:
        one = base.ring.one
        return GeneratingFunction((one,), (one, -base), series.domain)
    degree = max((row.degree() for row in rows if row), default=0)
    for points in POINTS if degree else (1,):
        below = _denominator(rows, series.domain, points)
        above = None if below is None else _numerator(rows, below)
        if below is not None and above is not None:
            return _with_depth_0(above, below, series.domain)
    return None


def base_of_powers(series: Series) -> PolyElement | None:
    """P(t) of a stack, whose counts at depth L are P(t)^L; None where they are no powers."""
    return _base(_rows(series))


def _rows(series: Series) -> list[PolyElement]:
    polynomials, _ = ring("t", series.domain)
    return [polynomials.from_dict({(k,): c for k, c in s.items()}) for s in series.tables]


def _base(rows: Sequence[PolyElement]) -> PolyElement | None:
    powers = rows[0] and all(b == rows[0] * a for a, b in pairwise(rows))
    return rows[0] if powers else None


def _denominator(
    rows: Sequence[PolyElement], domain: Domain, points: int
) -> list[PolyElement] | None:
    """1 - c_1(t) x - ..., interpolated between values of t."""
    found: list[tuple[Element, ...]] = []
    used: list[Element] = []
    for n in count(2):
        recurrence = find_recurrence([row(domain(n)) for row in rows], domain)
        if recurrence is None:
            return None
        coefficients = list(recurrence.coefficients)
        while coefficients and not coefficients[-1]:
            coefficients.pop()
        if found and len(coefficients) != len(found[0]):
            return None  # a value of t at which roots meet, or too few counts
        found.append(tuple(coefficients))
        used.append(domain(n))
        if len(used) == points:
            break
    polynomials = rows[0].ring
    return [
        polynomials.one,
        *(-_interpolated(used, values, polynomials) for values in zip(*found, strict=True)),
    ]


def _interpolated(
    points: Sequence[Element], values: Sequence[Element], polynomials: object
) -> PolyElement:
    """Newton's interpolation."""
    ring_of, t = polynomials, polynomials.gens[0]  # type: ignore[attr-defined]
    differences = list(values)
    for j in range(1, len(points)):
        for i in range(len(points) - 1, j - 1, -1):
            run = points[i] - points[i - j]
            differences[i] = (differences[i] - differences[i - 1]) / run
    result = ring_of.zero  # type: ignore[attr-defined]
    for point, difference in zip(reversed(points), reversed(differences), strict=True):
        result = result * (t - point) + difference
    return result


def _numerator(
    rows: Sequence[PolyElement], below: Sequence[PolyElement]
) -> list[PolyElement] | None:
    """The coefficients of x^0, x^1, ... of D times the series; None where they do not end soon."""
    zero = rows[0].ring.zero
    series = [zero, *rows]
    product = [
        sum((p * series[n - j] for j, p in enumerate(below) if j <= n), zero)
        for n in range(len(series))
    ]
    while product and not product[-1]:
        product.pop()
    return product if 2 * len(product) <= len(series) else None


def _with_depth_0(
    above: Sequence[PolyElement], below: Sequence[PolyElement], domain: Domain
) -> GeneratingFunction:
    """With the count of depth 0 that the recurrence would have, if that makes it shorter."""
    if len(above) == len(below) > 1:
        start, rest = divmod(-above[-1], below[-1])
        if not rest:
            above = [a + start * b for a, b in zip(above, below, strict=True)]
            while above and not above[-1]:
                above.pop()
    return GeneratingFunction(tuple(above) or (below[0].ring.zero,), tuple(below), domain)
