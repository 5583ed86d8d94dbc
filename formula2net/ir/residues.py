"""Exact things as residues modulo a 61-bit prime: coefficients, keys, places in a concatenation.

Equal things have equal residues; unequal ones differ but for a chance of about 2**-61.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from hashlib import blake2b
from math import gcd

from formula2net.ir.coefficient import Coefficient, Generator

# All primes up to 47 are squares modulo PRIME, PRIME = 3 (mod 4), and PRIME - 1 is prime to
# 105: the radicals that occur in practice have an exact image, so images of equal values agree.
PRIME = 1649661918096976559
RADICAL_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47)


def random_residue(*key: object) -> int:
    """A fixed pseudo-random residue for a key (the same in every process)."""
    digest = blake2b(repr(key).encode(), digest_size=16).digest()
    return int.from_bytes(digest, "big") % (PRIME - 1) + 1


# Powers of _Z have exponents modulo a product of two large primes of PRIME - 1, so every fraction
# of a width that a formula may name is an exponent: shifts by a and by b are one by a + b.
_ORDER = 36659647 * 80070097
_Z = pow(random_residue("offset"), (PRIME - 1) // _ORDER, PRIME)


def has_radical(prime: int, exponent: Fraction) -> bool:
    """Whether ``prime ** exponent`` has an exact image modulo :data:`PRIME`."""
    index = exponent.denominator
    odd = index // (index & -index)
    return index == 1 or (prime in RADICAL_PRIMES and gcd(odd, PRIME - 1) == 1)


def random_value(name: str) -> int:
    """The fixed random integer that stands for a scalar."""
    return random_residue("scalar", name)


def modular(value: Coefficient) -> int:
    """The coefficient modulo :data:`PRIME`; each scalar has a fixed random value there."""
    if isinstance(value, int):
        return value % PRIME
    if isinstance(value, Fraction):
        return value.numerator * pow(value.denominator, -1, PRIME) % PRIME
    total = 0
    for monomial, rational in value.terms:
        term = modular(rational)
        for generator, exponent in monomial:
            term = term * _modular_power(generator, exponent) % PRIME
        total += term
    return total % PRIME


@lru_cache(maxsize=4096)
def _modular_power(generator: Generator, exponent: Fraction) -> int:
    if isinstance(generator, str):
        return pow(random_value(generator), int(exponent), PRIME)
    root, index = generator, exponent.denominator
    while index % 2 == 0:
        # PRIME = 3 (mod 4): of the two roots this one is itself a square, so it goes on.
        root, index = pow(root, (PRIME + 1) // 4, PRIME), index // 2
    root = pow(root, pow(index, -1, PRIME - 1), PRIME) if index > 1 else root
    return pow(root, exponent.numerator, PRIME)


@lru_cache(maxsize=65536)
def shift(offset: int | Fraction) -> int:
    """The factor of what stands at an offset of a concatenation, in units of width."""
    exact = Fraction(offset)
    return pow(_Z, exact.numerator * pow(exact.denominator, -1, _ORDER) % _ORDER, PRIME)


def part_residue(whole: int, width: int | Fraction, part: int, parts: int) -> int:
    """Residue of a part of an atom.

    It is the difference of a function of the place in the atom, from 0 to the whole's residue, at
    the part's two ends; so parts that are joined again are what they are parts of.

    Args:
        whole: residue of the atom.
        width: of the atom, in units.
        part: which part, from 1.
        parts: of how many equal ones.
    """
    start, end = (_cut_residue(whole, k, parts) for k in (part - 1, part))
    return (end - start) * pow(shift(Fraction(width) * (part - 1) / parts), -1, PRIME) % PRIME


def _cut_residue(whole: int, part: int, parts: int) -> int:
    """The function at a fraction of the atom's width."""
    place = Fraction(part, parts)
    if place.denominator == 1:
        return whole * int(place)
    return random_residue("cut", whole, place)
