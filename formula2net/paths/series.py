"""Exact counts at every depth from 1 on, in a field that SymPy can compute in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any, Literal, get_args

import sympy

from formula2net.errors import FormulaError, PathCountError, Problem
from formula2net.ir.coefficient import Coefficient, Monomial, Polynomial, scalars_of
from formula2net.ir.ops import LinComb, Value
from formula2net.ir.program import Program, source_of
from formula2net.language.recursion import Recursion
from formula2net.language.symbols import StateAt
from formula2net.passes.exact import to_sympy
from formula2net.passes.unroll import unroll
from formula2net.paths.graded import by_lengths, ungraded
from formula2net.paths.rows import total_rows, wired_rows, word_rows
from formula2net.paths.totals import totals

Kind = Literal["words", "wired", "total"]
KINDS: tuple[str, ...] = get_args(Kind)
Element = Any  # of a SymPy domain; SymPy has no types
Domain = Any

SCALARS = 3  # with more symbolic numbers than these no closed form is worth its time
TERMS = 100_000  # of a symbolic total


@dataclass(frozen=True)
class Series:
    """Counts by depth and length.

    Attributes:
        tables: for the depths 1, 2, ... a table from length to the count; no zeros.
        domain: the field of the counts: rationals, extended by radicals and scalars.
    """

    tables: tuple[Mapping[int, Element], ...]
    domain: Domain

    @property
    def sums(self) -> list[Element]:
        """The counts of all lengths together, by depth."""
        return [sum(table.values(), self.domain.zero) for table in self.tables]

    def at(self, depth: int, length: int) -> Element:
        """One count."""
        return self.tables[depth - 1].get(length, self.domain.zero)

    def longest(self, depth: int) -> int:
        """The greatest length that counts at a depth; -1 where there is none."""
        return max(self.tables[depth - 1], default=-1)


def count_series(recursion: Recursion, of: str, last: int, graded: bool = True) -> Series:
    """Counts by length at the depths 1, ..., last (paper view, source 0).

    Args:
        recursion: the formula.
        of: ``"words"``, ``"wired"`` or ``"total"`` (design 6).
        last: the greatest depth.
        graded: if not, every path counts as one of length 0.

    Raises:
        FormulaError: there is no such count.
        PathCountError: totals have too many Scalars.
    """
    if of not in KINDS:
        raise FormulaError(Problem(f"Unknown count {of!r}.", expected=" or ".join(KINDS)))
    output = recursion.output
    if isinstance(output, StateAt) and output.indices == (recursion.index,):
        program = unroll(recursion, last)
        depths = range(1, last + 1)
        tables = _tables(program, of, graded, [program.states[output.name, L] for L in depths])
    else:
        programs = (unroll(recursion, depth) for depth in range(1, last + 1))
        tables = [_tables(program, of, graded, [program.output])[0] for program in programs]
    return _in_field(tables)


def _tables(
    program: Program, of: str, graded: bool, sinks: Sequence[Value]
) -> Sequence[Mapping[int, Coefficient]]:
    source = source_of(program)
    if of != "total":
        rows = wired_rows(program, source) if of == "wired" else word_rows(program, "paper", source)
        return by_lengths(rows if graded else ungraded(rows), sinks, counting=True)
    _check_scalars(program)
    return totals(total_rows(program, "paper", source), sinks, TERMS, graded)


def _check_scalars(program: Program) -> None:
    coefficients = (c for op in program.ops if isinstance(op, LinComb) for c, _ in op.terms)
    names = frozenset[str]().union(*map(scalars_of, coefficients))
    if len(names) > SCALARS:
        raise PathCountError(
            Problem(
                "No closed form found: the totals are polynomials in too many Scalars.",
                got=f"{len(names)} of them in {len(program)} values",
                expected=f"at most {SCALARS}",
                try_='closed_form(of="words"), which needs no values',
            )
        )


def _in_field(tables: Sequence[Mapping[int, Coefficient]]) -> Series:
    domain, element = element_map(count for table in tables for count in table.values())
    return Series(
        tuple({k: element(c) for k, c in table.items()} for table in tables),
        domain,
    )


def element_map(
    coefficients: Iterable[Coefficient],
) -> tuple[Domain, Callable[[Coefficient], Element]]:
    """A field that has all these coefficients, and what makes its elements of them."""
    generators = _generators(coefficients)
    domain = sympy.QQ
    if generators:
        numbers = [_to_sympy(generator) for generator in generators]
        domain, _ = sympy.construct_domain(numbers, field=True, extension=True)
    images = {generator: domain.from_sympy(_to_sympy(generator)) for generator in generators}
    return domain, lambda coefficient: _element(coefficient, domain, images)


def _generators(coefficients: Iterable[Coefficient]) -> dict[Monomial, None]:
    """The roots and scalars that occur; sqrt(6) is one, not the product of two."""
    found: dict[Monomial, None] = {}
    for coefficient in coefficients:
        if isinstance(coefficient, Polynomial):
            for monomial, _ in coefficient.terms:
                found.update((factor, None) for factor, _ in _factors(monomial))
    return found


def _factors(monomial: Monomial) -> Iterator[tuple[Monomial, int]]:
    """The root in it, and the scalars with their exponents."""
    root = tuple((g, e) for g, e in monomial if not isinstance(g, str))
    if root:
        yield root, 1
    for g, exponent in monomial:
        if isinstance(g, str):
            yield ((g, Fraction(1)),), int(exponent)


def _to_sympy(monomial: Monomial) -> sympy.Expr:
    return to_sympy(Polynomial(((monomial, Fraction(1)),)))


def _element(
    coefficient: Coefficient, domain: Domain, images: Mapping[Monomial, Element]
) -> Element:
    if not isinstance(coefficient, Polynomial):
        return domain.convert_from(
            sympy.QQ(coefficient.numerator, coefficient.denominator), sympy.QQ
        )
    products = (
        prod((images[f] ** e for f, e in _factors(monomial)), start=_element(q, domain, images))
        for monomial, q in coefficient.terms
    )
    return sum(products, domain.zero)
