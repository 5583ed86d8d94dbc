"""Closed forms of the counts: fitted to small depths, checked against exact counts at all."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import sympy

from formula2net.errors import FormulaError, PathCountError, Problem
from formula2net.language.recursion import Recursion
from formula2net.paths.families import SEEN, binomials, few_lengths, one_length, wedges
from formula2net.paths.recurrence import find_recurrence, solve
from formula2net.paths.series import Series, count_series
from formula2net.paths.templates import K, L
from formula2net.paths.zero import is_zero

CHECKED = 40  # depths that a closed form is checked at
SYMBOLIC = 20  # the same for totals with Scalars
GRADINGS = ("length", "all")


def closed_form(recursion: Recursion, of: str = "words", by: str = "length") -> sympy.Expr:
    """A closed form of a count, in the symbols L (the depth) and k (the length).

    It is found from exact counts at small depths and checked at all depths up to 40 (up to 20 where
    Scalars are symbolic); counts are those of the paper view from source 0.

    Args:
        recursion: the formula.
        of: ``"words"``, ``"wired"`` or ``"total"`` (design 6).
        by: ``"length"``, or ``"all"`` lengths together.

    Returns:
        An expression that holds for L = 1, 2, ... and k = 0, 1, ...

    Raises:
        FormulaError: there is no such count.
        PathCountError: no closed form was found.
    """
    if by not in GRADINGS:
        raise FormulaError(Problem(f"Unknown grading {by!r}.", expected=" or ".join(GRADINGS)))
    last = SYMBOLIC if recursion.scalars else CHECKED
    if by == "all":
        series = count_series(recursion, of, last, graded=False)
        candidates = _of_sums(series)
    else:
        series = count_series(recursion, of, SEEN)
        if _promising(series):
            series = count_series(recursion, of, last)
        candidates = _of_tables(series)
    for expr in candidates:
        if _holds(expr, series, by):
            return expr
    raise _not_found(recursion, of, by, series)


def _promising(series: Series) -> bool:
    """Whether small depths leave any hope; schemes of many stages are long to count."""
    if len({k for table in series.tables for k in table}) <= SEEN:
        return True
    return any(_holds(expr, series, "length") for expr in chain(wedges(series), binomials(series)))


def _of_sums(series: Series) -> Iterator[sympy.Expr]:
    recurrence = find_recurrence(series.sums, series.domain)
    expr = recurrence and solve(recurrence, series.sums, L)
    if expr is not None:
        yield expr


def _of_tables(series: Series) -> Iterator[sympy.Expr]:
    if not any(series.tables):
        yield sympy.S.Zero
    yield from chain(one_length(series), few_lengths(series), wedges(series), binomials(series))


def _holds(expr: sympy.Expr, series: Series, by: str) -> bool:
    """Whether an expression has the value of every count, and is 0 two lengths beyond the last."""
    to = series.domain.to_sympy
    for depth, total in enumerate(series.sums, start=1):
        lengths = range(series.longest(depth) + 3) if by == "length" else (0,)
        for k in lengths:
            value = to(series.at(depth, k) if by == "length" else total)
            if not is_zero(expr.subs({L: depth, K: k}) - value):
                return False
    return True


def _not_found(recursion: Recursion, of: str, by: str, series: Series) -> PathCountError:
    to = series.domain.to_sympy
    if by == "all":
        counts = ", ".join(str(to(value)) for value in series.sums[:6])
        got = f"{counts}, ... at L = 1, 2, ...{_recurrence_text(series)}"
        what = f"No closed form found for {of}."
        tried = "a linear recurrence whose roots are square roots"
    else:
        counts = ", ".join(str(to(series.at(3, k))) for k in range(series.longest(3) + 1))
        got = f"{counts} at L = 3, k = 0, 1, ...{_power_text(series)}"
        what = f"No closed form found for {of} by length."
        tried = "one or a few lengths a depth, a binomial coefficient, a polynomial in L and k"
    again = "paths(depth).by_length(), which is exact at any depth"
    return PathCountError(Problem(what, str(recursion), got=got, expected=tried, try_=again))


def _recurrence_text(series: Series) -> str:
    """What is known instead of a closed form: a recurrence."""
    recurrence = find_recurrence(series.sums, series.domain)
    return f" (they obey {recurrence})" if recurrence else ""


def _power_text(series: Series) -> str:
    """What is known instead of a closed form: that the counts are the coefficients of a power."""
    t = sympy.Symbol("t")
    first, second = (
        sympy.Poly({(k,): c for k, c in table.items()}, t, domain=series.domain)
        for table in series.tables[:2]
    )
    if first**2 != second:
        return ""
    terms = (str(coefficient * t**k) for (k,), coefficient in reversed(first.terms()))
    return f" (the coefficients of t**k in ({' + '.join(terms)})**L)"
