"""Exact coefficients for the numbers that stand in code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import isfinite, isqrt

from formula2net.errors import LiftError, Problem
from formula2net.ir.coefficient import Coefficient, monomials, radical, reduced
from formula2net.ir.ops import LinComb
from formula2net.ir.program import Program
from formula2net.ir.residues import has_radical

Table = Mapping[float, frozenset[Coefficient]]

DENOMINATOR = 10_000  # of what a person would write as a fraction
DOUBLE = 2.0**-52  # the spacing of floats about 1
ROUNDED = 4  # spacings that a short calculation, as 1 - 0.9, may be off
HALF = Fraction(1, 2)


def table_of(program: Program) -> Table:
    """For every float the exact numbers of a program that round to it, scalars left out."""
    table: dict[float, frozenset[Coefficient]] = {}
    for op in program.ops:
        for coefficient, _ in op.terms if isinstance(op, LinComb) else ():
            for number, _ in monomials(coefficient):
                key = float(number)
                table[key] = table.get(key, frozenset()) | {number}
    return table


def exact_number(value: float, table: Table | None = None, spacing: float = DOUBLE) -> Coefficient:
    """The exact number that a number in code stands for.

    With a table it is the one number there that rounds to it. Else it is the fraction, or the root
    of a fraction, that a person would write so; where there is none, the float as it is.

    Args:
        value: an int or a float.
        table: of the program that the code was made from.
        spacing: of the floats about 1, in the precision that the number has.

    Raises:
        LiftError: no number of the table rounds to it, or two do; or it is not finite.
    """
    if isinstance(value, int):
        return int(value)
    if isinstance(value, complex) or not isfinite(value):
        expected = "a real and finite number"
        raise LiftError(Problem(f"A coefficient is {value!r}.", expected=expected))
    if table is None:
        return _written(value, spacing)
    found = table.get(value, frozenset())
    if len(found) != 1:
        what = f"{value!r} in the code does not stand for one coefficient of the formula."
        got = ", ".join(sorted(map(str, found))) or "none that rounds to it"
        raise LiftError(Problem(what, got=got, expected="exactly one"))
    (number,) = found
    return number


def _written(value: float, spacing: float) -> Coefficient:
    """What a person would have written."""
    # Fractions of small denominators are rare among floats: none is met by chance.
    denominator = min(DENOMINATOR, round(spacing ** (-1 / 3)))
    room = ROUNDED * spacing * abs(value)
    simple = Fraction(value).limit_denominator(denominator)
    if abs(float(simple) - value) <= room:
        return reduced(simple)
    root = _root(Fraction(value * value).limit_denominator(denominator))
    if root is not None and abs(float(root) - abs(value)) <= room:
        return root if value > 0 else -root
    return Fraction(value)


def _root(square: Fraction) -> Coefficient | None:
    """The square root of a fraction; None where it has a prime without an exact image."""
    root: Coefficient = Fraction(1, square.denominator)
    for prime in _primes(square.numerator * square.denominator):
        if not has_radical(prime, HALF):
            return None
        root = root * radical(prime, HALF)
    return root if square else None


def _primes(number: int) -> Iterator[int]:
    """The prime factors of a number, with repetitions."""
    factor = 2
    while number > 1:
        if factor > isqrt(number):
            factor = number
        while number % factor == 0:
            yield factor
            number //= factor
        factor += 1
