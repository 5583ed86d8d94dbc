"""The lengths of a term's runs and gaps: affine in its indices, and free of each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import NamedTuple

from sympy import Expr, Integer, Max, Min, expand

from formula2net.synthesis.designing.linear import Number, Span, Vector, dot
from formula2net.synthesis.designing.terms import M, NoTerms, Run, Term

Affine = tuple[tuple[int, ...], int]  # integer coefficients of unknowns, and a constant


class Part(NamedTuple):
    """A run or a gap: its length, whether it may be longer, and its weights for skip and use."""

    length: int
    longer: bool
    skip: Number
    use: Number


def parts_of(term: Term, shortest: int) -> tuple[Fraction, list[list[Part]]]:
    """The weight of a term, and its runs and gaps: once for all values of its bounded lengths.

    Args:
        term: the term.
        shortest: the least span that it is meant for.

    Raises:
        NoTerms: its lengths depend on each other.
    """
    unknowns: dict[Expr, int] = {index: n for n, (index, _, _) in enumerate(term.ranges)}
    unknowns[M] = len(unknowns)
    parts = [(affine(length, unknowns), weights) for length, weights in _lengths(term.runs)]
    free = [form for form, _ in parts if any(form[0])]
    if len(free) != len(unknowns):
        raise NoTerms
    choices = _choices(free, [affine(bound, unknowns) for bound in _bounds(term, shortest)])
    weight, factors = _powers(term, free, unknowns)
    found = []
    for chosen in product(*choices):
        left, of_free = list(zip(chosen, factors, strict=True)), list[Part]()
        for (row, constant), (skip, use) in parts:
            (length, longer), factor = left.pop(0) if any(row) else ((constant, False), 1)
            if length < 0:
                raise NoTerms
            of_free.append(Part(length, longer, skip * factor, use * factor))
        found.append(of_free)
    return term.weight * weight, found


def _lengths(runs: Sequence[Run]) -> list[tuple[Expr, tuple[Number, Number]]]:
    """The lengths of the runs and of the gaps around them, with their weights."""
    parts: list[tuple[Expr, tuple[Number, Number]]] = []
    end: Expr = Integer(0)
    for run in runs:
        parts.append((run.first - end, (1, 0)))
        parts.append((run.last - run.first + 1, (run.skip, run.use)))
        end = run.last + 1
    return [*parts, (M - end, (1, 0))]


def _bounds(term: Term, shortest: int) -> Iterator[Expr]:
    """What is 0 or more: what the ranges of the indices and the least span say."""
    yield M - shortest
    for index, low, high in term.ranges:
        yield from (index - bound for bound in (low.args if isinstance(low, Max) else (low,)))
        yield from (bound - index for bound in (high.args if isinstance(high, Min) else (high,)))


def _choices(free: Sequence[Affine], bounds: Sequence[Affine]) -> list[list[tuple[int, bool]]]:
    """For every free length its least value, and True: it may be longer; or all that it may have.

    Raises:
        NoTerms: the bounds say more than these.
    """
    size = len(free)
    units = [tuple(int(place == n) for n in range(size)) for place in range(size)]
    forms = _made_of(free, [*bounds, *((unit, 0) for unit in units)])
    if any(c.denominator > 1 for form, _ in forms for c in form):
        raise NoTerms  # whole lengths may need indices that are not whole
    bounded = forms[: len(bounds)]
    ends = list[tuple[int, int | None]]()
    for unit in units:
        lows = [int(-c) for form, c in bounded if form == unit]
        highs = [int(c) for form, c in bounded if form == tuple(-n for n in unit)]
        if not lows:
            raise NoTerms
        ends.append((max(lows), min(highs, default=None)))
    if any(_worst(form, ends) + c < 0 for form, c in bounded):
        raise NoTerms
    return [
        [(low, True)] if high is None else [(n, False) for n in range(low, high + 1)]
        for low, high in ends
    ]


def _worst(form: Vector, ends: Sequence[tuple[int, int | None]]) -> Number:
    """The least value of a form within bounds.

    Raises:
        NoTerms: there is none.
    """
    total: Number = 0
    for c, (low, high) in zip(form, ends, strict=True):
        end = low if c >= 0 else high
        if end is None:
            raise NoTerms
        total += c * end
    return total


def _powers(
    term: Term, free: Sequence[Affine], unknowns: Mapping[Expr, int]
) -> tuple[Fraction, list[Fraction]]:
    """The powers of a term, as a number, and as a factor for each letter of a free length."""
    weight, factors = Fraction(1), [Fraction(1)] * len(free)
    forms = _made_of(free, [affine(exponent, unknowns) for _, exponent in term.powers])
    for (base, _), (form, constant) in zip(term.powers, forms, strict=True):
        weight *= base ** int(constant)
        factors = [factor * base ** int(c) for factor, c in zip(factors, form, strict=True)]
    return weight, factors


def _made_of(free: Sequence[Affine], others: Sequence[Affine]) -> list[tuple[Vector, Number]]:
    """Affine forms of the unknowns as affine forms of the free lengths.

    Raises:
        NoTerms: the free lengths do not say what the unknowns are.
    """
    size = len(free)
    span = Span([row for row, _ in (*free, *others)])
    if span.basis != tuple(range(size)):
        raise NoTerms
    forms = [span.coordinates(size + place) for place in range(len(others))]
    constants = [constant for _, constant in free]
    return [(form, c - dot(form, constants)) for form, (_, c) in zip(forms, others, strict=True)]


def affine(expr: Expr, unknowns: Mapping[Expr, int]) -> Affine:
    """An index as integer coefficients of the unknowns, and a constant.

    Raises:
        NoTerms: it is none.
    """
    row, constant = [0] * len(unknowns), 0
    for part, c in expand(expr).as_coefficients_dict().items():
        if not c.is_Integer:
            raise NoTerms
        if part == 1:
            constant = int(c)
        elif part in unknowns:
            row[unknowns[part]] = int(c)
        else:
            raise NoTerms
    return tuple(row), constant
