"""General formulas with a linear representation: runs of free length, one behind the other.

The lengths of a term's runs, and of the gaps between them, are affine in its indices. Where they
can take all values from some least ones on, independently of each other, the words of the term are
those of a chain: fixed letters and letters that repeat. A chain is an automaton, and so is a sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sympy import Expr, Integer

from formula2net.synthesis.designing.linear import Basis, Number
from formula2net.synthesis.designing.series import Automaton
from formula2net.synthesis.designing.terms import M, NoTerms, Run, Term, affine, terms_of


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
        chains = [(term.weight, _chain(term, shortest)) for term in terms_of(expr, source)]
    except NoTerms:
        return None
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


def _chain(term: Term, shortest: int) -> list[Letter]:
    """The chain of a term.

    Raises:
        NoTerms: its lengths depend on each other.
    """
    parts = list(_lengths(term.runs))
    unknowns: dict[Expr, int] = {index: n for n, (index, _, _) in enumerate(term.ranges)}
    unknowns[M] = len(unknowns)
    lengths = [affine(length, unknowns) for length, _ in parts]
    free = [form for form in lengths if any(form[0])]
    least = _least(term, unknowns, free, M - shortest)
    chain: list[Letter] = []
    for (row, constant), (_, weights) in zip(lengths, parts, strict=True):
        fixed = least.pop(0) if any(row) else constant
        if fixed < 0:
            raise NoTerms
        chain += [Letter(weights, False)] * fixed
        chain += [Letter(weights, True)] if any(row) else []
    return chain


def _lengths(runs: Sequence[Run]) -> list[tuple[Expr, tuple[Number, Number]]]:
    """The lengths of the runs and of the gaps around them, with their weights."""
    parts: list[tuple[Expr, tuple[Number, Number]]] = []
    end: Expr = Integer(0)
    for run in runs:
        parts.append((run.first - end, (1, 0)))
        parts.append((run.last - run.first + 1, (run.skip, run.use)))
        end = run.last + 1
    return [*parts, (M - end, (1, 0))]


def _least(
    term: Term,
    unknowns: dict[Expr, int],
    free: Sequence[tuple[tuple[int, ...], int]],
    span: Expr,
) -> list[int]:
    """The least value of every free length: what the ranges of the indices say.

    Raises:
        NoTerms: the ranges say more than one bound for each length.
    """
    basis = Basis()
    if len(free) != len(unknowns) or not all(basis.add(row) for row, _ in free):
        raise NoTerms
    bounds: list[Expr] = [span]
    for index, low, high in term.ranges:
        bounds += [index - low, high - index]
    least: list[int | None] = [None] * len(free)
    implied: list[tuple[dict[int, int], int]] = []
    for bound in bounds:
        row, constant = affine(bound, unknowns)
        form = basis.combination(row)
        if form is None or any(c.denominator > 1 or c < 0 for c in form.values()):
            raise NoTerms
        whole = {n: int(c) for n, c in form.items()}
        constant -= sum(c * free[n][1] for n, c in whole.items())
        if list(whole.values()) == [1]:
            (n,) = whole
            known = least[n]
            least[n] = -constant if known is None else max(known, -constant)
        else:
            implied.append((whole, constant))
    if any(value is None for value in least) or not _integral(basis, len(unknowns)):
        raise NoTerms
    values = [value or 0 for value in least]
    if any(
        sum(c * values[n] for n, c in form.items()) + constant < 0 for form, constant in implied
    ):
        raise NoTerms
    return values


def _integral(basis: Basis, size: int) -> bool:
    """Whether every choice of whole lengths comes from whole indices."""
    for place in range(size):
        unit = tuple(int(place == n) for n in range(size))
        if any(c.denominator > 1 for c in (basis.combination(unit) or {}).values()):
            return False
    return True
