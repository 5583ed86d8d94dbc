"""Definitions -> `Eq` and families, sorted into equations and initial values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sympy import Dummy, Eq, Expr, Integer

from formula2net.language.notation.names.scope import Scope
from formula2net.language.notation.names.statements import Definition
from formula2net.language.notation.names.targets import Ranges, left_indices, ranges_of, state_of
from formula2net.language.notation.splits import Value, part_value, row_of_parts
from formula2net.language.notation.tree import syntax as st
from formula2net.language.notation.tree.clauses import Clause
from formula2net.language.notation.values.builder import Indices, Values
from formula2net.language.symbols import Index, State


@dataclass(frozen=True, slots=True)
class Built:
    """An equation or family as `Recursion` takes it, and whether it is an initial value."""

    equation: Any
    is_initial: bool


class EquationBuilder:
    """Builds the equations of one formula.

    Args:
        scope: The names.
        definitions: All equations.
    """

    def __init__(self, scope: Scope, definitions: list[Definition]) -> None:
        self.scope = scope
        self.steps = {
            name
            for definition in definitions
            for target in definition.targets
            for name in self._names_in(*self._left(target, ranges_of(definition))[:1])
        }

    def build(self, definition: Definition) -> Iterator[Built]:
        """The equations of a definition.

        Raises:
            NotationError: If the left-hand side, a range or the value cannot be read.
        """
        targets, ranges = definition.targets, ranges_of(definition)
        if any(isinstance(target, st.Dots) for target in targets):
            self._check_ranges(ranges, set())
            yield Built(row_of_parts(self.scope, definition), is_initial=True)
            return
        values: list[Value] = [lambda inner: inner.value(definition.value)]
        if len(targets) > 1:
            values = [part_value(self.scope, definition, k) for k in range(1, len(targets) + 1)]
        for target, value in zip(targets, values, strict=True):
            yield self._one(target, value, ranges)

    def _left(self, target: st.Node, ranges: Ranges) -> tuple[st.Node, ...]:
        return left_indices(target, ranges, self.scope.names.declared)

    def _names_in(self, *nodes: st.Node) -> list[str]:
        """Names that are no parameters, in order."""
        names = (name.text for name in st.names_in(*nodes))
        return list(dict.fromkeys(name for name in names if name not in self.scope.integers))

    def _ends(self, clause: Clause) -> tuple[int, int] | None:
        """Both ends of a range if they are numbers."""
        if clause.first is None or clause.last is None:
            return None
        if self._names_in(clause.first, clause.last):
            return None
        indices = Indices(self.scope, {})
        first = indices.value(clause.first) + clause.below
        last = indices.value(clause.last) - clause.above
        is_exact = isinstance(first, Integer) and isinstance(last, Integer)
        return (int(first), int(last)) if is_exact else None

    def _one(self, target: st.Node, value: Value, ranges: Ranges) -> Built:
        lead, *lanes = self._left(target, ranges)
        names = self._names_in(lead)
        families = [name for name in self._names_in(*lanes) if name not in names]
        is_initial = not names
        if len(names) == 1 and names[0] in ranges:
            ends = self._ends(ranges[names[0]])
            if ends:  # just these steps; a range that ends with L says nothing new
                families, is_initial = [*names, *families], True
        bounds = [self._family(name, ranges, target) for name in families]
        self._check_ranges(ranges, {*names, *families})
        env: dict[str, Expr] = {name: Index(name) for name in (*names, *families)}
        if len(names) > 1:
            return Built(self._shifted(target, lead, value, names), False)
        equation = self._equation(target, Values(self.scope, env), ranges, value)
        return Built((equation, *bounds) if bounds else equation, is_initial)

    def _equation(self, target: st.Node, values: Values, ranges: Ranges, value: Value) -> Eq:
        indices = values.indices(self._left(target, ranges))
        return Eq(State(state_of(target))[indices], value(values), evaluate=False)

    def _shifted(self, target: st.Node, lead: st.Node, value: Value, names: list[str]) -> Eq:
        """`X_{L-i} = ...` with one index in the place of L - i, wherever both occur."""
        apart: dict[str, Expr] = {name: Dummy(name, integer=True) for name in names}
        step = Indices(self.scope, apart).value(lead)
        index = Index("i" if "i" not in self.scope.taken else self.scope.free_index())
        for name, symbol in apart.items():
            rest = step - symbol
            if not rest.has(symbol):
                env = {**apart, name: index - rest}
                equation = self._equation(target, Values(self.scope, env), {}, value)
                if not equation.free_symbols & set(apart.values()):
                    return equation
        shown = " and ".join(names)
        what = f"The step has two indices, {shown}, that do not always go together."
        raise self.scope.source.error(what, lead.span, try_="one index")

    def _family(self, name: str, ranges: Ranges, target: st.Node) -> tuple[Index, int, int]:
        if name not in ranges:
            what = f"{name} on the left-hand side has no range."
            raise self.scope.source.error(what, target.span, try_=f"..., {name} = 1..n")
        ends = self._ends(ranges[name])
        if ends is None:
            what = f"The range of {name} has no numbers as ends."
            expected = "integers, or parameters such as n=4"
            raise self.scope.source.error(what, ranges[name].name.span, expected=expected)
        return Index(name), *ends

    def _check_ranges(self, ranges: Ranges, used: set[str]) -> None:
        for name, clause in ranges.items():
            if name not in used | self.steps:  # a range of the step may stand anywhere
                what = f"{name} is no index of the left-hand side."
                raise self.scope.source.error(what, clause.name.span)
