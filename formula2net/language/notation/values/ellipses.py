"""Rows with an ellipsis: `x_0, x_1, ..., x_{i-1}` is a function of an index and its range."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from sympy import Expr, Integer, S, expand

from formula2net.language.expressions import Term, sort_of
from formula2net.language.notation.names.scope import Scope
from formula2net.language.notation.tree import syntax as st
from formula2net.language.symbols import Index, ScalarAt

if TYPE_CHECKING:
    from formula2net.language.notation.values.builder import Values

Limits: TypeAlias = tuple[Index, Expr, Expr]
Row: TypeAlias = list[tuple[Expr, Limits | None]]


def read_row(values: Values, items: tuple[st.Node, ...]) -> Row:
    """The items, each with limits where an ellipsis joins several into one.

    Raises:
        NotationError: If an ellipsis has not a value on each side, or these are no row.
    """
    row: Row = []
    for place, item in enumerate(items):
        if not isinstance(item, st.Dots):
            if place == 0 or not isinstance(items[place - 1], st.Dots):
                row.append((values.value(item), None))
            continue
        if place == 0 or place + 1 == len(items) or isinstance(items[place + 1], st.Dots):
            what = "An ellipsis stands between the first and the last of a row."
            raise values.error(what, item, try_="x_0, x_1, ..., x_{i-1}")
        joined = _joined(row, values.value(items[place + 1]), values.scope)
        if joined is None:
            what = "This ellipsis cannot be read: the values beside it are no row."
            raise values.error(what, item, expected="values that differ by 1 in an index")
        row = joined
    return row


def _joined(row: Row, end: Expr, scope: Scope) -> Row | None:
    """The row with as many of its last values as possible, up to `end`, as one window."""
    for start in range(len(row)):
        if any(limits for _, limits in row[start:]):
            continue
        terms = [term for term, _ in row[start:]]
        window = _window(terms, end, Index(scope.free_index(*terms, end)))
        if window is not None:
            # x_0, x_2, ..., x_8 is not x_0 and a row from x_2 on.
            apart = start == 0 or _step(row[start - 1][0], terms[0]) is None
            return [*row[:start], window] if apart else None
    return None


def _window(row: list[Expr], end: Expr, index: Index) -> tuple[Expr, Limits] | None:
    """A function of `index` that gives the row from its first to its last value, and the limits."""
    pairs = _differences(row[0], end)
    if not pairs:
        return None
    first, last = pairs[0]
    step = -1 if _is_below(last - first) else 1
    if len(row) > 1:
        steps = {_step(before, after) for before, after in pairwise(row)}
        if steps not in ({1}, {-1}):
            return None
        step = 1 if steps == {1} else -1
    lengths = {expand(high - low) for low, high in pairs}
    if len(lengths) != 1:
        return None
    shift = index - first if step == 1 else -index
    body = _map_pairs(row[0], end, lambda low, _: expand(low + shift))
    limits = (index, first, last) if step == 1 else (index, S.Zero, expand(first - last))
    return body, limits


def _is_below(difference: Expr) -> bool:
    """Whether an index difference is negative at large steps, as 0 - (i - 1) is."""
    leading = [difference.coeff(symbol) for symbol in difference.free_symbols]
    return all(number.is_negative for number in leading or [difference])


def _step(before: Expr, after: Expr) -> int | None:
    """By how much all indices differ in two expressions of one form, if that is a number."""
    steps = {expand(high - low) for low, high in _differences(before, after) or []}
    step = steps.pop() if len(steps) == 1 else None
    return int(step) if isinstance(step, Integer) else None


def _differences(first: Expr, last: Expr) -> list[tuple[Expr, Expr]] | None:
    """Where the indices of two expressions of one form differ; None if the forms do."""
    pairs: list[tuple[Expr, Expr]] = []

    def note(low: Expr, high: Expr) -> Expr:
        pairs.append((low, high))
        return low

    return pairs if _map_pairs(first, last, note) is not None else None


def _map_pairs(first: Expr, last: Expr, change: Callable[[Expr, Expr], Expr]) -> Expr | None:
    """`first` with every index that differs in `last` changed; None if the forms differ."""
    if first == last:
        return first
    if not isinstance(first, Term | ScalarAt):
        whole = sort_of(first) == sort_of(last) == "number"
        return change(first, last) if whole and _is_index(first) and _is_index(last) else None
    if type(first) is not type(last) or len(first.args) != len(last.args):
        return None
    parts = [
        _map_pairs(old, new, change) if isinstance(old, Expr) else (old if old == new else None)
        for old, new in zip(first.args, last.args, strict=True)
    ]
    return None if None in parts else first.func(*parts)


def _is_index(expr: Expr) -> bool:
    return bool(expr.is_integer)
