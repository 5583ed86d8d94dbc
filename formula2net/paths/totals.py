"""Totals: sums of coefficients, which may be fractions, have roots, or be polynomials in Scalars.

A value with roots is split by them, as a + b sqrt(6) is: its parts follow from the parts of what it
reads, with fractions for weights. So roots are counted as fast as fractions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cache

from formula2net.ir.coefficient import Coefficient, Monomial, Polynomial, collect, scalars_of
from formula2net.ir.ops import Value
from formula2net.paths.graded import Row, by_lengths
from formula2net.paths.quotients import Number
from formula2net.paths.rows import CoefficientRow
from formula2net.paths.symbolic import symbolic_tables

Table = dict[int, Coefficient]


def totals(
    rows: Sequence[CoefficientRow], sinks: Sequence[Value], limit: int, graded: bool = True
) -> list[Table]:
    """The nonzero totals of some values by length.

    Args:
        rows: one a value, as `total_rows` gives them.
        sinks: the values.
        limit: how many terms a total with Scalars may have.
        graded: if not, every path counts as one of length 0.

    Raises:
        PathCountError: a total has more terms than the limit.
    """
    if not graded:
        rows = [(terms, 0, source) for terms, _, source in rows]
    weights = {weight for terms, _, _ in rows for weight, _ in terms}
    if any(map(scalars_of, weights)):
        found = symbolic_tables(rows, limit)
        return [found[sink] for sink in sinks]
    roots = _roots(weights)
    parts = [sink * len(roots) + part for sink in sinks for part in range(len(roots))]
    tables = by_lengths(rows_by_root(rows, roots), parts)
    return [
        _joined(tables[first : first + len(roots)], roots)
        for first in range(0, len(tables), len(roots))
    ]


def rows_by_root(rows: Sequence[CoefficientRow], roots: Sequence[Monomial]) -> list[Row]:
    """Rows with fractions for weights: one a value and root."""
    place = {root: part for part, root in enumerate(roots)}

    @cache
    def products(weight: Coefficient) -> list[list[tuple[int, Number]]]:
        """For each root, the parts of its product with a weight."""
        return [
            [(place[root], number) for root, number in terms_of(_alone(factor) * weight)]
            for factor in roots
        ]

    found: list[Row] = []
    for terms, length, source in rows:
        parts: list[list[tuple[Number, Value]]] = [[] for _ in roots]
        for weight, read in terms:
            for part, product in enumerate(products(weight)):
                for other, number in product:
                    parts[other].append((number, read * len(roots) + part))
        found += [Row(tuple(p), length, source and not k) for k, p in enumerate(parts)]
    return found


def terms_of(coefficient: Coefficient) -> list[tuple[Monomial, Number]]:
    """A number as multiples of roots; that of 1 is ()."""
    if isinstance(coefficient, Polynomial):
        return list(coefficient.terms)
    return [((), coefficient)] if coefficient else []


def _roots(weights: Iterable[Coefficient]) -> list[Monomial]:
    """The roots that occur, and all products of them; 1 is the first."""
    factors = {root for weight in weights for root, _ in terms_of(weight)}
    found: list[Monomial] = [()]
    for root in found:  # which grows meanwhile: a product with itself ends at 1
        for factor in sorted(factors, key=repr):
            ((product, _),) = terms_of(_alone(root) * _alone(factor))
            if product not in found:
                found.append(product)
    return found


def _alone(root: Monomial) -> Coefficient:
    return collect({root: Fraction(1)})


def _joined(parts: Sequence[Mapping[int, Number]], roots: Sequence[Monomial]) -> Table:
    """The totals that have these parts."""
    found: dict[int, dict[Monomial, Fraction]] = {}
    for root, part in zip(roots, parts, strict=True):
        for length, number in part.items():
            found.setdefault(length, {})[root] = Fraction(number)
    return {length: collect(found[length]) for length in sorted(found)}
