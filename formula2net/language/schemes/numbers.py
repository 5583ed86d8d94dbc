"""Exact numbers of a scheme: integers, fractions, roots, and text that spells them."""

from __future__ import annotations

import numbers
import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Final

from sympy import Add, Expr, Integer, Rational, expand, radsimp

from formula2net.errors import Problem
from formula2net.language.schemes.roots import ONE, Root, lowest, product

_TERM: Final = re.compile(
    r"\s*([+-]?)\s*(?:(?P<n>\d+)(?:\s*\*\s*sqrt\((?P<d>\d+)\))?|sqrt\((?P<r>\d+)\))"
    r"\s*(?:/\s*(?P<q>\d+))?\s*"
)


def exact_numbers(
    values: Iterable[object], prefix: str, problems: list[Problem], first: int = 1
) -> tuple[Expr, ...]:
    """Exact SymPy numbers in normal form: equal numbers become equal objects.

    Args:
        values: Integers, fractions, SymPy numbers made of roots, or text such as "1/6 - sqrt(6)/4".
        prefix: Names the values in messages, `b_` for b_1, b_2, ...
        problems: Takes what is wrong; a wrong value becomes 0.
        first: Number of the first value.
    """
    result = []
    for k, value in enumerate(values, start=first):
        terms = terms_of(value)
        if terms is None:
            problems.append(_not_exact(value, f"{prefix}{k}"))
        result.append(sum_of(terms or {}))
    return tuple(result)


def _not_exact(value: object, name: str) -> Problem:
    expected = 'integers, fractions and roots: 1, Rational(1, 6), sqrt(6)/4, or "1/6"'
    try:
        number = float(value) if isinstance(value, numbers.Real | Decimal | str) else None
    except ValueError:  # text that is no decimal either
        number = None
    if number is not None:
        spelling = _exact_spelling(number)
        return Problem(f"{value} is a float: write {spelling} for {name}.", expected=expected)
    return Problem(f"{value!r} is not an exact number, given for {name}.", expected=expected)


def _exact_spelling(value: float) -> str:
    """How a float was most likely meant: 0.5, 1/6 as Python rounds it, or 0.1666 typed by hand."""
    if not abs(value) < 1e15:  # huge, infinite or not a number
        return "an integer or Rational(p, q)"
    close = Fraction(value).limit_denominator(1000)
    short = Fraction(value).limit_denominator(12)
    if float(close) != value:
        close = short if short and abs(short - value) < 1e-3 * abs(value) else Fraction(str(value))
    whole = close.denominator == 1
    return str(close) if whole else f"Rational({close.numerator}, {close.denominator})"


def terms_of(value: object) -> dict[Root, Fraction] | None:
    """The number as rational multiples of roots; None if it is not of this kind."""
    if isinstance(value, numbers.Rational):
        return {ONE: Fraction(int(value.numerator), int(value.denominator))}
    if isinstance(value, str):
        return _parsed(value)
    if not isinstance(value, Expr) or not value.is_number:
        return None
    terms = _expanded_terms(expand(value))
    return _expanded_terms(expand(radsimp(value))) if terms is None else terms


def _parsed(text: str) -> dict[Root, Fraction] | None:
    """Reads "3/50 - 2*sqrt(6)/150"; text from outside is never evaluated."""
    terms: dict[Root, Fraction] = {}
    position = 0
    while position < len(text) or not text:
        match = _TERM.match(text, position)
        if match is None or (position and not match[1]) or int(match["q"] or 1) == 0:
            return None
        factor, root = lowest(int(match["d"] or match["r"] or 1), 2)
        value = Fraction(factor * int(match["n"] or 1), int(match["q"] or 1))
        terms[root] = terms.get(root, Fraction(0)) + (-value if match[1] == "-" else value)
        position = match.end()
    return terms


def _expanded_terms(value: Expr) -> dict[Root, Fraction] | None:
    terms: dict[Root, Fraction] = {}
    for term in Add.make_args(value):
        multiple, rest = term.as_coeff_Mul()
        powers = rest.as_powers_dict().items()
        if not multiple.is_Rational or not all(
            base.is_Integer and base > 0 and power.is_Rational and power > 0
            for base, power in powers
        ):
            return None
        factor, root = 1, ONE
        for base, power in powers:
            whole, part = lowest(int(base) ** int(power.p), int(power.q))
            more, root = product(root, part)
            factor *= whole * more
        fraction = Fraction(int(multiple.p), int(multiple.q)) * factor
        terms[root] = terms.get(root, Fraction(0)) + fraction
    return terms


def sum_of(terms: dict[Root, Fraction]) -> Expr:
    """The number in SymPy."""
    return Add(
        *(
            Rational(value.numerator, value.denominator) * Integer(radicand) ** Rational(1, index)
            for (radicand, index), value in terms.items()
        )
    )
