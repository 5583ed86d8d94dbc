"""What each statement is: an equation, the output, the value of a name, or a range."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from formula2net.language.notation.faults import Source, Span
from formula2net.language.notation.tree.clauses import Clause, read_clause
from formula2net.language.notation.tree.syntax import (
    Block,
    Bracketed,
    Case,
    Chain,
    Declaration,
    Dots,
    Group,
    Indexed,
    Items,
    Name,
    Node,
    Power,
)

OUTPUTS: Final = ("output", "out")
NAME: Final = re.compile(r"[a-z][a-z0-9]{2,}(_[a-z0-9]+)*")  # as those of registered formulas


@dataclass(frozen=True, slots=True)
class Definition:
    """`targets = value`, with the ranges that its statement gives.

    Several targets are those of `X_0, Y_0 = split(z, 2)` or `x_{1-g}, ..., x_0 = split(z, g)`.
    """

    targets: tuple[Node, ...]
    value: Node
    clauses: tuple[Clause, ...]

    @property
    def span(self) -> Span:
        """All of it, from the first target to the end of the value."""
        return self.targets[0].span[0], self.value.span[1]


@dataclass(slots=True)
class Statements:
    """The statements of a formula by what they are, in the order of the text."""

    declarations: list[Declaration] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    definitions: list[Definition] = field(default_factory=list)
    outputs: list[Node] = field(default_factory=list)
    integers: list[tuple[Name, Node]] = field(default_factory=list)


def name_of(target: Node) -> Name | None:
    """The state that a left-hand side defines, or None if it is no state with an index."""
    if isinstance(target, Power) and target.sign == "^":
        return target.base if isinstance(target.base, Name) else name_of(target.base)
    if isinstance(target, Indexed):
        return target.name
    if isinstance(target, Bracketed) and isinstance(target.base, Name):
        return target.base
    return None


def sort_statements(source: Source, statements: tuple[Node, ...]) -> Statements:
    """Sorts the statements of one formula.

    Raises:
        NotationError: If a statement is none of the kinds.
    """
    sorted_ = Statements()
    for statement in statements:
        if isinstance(statement, Declaration):
            sorted_.declarations.append(statement)
        elif isinstance(statement, Block):
            sorted_.blocks.append(statement)
        elif isinstance(statement, Items):
            _sort_items(source, statement, sorted_)
    return sorted_


def _sort_items(source: Source, statement: Items, into: Statements) -> None:
    items, targets = statement.items, list[Node]()
    found: list[tuple[tuple[Node, ...], Node]] = []
    clauses: list[Clause] = []
    while items:
        head = items[0]
        clause = None if targets else read_clause(items)
        if clause is not None:
            clauses.append(clause[0])
            items = items[clause[1] :]
            continue
        items = items[1:]
        if isinstance(head, Case):
            what = "An equation has no condition; a coefficient may have one."
            try_ = "piecewise(2 if i % 2 == 0, 1 otherwise) X_{i-1}"
            raise source.error(what, head.span, try_=try_)
        if not isinstance(head, Chain):
            targets.append(head)
            continue
        left, right = _sides(source, head)
        if isinstance(left, Name) and not targets:
            _named(source, left, right, into)
        else:
            found.append(((*targets, left), right))
        targets = []
    if targets:
        _leftover(source, targets, bool(found or clauses))
    for names, value in found:
        for target in names:
            if not isinstance(target, Dots) and name_of(target) is None:
                _no_state(source, target)
        into.definitions.append(Definition(names, value, tuple(clauses)))
    if clauses and not found:
        span = clauses[0].name.span
        raise source.error("A range belongs to an equation.", span, try_="X_{i,k} = ..., k = 1..n")


def _sides(source: Source, chain: Chain) -> tuple[Node, Node]:
    if chain.relations == ("=",):
        return chain.values[0], chain.values[1]
    wrong = 1 if chain.relations[0] == "=" else 0
    gap = (chain.values[wrong].span[1], chain.values[wrong + 1].span[0])
    sign = source.text[slice(*gap)]
    start = gap[0] + len(sign) - len(sign.lstrip())
    span = (start, start + len(sign.strip()))
    if wrong:
        what = "An equation has one '='."
        raise source.error(what, span, try_="one equation a line")
    what = f"{sign.strip()!r} makes neither an equation nor the range of an index."
    raise source.error(what, span, expected="'='")


def _named(source: Source, left: Name, right: Node, into: Statements) -> None:
    if left.text in OUTPUTS:
        into.outputs.append(right)
    else:
        into.integers.append((left, right))


def _leftover(source: Source, targets: list[Node], has_more: bool) -> None:
    span = (targets[0].span[0], targets[-1].span[1])
    if has_more:
        what = "This is neither an equation nor the range of an index."
        raise source.error(what, span, try_="X_{i,k} = ..., k = 1..n")
    name = source.text.strip()
    hint = f"get_formula({name!r}), if it is a name" if NAME.fullmatch(name) else ""
    raise source.error("This is no equation.", span, expected="'=' and a value", try_=hint)


def _no_state(source: Source, target: Node) -> None:
    what = "The left-hand side is no state with an index."
    shown = target.items[0] if isinstance(target, Group) and target.items else target
    raise source.error(what, shown.span, expected="a state such as X_i, X[i] or X^{(i)}")
