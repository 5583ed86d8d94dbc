"""Values side by side, means and sums, listed or over a range: `sum(X_j, j=0..i-1)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import Expr, Sum

from formula2net.language.expressions import add
from formula2net.language.notation.tree import syntax as st
from formula2net.language.notation.tree.clauses import read_limits
from formula2net.language.notation.values.ellipses import Row, read_row
from formula2net.language.structure import Concat, Windowed

if TYPE_CHECKING:
    from formula2net.language.notation.values.builder import Values


def concatenated(values: Values, items: tuple[st.Node, ...]) -> Expr:
    """The items side by side; an ellipsis between them makes a window."""
    row = read_row(values, items)
    if len(row) == 1:
        return _whole(Concat, row)
    return Concat(*(term if limits is None else Concat(term, limits) for term, limits in row))


def summed(values: Values, node: st.Sum) -> Expr:
    """A sum with an ellipsis between its terms.

    Raises:
        NotationError: If there is a minus sign.
    """
    if any(sign < 0 for sign in node.signs):
        raise values.error("A sum with an ellipsis has plus signs only.", node)
    row = read_row(values, node.terms)
    terms = [term if limits is None else Sum(term, limits) for term, limits in row]
    total = terms[0]
    for term in terms[1:]:
        total = add(total, term)
    return total


def windowed(values: Values, make: type[Windowed], items: tuple[st.Node, ...]) -> Expr:
    """`concat` and `mean`: of a list, or of a window `concat(X_j, j = i-g..i-1, clip)`.

    Raises:
        NotationError: If there are several ranges, or a mean of a window and other values.
    """
    clip = len(items) > 2 and _is_clip(items[-1])
    limits = read_limits(items[1:-1] if clip else items[1:])
    if limits:
        if len(limits) > 1:
            raise values.error("A window has one range.", items[2])
        inner, bounds = values.bound(limits[0])
        return make(inner.value(items[0]), bounds, clip=clip)
    if make is Concat:
        return concatenated(values, items)
    row = read_row(values, items)
    if len(row) > 1 and any(limits for _, limits in row):
        raise values.error("A mean is of a list or of one window.", items[0])
    return _whole(make, row)


def _whole(make: type[Windowed], row: Row) -> Expr:
    """A list of plain values, or one window."""
    limits = row[0][1]
    return make(*(term for term, _ in row)) if limits is None else make(row[0][0], limits)


def summed_over(values: Values, items: tuple[st.Node, ...]) -> Expr:
    """`sum(X_j, j = 0..i-1)`, over one range or several.

    Raises:
        NotationError: If there is no range.
    """
    limits = read_limits(items[1:])
    if not limits:
        what = "A sum needs a value and the range of its index."
        raise values.error(what, items[-1], try_="sum(X_j, j = 0..i-1)")
    bounds = []
    for clause in reversed(limits):  # the last range is the outermost: its index is known before
        values, bound = values.bound(clause)
        bounds.append(bound)
    return Sum(values.value(items[0]), *reversed(bounds))


def _is_clip(node: st.Node) -> bool:
    if isinstance(node, st.Chain) and node.relations == ("=",):
        word, value = node.values
        return _is_word(word, "clip") and _is_word(value, "True")
    return _is_word(node, "clip")


def _is_word(node: st.Node, word: str) -> bool:
    return isinstance(node, st.Name) and node.text == word
