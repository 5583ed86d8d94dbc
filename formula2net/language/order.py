"""Exact numbers, and the exact conditions for the order of a Runge-Kutta method.

(A, b) has order p iff every rooted tree t of at most p vertices satisfies
`sum_i b_i phi_i(t) = 1/gamma(t)` (Butcher 1963; Hairer, Norsett, Wanner I, Theorem II.2.13).

A number is a sum of rational multiples of real roots, kept as a dict from root to multiple. Roots
in lowest form are linearly independent over the rationals (Besicovitch 1940), so numbers are equal
exactly when their dicts are. A and b are scaled to integers first: nothing is ever rounded, and
denominators of hundreds of digits cost no greatest common divisors.
"""

from __future__ import annotations

import numbers
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import gcd, lcm, prod
from typing import Final

from sympy import Add, Expr, Integer, Rational, expand, factorint, radsimp

from formula2net.errors import Problem
from formula2net.language.rooted_trees import LEAF, RootedTree, rooted_trees

Root = tuple[int, int]  # (radicand, index): the index-th root of the radicand, in lowest form
Surd = dict[Root, int]  # a sum of integer multiples of roots, without zeros
ONE: Final[Root] = (1, 1)

_TERM: Final = re.compile(
    r"\s*([+-]?)\s*(?:(?P<n>\d+)(?:\s*\*\s*sqrt\((?P<d>\d+)\))?|sqrt\((?P<r>\d+)\))"
    r"\s*(?:/\s*(?P<q>\d+))?\s*"
)


@dataclass(frozen=True, slots=True)
class Condition:
    """One order condition.

    Attributes:
        tree: The rooted tree it belongs to.
        got: The elementary weight of the method, `sum_i b_i phi_i(tree)`.
        expected: What the exact solution has, `1/gamma(tree)`.
    """

    tree: RootedTree
    got: Expr
    expected: Expr

    @property
    def holds(self) -> bool:
        """Whether the condition is satisfied, exactly."""
        return bool(self.got == self.expected)


class OrderConditions:
    """The conditions of every b that is used with one matrix A.

    Args:
        A: Square rows of exact numbers.
    """

    def __init__(self, A: Sequence[Sequence[Expr]]) -> None:
        self._scale, rows = _scaled(A)
        self._rows = [[(j, entry) for j, entry in enumerate(row) if entry] for row in rows]
        # Both are scaled: phi(t) by scale^(|t| - 1), and A phi(t) by scale^|t|.
        self._phi: dict[RootedTree, list[Surd]] = {LEAF: [{ONE: 1} for _ in A]}
        self._below: dict[RootedTree, list[Surd]] = {}

    def of_order(self, b: Sequence[Expr], order: int) -> Iterator[Condition]:
        """All conditions of exactly this order, bushy trees first."""
        for tree, weight, one in self._weights(b, order):
            yield Condition(tree, _as_expr(weight, one), Rational(1, tree.density))

    def first_failure(self, b: Sequence[Expr], order: int) -> Condition | None:
        """The first condition of exactly this order that fails; None if all hold."""
        for tree, weight, one in self._weights(b, order):
            if _dot([(weight, {ONE: tree.density})]) != {ONE: one}:
                return Condition(tree, _as_expr(weight, one), Rational(1, tree.density))
        return None

    def order(self, b: Sequence[Expr], max_order: int) -> int:
        """The order of (A, b), or `max_order` if the conditions hold as far as that."""
        held = 0
        while held < max_order and self.first_failure(b, held + 1) is None:
            held += 1
        return held

    def _weights(self, b: Sequence[Expr], order: int) -> Iterator[tuple[RootedTree, Surd, int]]:
        """(tree, its elementary weight times an integer, that integer)."""
        scale, (weights,) = _scaled([b])
        one = scale * self._scale ** (order - 1)
        for tree in rooted_trees(order):
            yield tree, _dot(zip(weights, self._stage_weights(tree), strict=True)), one

    def _stage_weights(self, tree: RootedTree) -> list[Surd]:
        """phi_i(tree) for every RK stage i: the product over its subtrees of (A phi)_i."""
        if tree not in self._phi:
            *others, last = tree.children
            rest = self._stage_weights(RootedTree(tuple(others)))
            below = self._below_root(last)
            self._phi[tree] = [_dot([pair]) for pair in zip(rest, below, strict=True)]
        return self._phi[tree]

    def _below_root(self, tree: RootedTree) -> list[Surd]:
        if tree not in self._below:
            phi = self._stage_weights(tree)
            self._below[tree] = [_dot((a, phi[j]) for j, a in row) for row in self._rows]
        return self._below[tree]


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
        terms = _terms(value)
        if terms is None:
            problems.append(_not_exact(value, f"{prefix}{k}"))
        result.append(_sum_of(terms or {}))
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


def _terms(value: object) -> dict[Root, Fraction] | None:
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
        factor, root = _root(int(match["d"] or match["r"] or 1), 2)
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
            whole, part = _root(int(base) ** int(power.p), int(power.q))
            more, root = _product(root, part)
            factor *= whole * more
        fraction = Fraction(int(multiple.p), int(multiple.q)) * factor
        terms[root] = terms.get(root, Fraction(0)) + fraction
    return terms


def _sum_of(terms: dict[Root, Fraction]) -> Expr:
    return Add(
        *(
            Rational(value.numerator, value.denominator) * Integer(radicand) ** Rational(1, index)
            for (radicand, index), value in terms.items()
        )
    )


def _as_expr(value: Surd, one: int) -> Expr:
    return _sum_of({root: Fraction(multiple, one) for root, multiple in value.items()})


def _scaled(rows: Sequence[Sequence[Expr]]) -> tuple[int, list[list[Surd]]]:
    """(s, the rows times s), where s is the least integer that clears all denominators."""
    terms = [[_terms(entry) or {} for entry in row] for row in rows]
    scale = lcm(*(q.denominator for row in terms for entry in row for q in entry.values()))
    return scale, [
        [{root: int(q * scale) for root, q in entry.items() if q} for entry in row] for row in terms
    ]


def _dot(pairs: Iterable[tuple[Surd, Surd]]) -> Surd:
    total: Surd = {}
    for left, right in pairs:
        for r, m in left.items():
            for s, n in right.items():
                factor, root = _product(r, s)
                total[root] = total.get(root, 0) + factor * m * n
    return {root: multiple for root, multiple in total.items() if multiple}


@lru_cache(maxsize=4096)
def _product(left: Root, right: Root) -> tuple[int, Root]:
    """(factor, root) of the product of two roots."""
    (m, j), (n, k) = left, right
    index = lcm(j, k)
    return _root(m ** (index // j) * n ** (index // k), index)


@lru_cache(maxsize=4096)
def _root(radicand: int, index: int) -> tuple[int, Root]:
    """(factor, root) in lowest form: the 2nd root of 12 is 2 times that of 3."""
    if radicand == 0:
        return 0, ONE
    powers = {p: divmod(e, index) for p, e in factorint(radicand).items()}
    factor = prod(p**whole for p, (whole, _) in powers.items())
    common = gcd(index, *(rest for _, rest in powers.values()))
    return factor, (prod(p ** (rest // common) for p, (_, rest) in powers.items()), index // common)
