"""Exact counts at every depth from 1 on, in a field that SymPy can compute in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import prod
from typing import Any, Literal, get_args

import sympy

from formula2net.errors import FormulaError, PathCountError, Problem
from formula2net.ir.coefficient import Coefficient, Generator, Polynomial, scalars_of
from formula2net.ir.ops import LinComb, Value
from formula2net.ir.program import Program, source_of
from formula2net.language.recursion import Recursion
from formula2net.language.symbols import StateAt
from formula2net.passes.exact import to_sympy
from formula2net.passes.unroll import unroll
from formula2net.paths.graded import by_lengths
from formula2net.paths.rows import numeric, total_rows, wired_rows, word_rows
from formula2net.paths.symbolic import symbolic_tables

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
        kept = rows if graded else [replace(row, length=0) for row in rows]
        return by_lengths(kept, sinks, counting=True)
    _check_scalars(program)
    weighted = total_rows(program, "paper", source)
    if not graded:
        weighted = [(terms, 0, is_source) for terms, _, is_source in weighted]
    plain = numeric(weighted)
    if plain is not None:
        return by_lengths(plain, sinks)
    symbolic = symbolic_tables(weighted, TERMS)
    return [symbolic[sink] for sink in sinks]


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
        powers = [_power(*generator) for generator in generators]
        domain, _ = sympy.construct_domain(powers, field=True, extension=True)
    images = {generator: domain.from_sympy(_power(*generator)) for generator in generators}
    return domain, lambda coefficient: _element(coefficient, domain, images)


def _generators(counts: Iterable[Coefficient]) -> dict[tuple[Generator, Fraction], None]:
    """The radicals and scalars that occur; a power of a scalar is a power of the scalar."""
    found: dict[tuple[Generator, Fraction], None] = {}
    for count in counts:
        if isinstance(count, Polynomial):
            for monomial, _ in count.terms:
                found.update({(g, _own(g, e)): None for g, e in monomial})
    return found


def _own(generator: Generator, exponent: Fraction) -> Fraction:
    return Fraction(1) if isinstance(generator, str) else exponent


def _power(generator: Generator, exponent: Fraction) -> sympy.Expr:
    return to_sympy(Polynomial(((((generator, exponent),), Fraction(1)),)))


def _element(
    count: Coefficient, domain: Domain, images: Mapping[tuple[Generator, Fraction], Element]
) -> Element:
    if not isinstance(count, Polynomial):
        return domain.convert_from(sympy.QQ(count.numerator, count.denominator), sympy.QQ)
    return sum(
        (
            _element(rational, domain, images)
            * prod(
                (images[g, _own(g, e)] ** int(e / _own(g, e)) for g, e in monomial),
                start=domain.one,
            )
            for monomial, rational in count.terms
        ),
        domain.zero,
    )
