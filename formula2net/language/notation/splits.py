"""Several states at once: `X_0, Y_0 = split(z, 2)` and `x_{1-g}, ..., x_0 = split(z, g)`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from sympy import Eq, Expr

from formula2net.language.notation.names.scope import Scope
from formula2net.language.notation.names.statements import Definition
from formula2net.language.notation.names.targets import left_indices, state_of
from formula2net.language.notation.tree import syntax as st
from formula2net.language.notation.values.applications import read_split
from formula2net.language.notation.values.builder import Values
from formula2net.language.structure import Split
from formula2net.language.symbols import Index, State

Value: TypeAlias = Callable[[Values], Expr]


def part_value(scope: Scope, definition: Definition, place: int) -> Value:
    """The value of the target at a place, from 1: a part of what is split.

    Raises:
        NotationError: If nothing is split, or into another number of parts.
    """
    feature, parts = _split(scope, definition)

    def value(values: Values) -> Expr:
        count = values.index(parts)
        _check_count(scope, definition, count, len(definition.targets))
        return Split(values.value(feature), count)[place]

    return value


def row_of_parts(scope: Scope, definition: Definition) -> tuple[Eq, tuple[Index, Expr, Expr]]:
    """The family that a row of states with an ellipsis is, each a part of what is split.

    Raises:
        NotationError: If the states are no row, or are not as many as the parts.
    """
    targets = [target for target in definition.targets if not isinstance(target, st.Dots)]
    values = Values(scope, {})
    steps = [values.indices(left_indices(target, {})) for target in targets]
    what = "These states are no row."
    if not steps or not all(steps):
        raise scope.source.error(what, definition.span, try_="x_{1-g}, ..., x_0 = split(z, g)")
    low, high = steps[0][0], steps[-1][0]
    is_row = all(
        (
            len(targets) > 1,
            [isinstance(target, st.Dots) for target in definition.targets].index(True)
            == len(definition.targets) - 2,
            len({state_of(target) for target in targets}) == 1,
            all(step == (low + place,) for place, step in enumerate(steps[:-1])),
            low.is_Integer and high.is_Integer,
        )
    )
    if not is_row:
        raise scope.source.error(what, definition.span, try_="x_{1-g}, ..., x_0 = split(z, g)")
    feature, parts = _split(scope, definition)
    count = values.index(parts)
    _check_count(scope, definition, count, int(high - low) + 1)
    index = Index(scope.free_index())
    value = Split(values.value(feature), count)[index - low + 1]
    return Eq(State(state_of(targets[0]))[index], value, evaluate=False), (index, low, high)


def _split(scope: Scope, definition: Definition) -> tuple[st.Node, st.Node]:
    split = read_split(definition.value)
    if split is not None:
        return split
    what = "Several states take the parts of a split."
    raise scope.source.error(what, definition.value.span, expected="split(x, n)")


def _check_count(scope: Scope, definition: Definition, parts: Expr, states: int) -> None:
    if parts != states:
        what = f"A split into {parts} parts is given to {states} states."
        raise scope.source.error(what, definition.value.span)
