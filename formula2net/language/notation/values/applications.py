"""A name before brackets: an operator applied, a function, a product, or a part of a split."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sympy import Expr

from formula2net.language.expressions import Applied, multiply, sort_of
from formula2net.language.notation import vocabulary
from formula2net.language.notation.names.kinds import base_of, indices_of
from formula2net.language.notation.tree import syntax as st
from formula2net.language.notation.values.functions import call_function
from formula2net.language.notation.values.windows import concatenated
from formula2net.language.structure import Split

if TYPE_CHECKING:
    from formula2net.language.notation.values.builder import Values


def called(values: Values, node: st.Call) -> Expr:
    """The value of `f(...)`.

    Raises:
        NotationError: If the name takes no such argument.
    """
    name = base_of(node.function)
    kind = values.scope.names.kind(name.text) if name else ""
    if name is not None and name is node.function and kind == "function":
        return call_function(values, name, node.argument)
    if name is not None and name is node.function and kind == "state":
        what = f"{name.text} is a state, and its index goes in brackets."
        raise values.error(what, node, try_=f"{name.text}[i - 1] or {name.text}_{{i-1}}")
    weights = _weights(values, node) if kind == "operator" else None
    if name is not None and kind == "operator":
        _check_weights(values, name, weights)
    if name is None or weights is None:
        function, argument = values.value(node.function), grouped(values, node.argument)
    else:
        group = replace(node.argument, items=node.argument.items[:-1])
        function = values.at(name, values.indices(indices_of(weights)))
        argument = grouped(values, group)
    if sort_of(function) == "number" or sort_of(argument) == "operator":
        return multiply(function, argument)
    if sort_of(argument) == "number":
        try_ = "* for a product, or a declaration such as `scalar h`"
        raise values.error("An operator is applied to a number.", node, try_=try_)
    return Applied(function, argument, called=True)


def grouped(values: Values, group: st.Group) -> Expr:
    """What stands in brackets; several values in square ones are side by side.

    Raises:
        NotationError: If other brackets hold several values.
    """
    if len(group.items) == 1 and not isinstance(group.items[0], st.Dots):
        return values.value(group.items[0])
    if group.sign == "[":
        return concatenated(values, group.items)
    what = "These brackets hold several values."
    raise values.error(what, group, try_="[x, y] for values side by side")


def part_of(values: Values, node: st.Bracketed) -> Expr:
    """The value of `split(x, n)[k]`.

    Raises:
        NotationError: If it is no split that stands before the bracket.
    """
    split = read_split(node.base)
    if split is None or len(node.items) != 1:
        what = "Only a split has parts."
        raise values.error(what, node, expected="split(x, n)[k]")
    feature, parts = split
    return Split(values.value(feature), values.index(parts))[values.index(node.items[0])]


def read_split(node: st.Node) -> tuple[st.Node, st.Node] | None:
    """The value and the number of its parts of `split(x, n)`, or None."""
    if not isinstance(node, st.Call) or not isinstance(node.function, st.Name):
        return None
    items = node.argument.items
    is_split = vocabulary.function(node.function.text) == "split" and len(items) == 2
    return (items[0], items[1]) if is_split else None


def _weights(values: Values, node: st.Call) -> st.Node | None:
    """The theta_i of `F(x, theta_i)`, which only say which F it is; None if there are none."""
    items, is_bare = node.argument.items, isinstance(node.function, st.Name)
    if not is_bare or len(items) < 2 or node.argument.sign != "(":
        return None
    last = items[-1]
    while isinstance(last, st.Group) and len(last.items) == 1:  # F(x, {W_i})
        (last,) = last.items
    is_indexed = base_of(last) not in (None, last)
    return last if is_indexed and not values.scope.names.mentions_feature(last) else None


def _check_weights(values: Values, name: st.Name, weights: st.Node | None) -> None:
    base = base_of(weights) if weights else None
    used = base.text if base else ""
    known = values.scope.weights.setdefault(name.text, used)
    if known != used:
        has = f"the weights {known}" if known else "no weights"
        what = f"{name.text} has {has} elsewhere."
        raise values.error(what, weights or name, try_=f"{name.text}_i(x) everywhere")
