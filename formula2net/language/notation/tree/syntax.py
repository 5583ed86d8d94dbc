"""The syntax tree: what was written, before names have a meaning.

Every node knows its span, the half-open range of characters of the text it was read from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from fractions import Fraction

from formula2net.language.notation.faults import Span


@dataclass(frozen=True, slots=True)
class Node:
    """Part of the text."""

    span: Span

    def children(self) -> Iterator[Node]:
        """Nodes directly below this one, in order."""
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Node):
                yield value
            elif isinstance(value, tuple):
                yield from (part for part in value if isinstance(part, Node))

    def walk(self) -> Iterator[Node]:
        """This node and all below it, from left to right."""
        stack: list[Node] = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(list(node.children())))


def names_in(*nodes: Node) -> Iterator[Name]:
    """All names that occur in the nodes, from left to right."""
    return (part for node in nodes for part in node.walk() if isinstance(part, Name))


@dataclass(frozen=True, slots=True)
class Number(Node):
    """An exact number."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A name of any kind."""

    text: str


@dataclass(frozen=True, slots=True)
class Dots(Node):
    """An ellipsis."""


@dataclass(frozen=True, slots=True)
class SumSign(Node):
    r"""`\sum_{j=0}^{i-1}`; what it sums follows."""

    below: Node
    above: Node | None


@dataclass(frozen=True, slots=True)
class Group(Node):
    """Items in brackets; `sign` is the opening one, and `{(` for braces around parentheses."""

    sign: str
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Indexed(Node):
    """A name with a subscript: `X_{i-1}`."""

    name: Name
    indices: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Bracketed(Node):
    """`X[i-1]`, `F[x_0, ..., x_{i-1}]` or `split(x, 2)[1]`: an index or an argument."""

    base: Node
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Power(Node):
    """A superscript: a power, or the index of `N^{i+1}`."""

    base: Node
    exponent: Node
    sign: str


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A name directly before a bracket: an application, a function, or a product."""

    function: Node
    argument: Group


@dataclass(frozen=True, slots=True)
class Product(Node):
    """left * right, left / right or left mod right."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class BigSum(Node):
    """A sum over an index, as a sign with limits."""

    sign: SumSign
    body: Node


@dataclass(frozen=True, slots=True)
class Gate(Node):
    """Elementwise product, or composition where `signs` has a circle between operators."""

    signs: tuple[str, ...]
    factors: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Sum(Node):
    """Signed terms."""

    signs: tuple[int, ...]
    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Range(Node):
    """first..last, both included."""

    first: Node
    last: Node


@dataclass(frozen=True, slots=True)
class Chain(Node):
    """Relations in a row: `X_i = ...`, `1 < i < L`."""

    relations: tuple[str, ...]
    values: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """Conditions joined by `and`, `or`, or under a `not`."""

    word: str
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Case(Node):
    """`value if condition`; without one, `value otherwise`."""

    value: Node
    condition: Node | None


@dataclass(frozen=True, slots=True)
class Items(Node):
    """A statement: items between commas."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Declared(Node):
    """`a`, `a = 1/2` or `F(width=1/4)` in a declaration."""

    name: Name
    options: tuple[Node, ...]
    value: Node | None


@dataclass(frozen=True, slots=True)
class Declaration(Node):
    """`scalar a, b`."""

    kind: str
    names: tuple[Declared, ...]


@dataclass(frozen=True, slots=True)
class Block(Node):
    """`formula F(depth=2) { ... }`: a formula that is a block of the one it stands in."""

    name: Name
    options: tuple[Node, ...]
    statements: tuple[Node, ...]
