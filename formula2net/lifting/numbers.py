"""Exact coefficients for the numbers that stand in code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import isfinite, isqrt

from formula2net.errors import LiftError, Problem
from formula2net.ir.coefficient import Coefficient, has_radical, monomials, radical, reduced
from formula2net.ir.ops import LinComb
from formula2net.ir.program import Program

Table = Mapping[float, frozenset[Coefficient]]

DENOMINATOR = 10_000  # of what a person would write as a fraction
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


def exact_number(value: float, table: Table | None = None) -> Coefficient:
    """The exact number that a number in code stands for.

    With a table it is the one number there that rounds to it. Else it is the fraction, or the root
    of a fraction, that a person would write so; where there is none, the float as it is.

    Args:
        value: an int or a float.
        table: of the program that the code was made from.

    Raises:
        LiftError: no number of the table rounds to it, or two do; or it is not finite.
    """
    if isinstance(value, int):
        return int(value)
    if not isfinite(value):
        raise LiftError(Problem(f"A coefficient is {value!r}.", expected="a finite number"))
    if table is None:
        return _written(value)
    found = table.get(value, frozenset())
    if len(found) != 1:
        what = f"{value!r} in the code does not stand for one coefficient of the formula."
        got = ", ".join(sorted(map(str, found))) or "none that rounds to it"
        raise LiftError(Problem(what, got=got, expected="exactly one"))
    (number,) = found
    return number


def _written(value: float) -> Coefficient:
    """What a person would have written."""
    simple = Fraction(value).limit_denominator(DENOMINATOR)
    if float(simple) == value:
        return reduced(simple)
    square = Fraction(value * value).limit_denominator(DENOMINATOR)
    root = _root(square)
    if root is not None and float(root) == abs(value):
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
