"""The exact conditions for the order of a Runge-Kutta method.

(A, b) has order p iff every rooted tree t of at most p vertices satisfies
`sum_i b_i phi_i(t) = 1/gamma(t)` (Butcher 1963; Hairer, Norsett, Wanner I, Theorem II.2.13).

A and b are scaled to integers first: denominators of hundreds of digits cost no greatest common
divisors.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from sympy import Expr, Rational

from formula2net.language.schemes.numbers import sum_of, terms_of
from formula2net.language.schemes.rooted_trees import LEAF, RootedTree, rooted_trees
from formula2net.language.schemes.roots import ONE, Surd, dot


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
            if dot([(weight, {ONE: tree.density})]) != {ONE: one}:
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
            yield tree, dot(zip(weights, self._stage_weights(tree), strict=True)), one

    def _stage_weights(self, tree: RootedTree) -> list[Surd]:
        """phi_i(tree) for every RK stage i: the product over its subtrees of (A phi)_i."""
        if tree not in self._phi:
            *others, last = tree.children
            rest = self._stage_weights(RootedTree(tuple(others)))
            below = self._below_root(last)
            self._phi[tree] = [dot([pair]) for pair in zip(rest, below, strict=True)]
        return self._phi[tree]

    def _below_root(self, tree: RootedTree) -> list[Surd]:
        if tree not in self._below:
            phi = self._stage_weights(tree)
            self._below[tree] = [dot((a, phi[j]) for j, a in row) for row in self._rows]
        return self._below[tree]


def _as_expr(value: Surd, one: int) -> Expr:
    return sum_of({root: Fraction(multiple, one) for root, multiple in value.items()})


def _scaled(rows: Sequence[Sequence[Expr]]) -> tuple[int, list[list[Surd]]]:
    """(s, the rows times s), where s is the least integer that clears all denominators."""
    terms = [[terms_of(entry) or {} for entry in row] for row in rows]
    scale = lcm(*(q.denominator for row in terms for entry in row for q in entry.values()))
    return scale, [
        [{root: int(q * scale) for root, q in entry.items() if q} for entry in row] for row in terms
    ]
