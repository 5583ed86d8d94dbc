"""A general formula as a sum of terms: runs of blocks, whose ends are indices of sums.

In Eq. (12) of Liao et al. (2021) a term uses the first k blocks and skips the others, and the sum
goes over k. Formulas that are no such sum are not read here; they are only multiplied out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import count, product
from typing import NamedTuple

from sympy import Add, Expr, Integer, Mul, Pow, Product, Rational, Sum, expand

from formula2net.language.expressions import (
    Compose,
    Identity,
    OperatorMisuse,
    OperatorScale,
    OperatorSum,
)
from formula2net.language.symbols import Index, Operator
from formula2net.synthesis.designing.linear import Number

L, M = Index("L"), Index("m")


class NoTerms(Exception):
    """The formula is no sum of terms of this kind."""


class Run(NamedTuple):
    """Blocks side by side: each gives ``skip`` if a path leaves it out, ``use`` if not.

    ``first`` and ``last`` count from W_L, which is 0.
    """

    first: Expr
    last: Expr
    skip: Number
    use: Number


@dataclass(frozen=True)
class Term:
    """A weight, runs in order, and the ranges that the sum takes.

    Attributes:
        weight: a number.
        powers: numbers with their exponents, which the weight is multiplied by.
        runs: from W_L on.
        ranges: an index with its bounds, both included.
    """

    weight: Fraction = Fraction(1)
    powers: tuple[tuple[Fraction, Expr], ...] = ()
    runs: tuple[Run, ...] = ()
    ranges: tuple[tuple[Index, Expr, Expr], ...] = ()


def terms_of(expr: Expr, source: int | None) -> list[Term]:
    """The terms of a formula.

    Args:
        expr: the formula.
        source: 0 says that the span m is L.

    Raises:
        NoTerms: it is no sum of terms.
    """
    terms = list(_terms(expr, count()))
    return terms if source is None else [_from_the_input(term) for term in terms]


def _from_the_input(term: Term) -> Term:
    def at_m(expr: Expr) -> Expr:
        return expr.xreplace({L: M})

    return Term(
        term.weight,
        tuple((base, at_m(exponent)) for base, exponent in term.powers),
        tuple(Run(at_m(run.first), at_m(run.last), run.skip, run.use) for run in term.runs),
        tuple((index, at_m(low), at_m(high)) for index, low, high in term.ranges),
    )


def _terms(expr: Expr, fresh: Iterator[int]) -> Iterator[Term]:
    if isinstance(expr, Identity):
        yield Term()
    elif isinstance(expr, Integer | Rational):
        yield Term(_fraction(expr))
    elif isinstance(expr, Pow) and expr.base.is_Rational and expr.base != 0:
        yield Term(powers=((_fraction(expr.base), expr.exp),))
    elif isinstance(expr, Operator):
        place = _place(expr)
        yield Term(runs=(Run(place, place, 0, 1),))
    elif isinstance(expr, Sum):
        yield from _summed(expr, fresh)
    elif isinstance(expr, Product):
        yield Term(runs=(_run(expr),))
    elif isinstance(expr, Add | OperatorSum):
        for part in expr.args:
            yield from _terms(part, fresh)
    elif isinstance(expr, Mul | OperatorScale | Compose):
        yield from _products(expr.args, fresh)
    elif isinstance(expr, OperatorMisuse) and str(expr.args[0]) == "*":
        yield from _products(expr.args[1:], fresh)
    else:
        raise NoTerms


def _products(parts: tuple[Expr, ...], fresh: Iterator[int]) -> Iterator[Term]:
    for chosen in product(*(list(_terms(part, fresh)) for part in parts)):
        term = Term()
        for factor in chosen:
            term = Term(
                term.weight * factor.weight,
                term.powers + factor.powers,
                term.runs + factor.runs,
                term.ranges + factor.ranges,
            )
        yield term


def _summed(expr: Sum, fresh: Iterator[int]) -> Iterator[Term]:
    body, ranges = expr.function, list[tuple[Index, Expr, Expr]]()
    new: dict[Expr, Expr] = {}
    for index, low, high in reversed(expr.limits):  # the last range is the outermost
        name = Index(f"{index.name}{next(fresh)}")
        ranges.append((name, low.xreplace(new), high.xreplace(new)))
        new[index] = name
    for term in _terms(body.xreplace(new), fresh):
        yield replace(term, ranges=(*ranges, *term.ranges))


def _run(expr: Product) -> Run:
    """A product of one polynomial in one block for each position, the latest block first."""
    if len(expr.limits) != 1:
        raise NoTerms
    index, low, high = expr.limits[0]
    skip, use, shift = Fraction(0), Fraction(0), None
    for term in _terms(expr.function, count()):
        if term.ranges or term.powers or len(term.runs) > 1:
            raise NoTerms
        if not term.runs:
            skip += term.weight
            continue
        (run,) = term.runs
        found = expand(run.first - index)
        if run.first != run.last or found.has(index) or shift not in (None, found):
            raise NoTerms
        use, shift = use + term.weight, found
    if shift is None:
        raise NoTerms
    return Run(expand(low + shift), expand(high + shift), skip, use)


def _fraction(number: Expr) -> Fraction:
    return Fraction(int(number.p), int(number.q))


def _place(block: Operator) -> Expr:
    """How far a block is behind W_L."""
    if len(block.indices) != 1:
        raise NoTerms
    return expand(L - block.indices[0])
