"""Closed forms of the counts: proved where the steps of a formula are alike, else checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import sympy

from formula2net.errors import FormulaError, PathCountError, Problem
from formula2net.language.recursion import Recursion
from formula2net.paths.families import SEEN, binomials, few_lengths, one_length, wedges
from formula2net.paths.generating import GeneratingFunction, generating_function
from formula2net.paths.recurrence import find_recurrence, solve
from formula2net.paths.series import Series, count_series
from formula2net.paths.steps import step_of
from formula2net.paths.templates import K, L
from formula2net.paths.zero import is_zero

CHECKED = 40  # depths that a closed form is checked at
SYMBOLIC = 20  # the same for totals with Scalars
FITTED = 24  # depths that a generating function is fitted to where nothing shorter is found
FAMILY = 12  # no family of `families.py` has a denominator of a higher degree in x
GRADINGS = ("length", "all")


@dataclass(frozen=True)
class ClosedForm:
    """A closed form, and why it holds.

    Attributes:
        expr: an expression in L and k that holds for L = 1, 2, ... and k = 0, 1, ...
        generating: the generating function of the counts, where there is one.
        is_proved: whether it holds at every depth, else it is checked at some.
        proof: the reason in words and figures.
    """

    expr: sympy.Expr
    generating: GeneratingFunction | None
    is_proved: bool
    proof: str


def closed_form(recursion: Recursion, of: str = "words", by: str = "length") -> sympy.Expr:
    """A closed form of a count, in the symbols L (the depth) and k (the length).

    A short expression is sought first: a power, Binet's formula, a binomial coefficient. Else it is
    a coefficient of a power or of a rational function, as a `SeriesCoefficient`: that too is an
    exact number wherever L and k are. Counts are those of the paper view from source 0.

    Args:
        recursion: the formula.
        of: ``"words"``, ``"wired"`` or ``"total"`` (design 6).
        by: ``"length"``, or ``"all"`` lengths together.

    Returns:
        An expression that holds for L = 1, 2, ... and k = 0, 1, ...; `find_closed_form` says why.

    Raises:
        FormulaError: there is no such count.
        PathCountError: no closed form was found.
    """
    return find_closed_form(recursion, of, by).expr


def find_closed_form(recursion: Recursion, of: str = "words", by: str = "length") -> ClosedForm:
    """The closed form with its proof; arguments and errors as of `closed_form`."""
    if by not in GRADINGS:
        raise FormulaError(Problem(f"Unknown grading {by!r}.", expected=" or ".join(GRADINGS)))
    last = SYMBOLIC if recursion.scalars else CHECKED
    graded = by == "length"
    series = count_series(recursion, of, SEEN if graded else last, graded)
    if graded and _promising(series):
        series = count_series(recursion, of, last)
    for expr in _of_tables(series) if graded else _of_sums(series):
        if len(series.tables) == last and _holds(expr, series, by):
            return _with_proof(recursion, of, expr, None, series, FAMILY)
    for depth in sorted({len(series.tables), min(FITTED, last), last}):
        if len(series.tables) < depth:
            series = count_series(recursion, of, depth, graded)
        found = generating_function(series)
        if found is not None:
            form = _with_proof(recursion, of, found.coefficient(graded), found, series, 0)
            if form.is_proved or depth == last:
                return form
    raise _not_found(recursion, of, by, series)


def _with_proof(
    recursion: Recursion,
    of: str,
    expr: sympy.Expr,
    found: GeneratingFunction | None,
    series: Series,
    family: int,
) -> ClosedForm:
    """With the proof: counts of a known recurrence are known by finitely many of them.

    The counts obey the characteristic polynomial of the step's matrix; a sequence that obeys it is
    0 where its first values are. What the closed form misses the counts by obeys the product of
    both recurrences.
    """
    last, step = len(series.tables), step_of(recursion, of)
    order = found.order if found is not None else family
    late = max(found.late, step.start + order) if found and step else step.start if step else 0
    if step is not None and late + step.size + (0 if found else order) <= last:
        carried = f"{step.size} value{'s' * (step.size > 1)}"
        text = f"every step carries {carried} by the same matrix, and {last} depths agree"
        return ClosedForm(expr, found, True, f"Proved: {text}.")
    return ClosedForm(expr, found, False, f"Checked at the depths 1 to {last}.")


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
        got, what = f"{counts}, ... at L = 1, 2, ...", f"No closed form found for {of}."
    else:
        counts = ", ".join(str(to(series.at(3, k))) for k in range(series.longest(3) + 1))
        got, what = f"{counts} at L = 3, k = 0, 1, ...", f"No closed form found for {of} by length."
    tried = "a recurrence with constant coefficients, as steps have that are alike"
    again = "paths(depth).by_length(), which is exact at any depth"
    return PathCountError(Problem(what, str(recursion), got=got, expected=tried, try_=again))
