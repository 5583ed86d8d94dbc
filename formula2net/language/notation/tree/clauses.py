"""Ranges of an index in their spellings: `j = 1..n`, `j = 1, ..., n`, `1 <= j < n`, `(j, 1, n)`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from formula2net.language.notation.tree.syntax import Chain, Dots, Group, Items, Name, Node, Range

_UP: Final = {"<": 1, "<=": 0}
_DOWN: Final = {">": 1, ">=": 0}


@dataclass(frozen=True, slots=True)
class Clause:
    """The range of an index.

    Attributes:
        name: The index.
        first: Its first value, less `below`; None where the text gives no bound.
        last: Its last value, plus `above`; None where the text gives no bound.
        below: 1 if the first value is excluded.
        above: 1 if the last value is excluded.
    """

    name: Name
    first: Node | None
    last: Node | None
    below: int = 0
    above: int = 0


def read_clause(items: tuple[Node, ...]) -> tuple[Clause, int] | None:
    """The range that the first items spell, and how many of them it takes; None if there is none.

    An equation `X_i = ...` is no range: the name of a range stands alone.
    """
    head = items[0]
    if isinstance(head, Group) and head.sign == "(" and len(head.items) == 3:
        name, first, last = head.items
        return (Clause(name, first, last), 1) if isinstance(name, Name) else None
    if not isinstance(head, Chain):
        return None
    if set(head.relations) <= set(_UP) or set(head.relations) <= set(_DOWN):
        clause = _inequality(head)
        return (clause, 1) if clause else None
    name, *values = head.values
    if head.relations not in (("=",), ("in",)) or not isinstance(name, Name):
        return None
    if head.relations == ("in",) and isinstance(values[0], Group):
        listed = _listed(name, values[0].items)  # k in {1, ..., n}
        return (listed[0], 1) if listed else None
    return _listed(name, (*values, *items[1:]))


def _listed(name: Name, values: tuple[Node, ...]) -> tuple[Clause, int] | None:
    """`1..n`, or `1, ..., n` with one or two values before the ellipsis."""
    if isinstance(values[0], Range):
        return Clause(name, values[0].first, values[0].last), 1
    for place in (1, 2):
        if len(values) > place + 1 and isinstance(values[place], Dots):
            return Clause(name, values[0], values[place + 1]), place + 2
    return None


def _inequality(chain: Chain) -> Clause | None:
    """`1 < i < L`, `i >= 2`; with > all is read from the right."""
    values, relations = chain.values, chain.relations
    if relations[0] in _DOWN:
        values, relations = values[::-1], tuple({">": "<", ">=": "<="}[s] for s in relations[::-1])
    strict = [_UP[relation] for relation in relations]
    if len(values) == 3 and isinstance(values[1], Name):
        return Clause(values[1], values[0], values[2], *strict)
    if len(values) == 2 and isinstance(values[0], Name):
        return Clause(values[0], None, values[1], 0, strict[0])
    if len(values) == 2 and isinstance(values[1], Name):
        return Clause(values[1], values[0], None, strict[0], 0)
    return None


def read_limits(items: tuple[Node, ...]) -> list[Clause] | None:
    """All items as ranges, or None."""
    limits: list[Clause] = []
    while items:
        found = read_clause(items)
        if found is None:
            return None
        limits.append(found[0])
        items = items[found[1] :]
    return limits


def limits_of_sign(below: Node, above: Node | None) -> Clause | None:
    r"""The range of a sign `\sum_{j=0}^{n}`."""
    items = below.items if isinstance(below, Group | Items) else (below,)
    if above is None:
        found = read_limits(items)
        return found[0] if found and len(found) == 1 else None
    head = items[0]
    if len(items) != 1 or not isinstance(head, Chain) or head.relations != ("=",):
        return None
    name, first = head.values
    return Clause(name, first, above) if isinstance(name, Name) else None
