"""General formulas with a linear representation: runs of free length, one behind the other.

Where the lengths of a term's runs, and of the gaps between them, can take all values from some
least ones on, independently of each other, the words of the term are those of a chain: fixed
letters and letters that repeat. A chain is an automaton, and so is a sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sympy import Expr

from formula2net.synthesis.designing.lengths import Part, parts_of
from formula2net.synthesis.designing.linear import Number
from formula2net.synthesis.designing.series import Automaton
from formula2net.synthesis.designing.terms import NoTerms, terms_of


class Letter(NamedTuple):
    """A position of a chain: its weights for skip and use, and whether it repeats."""

    weights: tuple[Number, Number]
    repeats: bool


def automaton(expr: Expr, source: int | None, shortest: int = 0) -> Automaton | None:
    """A linear representation of a formula in L and m; None where none is found.

    None says nothing: the formula may have one all the same.

    Args:
        expr: the formula.
        source: 0 says that m is L.
        shortest: the least span that it is meant for.
    """
    try:
        terms = [parts_of(term, shortest) for term in terms_of(expr, source)]
    except NoTerms:
        return None
    chains = [(weight, _chain(parts)) for weight, found in terms for parts in found]
    size = sum(len(chain) + 1 for _, chain in chains)
    steps = [[list[Number]([0] * size) for _ in range(size)] for _ in range(2)]
    row, column, start = list[Number]([0] * size), list[Number]([0] * size), 0
    for weight, chain in chains:
        row[start] = weight
        for place in range(len(chain) + 1):
            _leave(chain, place, start, steps, column)
        start += len(chain) + 1
    matrices = tuple(tuple(tuple(line) for line in matrix) for matrix in steps)
    return Automaton(tuple(row), (matrices[0], matrices[1]), tuple(column))


def _leave(
    chain: Sequence[Letter],
    place: int,
    start: int,
    steps: list[list[list[Number]]],
    column: list[Number],
) -> None:
    """The letters that may come at a place of a chain: repeating ones may be passed by."""
    for at in range(place, len(chain)):
        weights, repeats = chain[at]
        to = at if repeats else at + 1
        for letter, weight in enumerate(weights):
            steps[letter][start + place][start + to] += weight
        if not repeats:
            return
    column[start + place] = 1


def _chain(parts: Sequence[Part]) -> list[Letter]:
    chain: list[Letter] = []
    for part in parts:
        weights = part.skip, part.use
        chain += [Letter(weights, False)] * part.length + [Letter(weights, True)] * part.longer
    return chain
