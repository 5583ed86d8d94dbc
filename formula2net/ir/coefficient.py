"""Exact coefficients: integers, fractions, and polynomials in radicals and scalars.

Nearly every coefficient of a formula is an ``int`` or a ``Fraction``; those stay what they are.
The rest (``sqrt(6)/4``, a symbolic ``Scalar``) is a :class:`Polynomial`: a sum of rational
multiples of monomials whose generators are prime radicals ``p ** q`` with ``0 < q < 1`` and
scalar names. Real radicals of distinct primes are linearly independent over the rationals
(Besicovitch 1940), so two coefficients are equal exactly when their monomials agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

Generator = int | str
Monomial = tuple[tuple[Generator, Fraction], ...]


@dataclass(frozen=True, slots=True)
class Polynomial:
    """A non-rational coefficient: sorted ``(monomial, rational)`` pairs, no zeros."""

    terms: tuple[tuple[Monomial, Fraction], ...]

    def __add__(self, other: Coefficient) -> Coefficient:
        total = dict(self.terms)
        for monomial, value in _terms(other):
            total[monomial] = total.get(monomial, Fraction(0)) + value
        return collect(total)

    def __mul__(self, other: Coefficient) -> Coefficient:
        total: dict[Monomial, Fraction] = {}
        for left, a in self.terms:
            for right, b in _terms(other):
                monomial, factor = _join(left, right)
                total[monomial] = total.get(monomial, Fraction(0)) + a * b * factor
        return collect(total)

    def __neg__(self) -> Polynomial:
        return Polynomial(tuple((monomial, -value) for monomial, value in self.terms))

    def __sub__(self, other: Coefficient) -> Coefficient:
        return self + -other

    def __rsub__(self, other: Coefficient) -> Coefficient:
        return -self + other

    __radd__ = __add__
    __rmul__ = __mul__

    @property
    def scalars(self) -> frozenset[str]:
        """Names of the scalars that occur."""
        return frozenset(g for monomial, _ in self.terms for g, _ in monomial if isinstance(g, str))

    def __float__(self) -> float:
        return evaluate(self, {})

    def __str__(self) -> str:
        return " + ".join(_term_text(monomial, value) for monomial, value in self.terms)


Coefficient = int | Fraction | Polynomial


def collect(terms: Mapping[Monomial, Fraction]) -> Coefficient:
    """The coefficient with these terms; rational where it is rational."""
    kept = {monomial: value for monomial, value in terms.items() if value}
    if not kept:
        return 0
    if len(kept) == 1 and () in kept:
        return reduced(kept[()])
    return Polynomial(tuple(sorted(kept.items(), key=_order)))


def reduced(value: int | Fraction) -> int | Fraction:
    """An ``int`` where the fraction is whole: ints are much faster."""
    return value.numerator if value.denominator == 1 else value


def scalar(name: str) -> Polynomial:
    """The coefficient that is the scalar ``name``."""
    return Polynomial(((((name, Fraction(1)),), Fraction(1)),))


def monomials(coefficient: Coefficient) -> list[tuple[Coefficient, tuple[str, ...]]]:
    """A coefficient as a sum of numbers times products of scalars.

    The number holds all that is known exactly, radicals included; a scalar that stands twice in
    the product is listed twice.
    """
    if not isinstance(coefficient, Polynomial):
        return [(coefficient, ())]
    numbers: dict[tuple[str, ...], dict[Monomial, Fraction]] = {}
    for monomial, rational in coefficient.terms:
        scalars = tuple(g for g, e in monomial if isinstance(g, str) for _ in range(int(e)))
        radicals = tuple((g, e) for g, e in monomial if not isinstance(g, str))
        known = numbers.setdefault(scalars, {})
        known[radicals] = known.get(radicals, Fraction(0)) + rational
    return [(collect(known), scalars) for scalars, known in numbers.items()]


def radical(prime: int, exponent: Fraction) -> Coefficient:
    """``prime ** exponent``, exactly."""
    whole, part = divmod(exponent, 1)
    factor = Fraction(prime) ** int(whole)
    return collect({((prime, part),) if part else (): factor})


def scalars_of(value: Coefficient) -> frozenset[str]:
    """Names of the scalars in a coefficient."""
    return value.scalars if isinstance(value, Polynomial) else frozenset()


def evaluate(value: Coefficient, scalars: Mapping[str, float]) -> float:
    """The coefficient as a float, with these values of its scalars."""
    total = 0.0
    for monomial, rational in _terms(value):
        term = float(rational)
        for generator, exponent in monomial:
            base = scalars[generator] if isinstance(generator, str) else float(generator)
            term *= base ** float(exponent)
        total += term
    return total


def _join(left: Monomial, right: Monomial) -> tuple[Monomial, Fraction]:
    exponents = dict(left)
    for generator, exponent in right:
        exponents[generator] = exponents.get(generator, Fraction(0)) + exponent
    factor = Fraction(1)
    for generator, exponent in exponents.items():
        if isinstance(generator, int) and exponent >= 1:
            factor *= generator
            exponents[generator] = exponent - 1
    kept = ((g, e) for g, e in exponents.items() if e)
    return tuple(sorted(kept, key=lambda pair: (isinstance(pair[0], str), pair))), factor


def _terms(value: Coefficient) -> Iterable[tuple[Monomial, Fraction]]:
    return value.terms if isinstance(value, Polynomial) else (((), Fraction(value)),)


def _order(term: tuple[Monomial, Fraction]) -> tuple[int, str]:
    return len(term[0]), repr(term[0])


def _term_text(monomial: Monomial, value: Fraction) -> str:
    factors = [
        f"{g}" if e == 1 else f"{g}**({e})" if isinstance(g, int) else f"{g}**{e}"
        for g, e in monomial
    ]
    if value != 1 or not factors:
        factors.insert(0, f"({value})" if value.denominator != 1 else str(value))
    return "*".join(factors)
