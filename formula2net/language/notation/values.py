"""Syntax tree -> SymPy objects of the language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Final, TypeAlias

from sympy import Expr, Integer, Mod, Pow, Rational, S, Sum

from formula2net.errors import NotationError
from formula2net.language.expressions import add, misuse, multiply, power, scale, sort_of
from formula2net.language.notation import syntax as st
from formula2net.language.notation.applications import called, grouped, part_of
from formula2net.language.notation.clauses import Clause, limits_of_sign
from formula2net.language.notation.names import base_of, indices_of
from formula2net.language.notation.scope import Scope
from formula2net.language.notation.windows import summed
from formula2net.language.structure import Hadamard
from formula2net.language.symbols import Index, State

Env: TypeAlias = Mapping[str, Expr]

LARGEST: Final = 10_000  # of exponents: a power is written out


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
            what = "An ellipsis" if isinstance(node, st.Dots) else "A relation or a range"
            raise self.error(f"{what} is no value.", node)
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

    def _power(self, node: st.Power) -> Expr:
        name = self._lifted(node)
        if name is not None:
            return self.at(name, self.indices(indices_of(node)))
        base, exponent = self.value(node.base), self.value(node.exponent)
        if exponent.is_Integer and abs(exponent) > LARGEST:
            raise self.error(f"The exponent is larger than {LARGEST}.", node.exponent)
        if sort_of(base) == sort_of(exponent) == "number":
            return Pow(base, exponent)
        return power(base, exponent)

    def _lifted(self, node: st.Power) -> st.Name | None:
        """The name whose index the superscript is, as in N^{i+1}; None if it is a power."""
        name = base_of(node.base)
        if name is None or node.sign != "^" or name.text in self.env:
            return None
        sign = node.exponent.sign if isinstance(node.exponent, st.Group) else ""
        kind = self.scope.names.kind(name.text)
        is_bare = isinstance(node.base, st.Name)
        is_index = {
            "state": is_bare or "(" in sign,
            "scalar": sign == "{(",
            "operator": "(" in sign or (is_bare and self.scope.names.is_lifted(name.text)),
        }
        kind = "operator" if kind in ("formula", "norm") else kind
        return name if is_index.get(kind) else None

    def _product(self, node: st.Product) -> Expr:
        read = self.index if node.sign == "%" else self.value
        left, right = read(node.left), read(node.right)
        if node.sign == "*":
            return multiply(left, right)
        if right is S.Zero:
            raise self.error("This divides by 0.", node.right)
        if node.sign == "%":
            return Mod(left, right)
        return (
            scale(S.One / right, left) if sort_of(right) == "number" else misuse("/", left, right)
        )

    def _gate(self, node: st.Gate) -> Expr:
        factors = [self.value(factor) for factor in node.factors]
        if "HADAMARD" in node.signs or {sort_of(factor) for factor in factors} != {"operator"}:
            return Hadamard(*factors)
        product = factors[0]
        for factor in factors[1:]:
            product = multiply(product, factor)
        return product

    def _sum(self, node: st.Sum) -> Expr:
        if any(isinstance(term, st.Dots) for term in node.terms):
            return summed(self, node)
        total, *rest = (
            self.value(term) if sign > 0 else scale(S.NegativeOne, self.value(term))
            for sign, term in zip(node.signs, node.terms, strict=True)
        )
        for term in rest:
            total = plus(total, term)
        return total

    def _big_sum(self, node: st.BigSum) -> Expr:
        clause = limits_of_sign(node.sign.below, node.sign.above)
        if clause is None:
            raise self.error("A sum needs its limits.", node.sign, try_=r"\sum_{j=0}^{i-1} X_j")
        inner, limits = self.bound(clause)
        return Sum(inner.value(node.body), limits)


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


def plus(left: Expr, right: Expr) -> Expr:
    """The sum of two expressions of any sort."""
    if sort_of(left) == sort_of(right) == "number":
        return left + right
    return add(left, right)


def _letter(letter: str, start: int) -> st.Node:
    span = (start, start + 1)
    return st.Number(span, Fraction(letter)) if letter.isdigit() else st.Name(span, letter)


# The lambda calls the method of the builder at hand, which `Indices` overrides.
_READERS: Final[dict[type[st.Node], Callable[[Any, Any], Expr]]] = {
    st.Number: Values._number,
    st.Name: lambda values, node: values._name(node),
    st.Indexed: Values._indexed,
    st.Bracketed: Values._bracketed,
    st.Power: Values._power,
    st.Call: called,
    st.Product: Values._product,
    st.Gate: Values._gate,
    st.Sum: Values._sum,
    st.BigSum: Values._big_sum,
    st.Group: grouped,
}
