"""Closed forms of the counts: proved where the steps of a formula are alike, else checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

import sympy

from formula2net.errors import FormulaError, PathCountError, Problem
from formula2net.language.reading import as_recursion
from formula2net.language.recursion import Recursion
from formula2net.paths.families import SEEN, Proposal, binomials, few_lengths, one_length, wedges
from formula2net.paths.generating import GeneratingFunction, generating_function
from formula2net.paths.proved_steps import proved_step
from formula2net.paths.recurrence import find_recurrence, solve
from formula2net.paths.series import Series, count_series
from formula2net.paths.templates import K, L
from formula2net.paths.zero import is_zero

CHECKED = 40  # depths that a closed form is checked at
SYMBOLIC = 20  # the same for totals with Scalars
FITTED = 24  # depths that a generating function is fitted to where nothing shorter is found
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

    def __str__(self) -> str:
        return f"{self.expr}\n  {self.proof}"

    __repr__ = __str__

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {sympy.latex(self.expr)}$"


def closed_form(formula: Any, of: str = "words", by: str = "length") -> sympy.Expr:
    """A closed form of a count, in the symbols L (the depth) and k (the length).

    A short expression is sought first: a power, Binet's formula, a binomial coefficient. Else it is
    a coefficient of a power or of a rational function, as a `SeriesCoefficient`: that too is an
    exact number wherever L and k are. Counts are those of the paper view from source 0.

    Args:
        formula: a `Recursion`, its text, a scheme, or an answer of `design`.
        of: ``"words"``, ``"wired"`` or ``"total"`` (design 6).
        by: ``"length"``, or ``"all"`` lengths together.

    Returns:
        An expression that holds for L = 1, 2, ... and k = 0, 1, ...; `find_closed_form` says why.

    Raises:
        FormulaError: there is no such count, or it is no formula.
        PathCountError: no closed form was found.
    """
    return find_closed_form(formula, of, by).expr


def find_closed_form(formula: Any, of: str = "words", by: str = "length") -> ClosedForm:
    """The closed form of a count, with its proof.

    It is the form that `closed_form` gives, in the symbols L, the depth, and k, the length.

    Args:
        formula: a `Recursion`, its text, a scheme, or an answer of `design`.
        of: ``"words"``, ``"wired"`` or ``"total"`` (design 6).
        by: ``"length"``, or ``"all"`` lengths together.

    Returns:
        `.expr` in L and k, `.is_proved`, and the `.proof` in words and figures.

    Raises:
        FormulaError: there is no such count, or it is no formula.
        PathCountError: no closed form was found.
    """
    recursion = as_recursion(formula)
    if by not in GRADINGS:
        raise FormulaError(Problem(f"Unknown grading {by!r}.", expected=" or ".join(GRADINGS)))
    last = SYMBOLIC if recursion.scalars else CHECKED
    graded = by == "length"
    series = count_series(recursion, of, SEEN if graded else last, graded)
    if graded and _promising(series):
        series = count_series(recursion, of, last)
    for expr, order in _of_tables(series) if graded else _of_sums(series):
        if len(series.tables) == last and _holds(expr, series, by):
            return _with_proof(recursion, of, expr, None, series, order)
    for depth in sorted({len(series.tables), min(FITTED, last), last}):
        if len(series.tables) < depth:
            series = count_series(recursion, of, depth, graded)
        found = generating_function(series)
        if found is not None:
            form = _with_proof(recursion, of, found.coefficient(graded), found, series, found.order)
            if form.is_proved or depth == last:
                return form
    raise _not_found(recursion, of, by, series)


def _with_proof(
    recursion: Recursion,
    of: str,
    expr: sympy.Expr,
    found: GeneratingFunction | None,
    series: Series,
    order: int,
) -> ClosedForm:
    """With the proof: counts of a known recurrence are known by finitely many of them.

    The counts obey the characteristic polynomial of the step's matrix; a sequence that obeys it is
    0 where its first values are. What the closed form misses the counts by obeys the product of
    both recurrences.
    """
    last, step = len(series.tables), proved_step(recursion, of)
    late = max(step.start + order, found.late if found else 0) if step is not None else 0
    if step is not None and late + step.size <= last:
        carried = f"{step.size} value{'s' * (step.size > 1)}"
        text = f"every step carries {carried} by the same matrix, and {last} depths agree"
        return ClosedForm(expr, found, True, f"Proved: {text}.")
    return ClosedForm(expr, found, False, f"Checked at the depths 1 to {last}.")


def _promising(series: Series) -> bool:
    """Whether small depths leave any hope; schemes of many stages are long to count."""
    if len({k for table in series.tables for k in table}) <= SEEN:
        return True
    return any(_holds(expr, series, "length") for expr in chain(wedges(series), binomials(series)))


def _of_sums(series: Series) -> Iterator[Proposal]:
    recurrence = find_recurrence(series.sums, series.domain)
    expr = recurrence and solve(recurrence, series.sums, L)
    if expr is not None:
        yield Proposal(expr)


def _of_tables(series: Series) -> Iterator[Proposal]:
    if not any(series.tables):
        yield Proposal(sympy.S.Zero)
    yield from map(Proposal, one_length(series))
    yield from few_lengths(series)
    yield from map(Proposal, chain(wedges(series), binomials(series)))


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
