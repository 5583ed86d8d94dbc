"""Forms with one State symbol, X_i = sum of C_k(i) X_{i-k}, that have a target's paths from X_0.

C_k is a polynomial in the blocks W_i, ..., W_{i-k+1}, so for every word u of length p the row of u
in the Hankel matrix is the sum of c(k, first k letters of u) times the row of the other letters.
These are linear equations in the c, and they are all that there is to it: without a solution there
is no such form.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from formula2net.language.recursion import Recursion
from formula2net.language.symbols import Operator
from formula2net.synthesis.designing.hankel import Hankel
from formula2net.synthesis.designing.linear import Equations, Number
from formula2net.synthesis.designing.series import Series, Used, words
from formula2net.synthesis.designing.spelling import Coefficients, forms_of, path_value, state

Unknown = tuple[int, Used]


@dataclass(frozen=True)
class Attempt:
    """One lag and one degree, and whether there is a form.

    Attributes:
        lag: the largest k.
        degree: the most blocks that a term of a coefficient has.
        equations: how many were solved.
        coefficients: those found; None if there are none.
    """

    lag: int
    degree: int
    equations: int
    coefficients: Coefficients | None


def attempts(series: Series, first: int, lag: int) -> Iterator[Attempt]:
    """All lags up to one, with coefficients of any degree, until a form is found.

    Words up to a depth decide for a form only if they show as many of its steps as are given, or
    many a form agrees with them; and against one only if they show some steps. So attempts may end
    before the largest lag.

    Args:
        series: the target.
        first: the least step that a term may read.
        lag: the largest lag.
    """
    known = None if series.automaton is not None else series.known_to - first
    for most in range(1, (lag if known is None else min(lag, known - 2)) + 1):
        hankel = Hankel(series, first, longest=most)
        attempt = _attempt(hankel, most, most)
        if attempt.coefficients is None:
            yield attempt
        elif known is None or 2 * most <= known:
            simpler = (_attempt(hankel, most, degree) for degree in range(most))
            yield next((each for each in simpler if each.coefficients is not None), attempt)
            return
        else:
            return


def _attempt(hankel: Hankel, lag: int, degree: int) -> Attempt:
    unknowns = [(k, w) for k in range(1, lag + 1) for w in words(k) if sum(w) <= degree]
    simple = sorted(unknowns, key=lambda unknown: (unknown[0], sum(unknown[1])), reverse=True)
    order: dict[object, int] = {unknown: place for place, unknown in enumerate(simple)}
    equations = Equations(order)
    for word in words(lag):
        rows = [
            ((k, word[:k]), hankel.row(word[k:]))
            for k in range(1, lag + 1)
            if sum(word[:k]) <= degree
        ]
        known: set[tuple[Number, ...]] = set()
        for place, value in enumerate(hankel.row(word)):
            entries = tuple(row[place] for _, row in rows)
            if (*entries, value) in known:
                continue
            known.add((*entries, value))
            terms: dict[object, Number] = {
                unknown: entry for (unknown, _), entry in zip(rows, entries, strict=True) if entry
            }
            if not equations.add(terms, value):
                return Attempt(lag, degree, equations.count, None)
    found: dict[int, dict[Used, Number]] = {}
    solution = equations.solution()
    for k, word in unknowns:
        if (k, word) in solution:
            found.setdefault(k, {})[word] = solution[k, word]
    return Attempt(lag, degree, equations.count, found)


def forms(found: Attempt, series: Series, block: Operator, first: int) -> list[Recursion]:
    """The recursions of an attempt, with the steps before its equations hold written out.

    Args:
        found: an attempt with coefficients.
        series: the target.
        block: its operator.
        first: the least step that a term may read.
    """
    steps = range(1, found.lag + first)
    initial = [path_value(series.weight, block, step, state(0)[0]) for step in steps]
    return forms_of(found.coefficients or {}, block, lambda _: initial)
