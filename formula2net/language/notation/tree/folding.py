"""A row of factors -> products, applications and sums, by what stands next to what."""

from __future__ import annotations

from formula2net.language.notation import vocabulary
from formula2net.language.notation.faults import Span
from formula2net.language.notation.tree.syntax import (
    BigSum,
    Bracketed,
    Call,
    Group,
    Indexed,
    Name,
    Node,
    Power,
    Product,
    SumSign,
)

Row = list[tuple[str, Node]]


def fold(row: Row) -> Node:
    """One node for factors with the sign before each ("" for none, which multiplies).

    A bracket directly after a name or a bracket binds tighter than any sign, a sum reaches to the
    end of the row, and the rest goes from left to right, so `1/2 X` is (1/2) X.
    """
    row = _calls(row)
    for place, (sign, factor) in enumerate(row):
        if isinstance(factor, SumSign) and place + 1 < len(row):
            body = fold([("", row[place + 1][1]), *row[place + 2 :]])
            row = [*row[:place], (sign, BigSum(_hull(factor, body), factor, body))]
            break
    result = row[0][1]
    for sign, factor in row[1:]:
        result = Product(_hull(result, factor), sign or "*", result, factor)
    return result


def _calls(row: Row) -> Row:
    joined: Row = []
    for sign, factor in row:
        before = joined[-1][1] if joined and not sign else None
        call = None if before is None else _call(before, factor)
        if call is None:
            joined.append((sign, factor))
        else:
            joined[-1] = (joined[-1][0], call)
    return joined


def _call(before: Node, factor: Node) -> Node | None:
    """`before` and `factor` as one node, if the second is a bracket that belongs to the first."""
    if isinstance(factor, Power):  # sqrt(6)^2 is the square of sqrt(6)
        call = _call(before, factor.base)
        return call and Power(_hull(before, factor), call, factor.exponent, factor.sign)
    if isinstance(factor, Bracketed) and isinstance(factor.base, Group):  # split(x, 2)_1
        call = _call(before, factor.base)
        return call and Bracketed(_hull(before, factor), call, factor.items)
    if not isinstance(factor, Group) or factor.sign not in "([":
        return None
    span = _hull(before, factor)
    if factor.sign == "[" and (isinstance(before, Name) or _is_part(before, factor)):
        return Bracketed(span, before, factor.items)
    return Call(span, before, factor) if _is_callable(before) else None


def _is_part(before: Node, bracket: Group) -> bool:
    """Whether a bracket after a call says which part, `split(x, n)[k]`, or holds what follows.

    `W(V)[x, y]` is W(V) of two values; one plain index is taken for a part, and refused later.
    """
    if not isinstance(before, Call):
        return False
    name = before.function.text if isinstance(before.function, Name) else ""
    if vocabulary.function(name) == "split":
        return True
    inside = (part for item in bracket.items for part in item.walk())
    return len(bracket.items) == 1 and not any(isinstance(p, Indexed | Bracketed) for p in inside)


def _is_callable(node: Node) -> bool:
    if isinstance(node, Power):
        node = node.base
    if isinstance(node, Bracketed):
        return isinstance(node.base, Name)
    return isinstance(node, Name | Indexed) or (isinstance(node, Group) and "(" in node.sign)


def _hull(first: Node, last: Node) -> Span:
    return first.span[0], last.span[1]
