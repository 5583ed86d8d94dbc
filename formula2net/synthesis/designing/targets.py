"""What a target may be: a general formula, as SymPy or text, or a weight for every word."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from numbers import Rational
from typing import Any, TypeAlias

from sympy import Expr

from formula2net.errors import FormulaError, Problem
from formula2net.language.notation.general import parse_general
from formula2net.language.symbols import Operator
from formula2net.synthesis.designing.chains import automaton
from formula2net.synthesis.designing.expansion import Words, expand, operators_of
from formula2net.synthesis.designing.hankel import Hankel, find_rows
from formula2net.synthesis.designing.linear import Number, whole
from formula2net.synthesis.designing.realisation import automaton_of
from formula2net.synthesis.designing.series import LETTERS, Series, number_of, words
from formula2net.synthesis.designing.terms import L, M
from formula2net.synthesis.given import check_exact, exact, verdict

Weight = Callable[[tuple[bool, ...]], Any]
Target: TypeAlias = "str | Expr | Weight"

CALLED_TO = 12  # a weight is asked for all words up to this length: 8191 of them
AT_MOST = 14  # the same where a larger lag is asked for
MOVED = (1, 2)  # a formula in L and m is compared with itself at L = m + these
NO_EMPTY_WORD = (LookupError, ArithmeticError, ValueError, TypeError)


def read_target(target: Target, source: int | None, lag: int = 0) -> tuple[Series, Operator]:
    """The series of a target, and its block.

    Args:
        target: a formula in L and m, its text, or a function of tuples of booleans.
        source: 0, or None for every span.
        lag: the largest lag that is asked for; it says how long the words have to be.

    Raises:
        FormulaError: it is no target.
        NotationError: its text cannot be read.
    """
    needed = lag + 2 if source is None else 2 * lag
    known_to = min(max(CALLED_TO, needed), AT_MOST)
    if isinstance(target, str):
        target = parse_general(target)
    if isinstance(target, Expr):
        return _of_formula(target, source, known_to)
    if not callable(target):
        expected = "a formula in L and m, its text, or a function of a tuple of booleans"
        raise FormulaError(Problem(f"{target!r} is no target.", expected=expected))
    return _of_weight(target, known_to), Operator("W")


def _of_weight(weight: Weight, known_to: int) -> Series:
    def table(length: int) -> list[Number]:
        return [_exact(weight(word), word) for word in words(length)]

    try:
        empty = _exact(weight(()), ()) == 1
    except NO_EMPTY_WORD:
        empty = False
    return Series(table, known_to, empty=empty)


def _exact(value: Any, word: tuple[bool, ...]) -> Number:
    yes = verdict(value)
    if yes is not None:
        return int(yes)
    if isinstance(value, Rational):  # Python's, SymPy's and NumPy's whole numbers, and fractions
        return whole(Fraction(int(value.numerator), int(value.denominator)))
    what, try_ = f"{word} has the weight {value!r}", ""
    if isinstance(value, float):
        what, try_ = f"{word} has the weight {value}, which is a float", exact(value)
    expected = "True, False, an integer or a fraction"
    raise FormulaError(Problem(f"{what}.", expected=expected, try_=try_))


def _of_formula(expr: Expr, source: int | None, known_to: int) -> tuple[Series, Operator]:
    check_exact(expr)
    names = operators_of(expr)
    if len(names) > 1:
        got = ", ".join(sorted(names))
        raise FormulaError(Problem("A target speaks of one kind of block.", str(expr), got=got))
    free = expr.free_symbols - {L, M}
    if free:
        got = ", ".join(sorted(map(str, free)))
        what = "A target is free in L and m only."
        raise FormulaError(Problem(what, str(expr), got=got, expected='Index("L"), Index("m")'))

    def table(span: int) -> list[Number]:
        found = _words_at(expr, span, span)
        moved = () if source == 0 else MOVED
        if any(_words_at(expr, span, span + more) != found for more in moved):
            raise _depends_on_depth(expr, span)
        weights: list[Number] = [0] * len(LETTERS) ** span
        for word, weight in found.items():
            weights[number_of(word)] = weight
        return weights

    empty = _at_span_0(expr) == 1
    series = Series(table, known_to, empty=empty)
    linear = automaton(expr, source, 0 if empty else 1)
    if linear is not None and all(linear.table(n) == list(table(n)) for n in range(1, 6)):
        series = Series(table, known_to, linear, empty)
        series = Series(table, known_to, automaton_of(series, find_rows(Hankel(series))), empty)
    return series, Operator(names.pop() if names else "W")


def _at_span_0(expr: Expr) -> Number | None:
    """The number that a formula is for span 0; None if it is none."""
    try:
        found = expand(expr, {L: 0, M: 0})
    except FormulaError:
        return None
    return found.get((), 0) if set(found) <= {()} else None


def _words_at(expr: Expr, span: int, depth: int) -> dict[tuple[bool, ...], Number]:
    """The words of a formula for one span at one depth."""
    found: Words = expand(expr, {L: depth, M: span})
    blocks = range(depth, depth - span, -1)
    result = {}
    for word, weight in found.items():
        used = set(word)
        if list(word) != sorted(used, reverse=True) or not used <= set(blocks):
            raise _no_path(expr, word, span, depth)
        result[tuple(block in used for block in blocks)] = weight
    return result


def _no_path(expr: Expr, word: Sequence[int], span: int, depth: int) -> FormulaError:
    shown = "*".join(f"W_{index}" for index in word)
    what = f"{shown} is no path from X_{depth - span} to X_{depth}."
    blocks = [f"W_{index}" for index in range(depth, depth - span, -1)]
    between = ", ".join(blocks if span < 3 else [blocks[0], "...", blocks[-1]])
    if set(word) <= set(range(depth, depth - span, -1)):
        expected = f"distinct blocks of {between}, the latest first"
        try_ = "Product(W[L - j], (j, 0, m - 1)), which begins with W[L]"
    else:
        expected = f"blocks of {between}" if blocks else "no block"
        try_ = "ranges such that 0 <= j < m for each W[L - j], for every span m from 1 on"
    return FormulaError(Problem(what, str(expr), expected=expected, try_=try_))


def _depends_on_depth(expr: Expr, span: int) -> FormulaError:
    return FormulaError(
        Problem(
            f"The paths of span {span} are others at L = {span} than at greater depths.",
            str(expr),
            expected="indices L - j and weights that do not depend on L",
            try_="design(target, source=0), where m is L",
        )
    )
