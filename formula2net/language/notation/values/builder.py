"""Syntax tree -> SymPy objects of the language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Final, TypeAlias

from sympy import Expr, Integer, Rational

from formula2net.errors import NotationError
from formula2net.language.expressions import sort_of
from formula2net.language.notation.names.scope import Scope
from formula2net.language.notation.tree import syntax as st
from formula2net.language.notation.tree.clauses import Clause
from formula2net.language.notation.values.applications import called, grouped, part_of
from formula2net.language.notation.values.arithmetic import big_sum, gate, product, total
from formula2net.language.notation.values.superscripts import raised
from formula2net.language.symbols import Index, State

Env: TypeAlias = Mapping[str, Expr]


class Values:
    """Builds expressions in a scope.

    Args:
        scope: The names of the formula.
        env: The indices that are bound here, by name.
    """

    def __init__(self, scope: Scope, env: Env) -> None:
        self.scope = scope
        self.env = env

    def error(
        self, what: str, node: st.Node, *, expected: str = "", try_: str = ""
    ) -> NotationError:
        """An error that points at a node."""
        return self.scope.source.error(what, node.span, expected=expected, try_=try_)

    def value(self, node: st.Node) -> Expr:
        """The expression that a node spells.

        Raises:
            NotationError: If it spells none.
        """
        reader = _READERS.get(type(node))
        if reader is None:
            what, try_ = _NO_VALUES.get(type(node), ("A relation or a range is no value.", ""))
            raise self.error(what, node, try_=try_)
        return reader(self, node)

    def number(self, node: st.Node) -> Expr:
        """The same, where only a number can stand."""
        value = self.value(node)
        if sort_of(value) != "number":
            raise self.error("Only a number can stand here.", node)
        return value

    def index(self, node: st.Node) -> Expr:
        """An index, in which names are bound indices and parameters."""
        return Indices(self.scope, self.env).value(node)

    def indices(self, nodes: tuple[st.Node, ...]) -> tuple[Expr, ...]:
        """What stands in a subscript; known letters side by side, `a_{ij}`, are several."""
        return tuple(self.index(part) for node in nodes for part in self._apart(node))

    def _apart(self, node: st.Node) -> list[st.Node]:
        known = {*self.env, *self.scope.integers}
        if not isinstance(node, st.Name) or node.text in known:
            return [node]
        if not all(letter in known or letter.isdigit() for letter in node.text):
            return [node]
        return [_letter(letter, node.span[0] + n) for n, letter in enumerate(node.text)]

    def bound(self, clause: Clause) -> tuple[Values, tuple[Index, Expr, Expr]]:
        """Builder for the body of a sum or window, and its limits."""
        if clause.first is None or clause.last is None:
            raise self.error("This range has one end only.", clause.name, try_="j = 0..i-1")
        index = Index(clause.name.text)
        first = self.index(clause.first) + clause.below
        last = self.index(clause.last) - clause.above
        return type(self)(self.scope, {**self.env, index.name: index}), (index, first, last)

    def at(self, name: st.Name, indices: tuple[Expr, ...]) -> Expr:
        """A state, operator or scalar with indices.

        Raises:
            NotationError: If the name is none of these.
        """
        kind = self.scope.names.kind(name.text)
        if kind == "state":
            return State(name.text)[indices]
        symbol: Any = self.scope.symbol(name)
        if kind not in ("operator", "norm", "formula", "scalar"):
            raise self.error(f"{name.text} takes no index: it is no state or operator.", name)
        return symbol[indices]

    # ------------------------------------------------------------------ the kinds of nodes

    def _number(self, node: st.Number) -> Expr:
        return Rational(node.value.numerator, node.value.denominator)

    def _name(self, node: st.Name) -> Expr:
        return self.env[node.text] if node.text in self.env else self.scope.symbol(node)

    def _indexed(self, node: st.Indexed) -> Expr:
        return self.at(node.name, self.indices(node.indices))

    def _bracketed(self, node: st.Bracketed) -> Expr:
        if not isinstance(node.base, st.Name):
            return part_of(self, node)
        if not self.scope.names.is_application(node):
            return self.at(node.base, self.indices(node.items))
        argument = st.Group((node.base.span[1], node.span[1]), "[", node.items)
        return called(self, st.Call(node.span, node.base, argument))


class Indices(Values):
    """Builds indices, in which there are neither features nor scalars."""

    where = "in an index"

    def _name(self, node: st.Name) -> Expr:
        if node.text in self.env:
            return self.env[node.text]
        if node.text in self.scope.integers:
            return Integer(self.scope.integers[node.text])
        raise self.error(
            f"{node.text} is not known {self.where}.",
            node,
            expected=" or ".join([*self.env, "an integer"]),
            try_=f"a parameter, {node.text}=8",
        )


def _letter(letter: str, start: int) -> st.Node:
    span = (start, start + 1)
    return st.Number(span, Fraction(letter)) if letter.isdigit() else st.Name(span, letter)


_NO_VALUES: Final[dict[type[st.Node], tuple[str, str]]] = {
    st.Dots: ("An ellipsis is no value.", ""),
    st.SumSign: (
        "This sign has nothing to sum.",
        r"\sum_{j=0}^{i-1} (-X_j), with a minus in brackets",
    ),
    st.Case: ("A case stands in a piecewise.", "piecewise(2 if i > 3, 1 otherwise)"),
}

# The lambda calls the method of the builder at hand, which `Indices` overrides.
_READERS: Final[dict[type[st.Node], Callable[[Any, Any], Expr]]] = {
    st.Number: Values._number,
    st.Name: lambda values, node: values._name(node),
    st.Indexed: Values._indexed,
    st.Bracketed: Values._bracketed,
    st.Power: raised,
    st.Call: called,
    st.Product: product,
    st.Gate: gate,
    st.Sum: total,
    st.BigSum: big_sum,
    st.Group: grouped,
}
