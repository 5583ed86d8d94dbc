"""Functions of the notation: of features, and of numbers with their conditions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import sympy
from sympy import Expr, Piecewise, false, true
from sympy.logic.boolalg import Boolean

from formula2net.language.notation import vocabulary
from formula2net.language.notation.tree import syntax as st
from formula2net.language.notation.values.windows import summed_over, windowed
from formula2net.language.structure import Concat, Hadamard, Mean, ZerosLike

if TYPE_CHECKING:
    from formula2net.language.notation.values.builder import Values

# Name -> SymPy's function, and how many arguments it takes.
_NUMERIC: Final[dict[str, tuple[Callable[..., Expr], tuple[int, int]]]] = {
    "abs": (sympy.Abs, (1, 1)),
    "binomial": (sympy.binomial, (2, 2)),
    "ceiling": (sympy.ceiling, (1, 1)),
    "factorial": (sympy.factorial, (1, 1)),
    "floor": (sympy.floor, (1, 1)),
    "log": (sympy.log, (1, 2)),
    "max": (sympy.Max, (1, 99)),
    "min": (sympy.Min, (1, 99)),
    "mod": (sympy.Mod, (2, 2)),
    "root": (sympy.root, (2, 2)),
    "sign": (sympy.sign, (1, 1)),
    "sqrt": (sympy.sqrt, (1, 1)),
}
# SymPy's classes among them: the functions that a coefficient may hold and still be written.
SPELLED: Final = tuple(make for make, _ in _NUMERIC.values() if isinstance(make, type))

_RELATIONS: Final[dict[str, Callable[[Expr, Expr], Boolean]]] = {
    "=": sympy.Eq,
    "==": sympy.Eq,
    "!=": sympy.Ne,
    "<": sympy.Lt,
    "<=": sympy.Le,
    ">": sympy.Gt,
    ">=": sympy.Ge,
}
_NAMED_RELATIONS: Final = {
    "Eq": "==",
    "Ne": "!=",
    "Lt": "<",
    "Le": "<=",
    "Gt": ">",
    "Ge": ">=",
}
_LOGIC: Final[dict[str, Callable[..., Boolean]]] = {
    "and": sympy.And,
    "or": sympy.Or,
    "not": sympy.Not,
}


def call_function(values: Values, name: st.Name, group: st.Group) -> Expr:
    """The value of a function of `vocabulary.FUNCTIONS`.

    Raises:
        NotationError: If the arguments are not those of the function.
    """
    function, items = vocabulary.function(name.text), group.items
    if function in _NUMERIC:
        make, (least, most) = _NUMERIC[function]
        _check_count(values, name, group, least, most)
        read = values.index if function == "mod" else values.number
        return make(*(read(item) for item in items))
    if function in ("concat", "mean"):
        return windowed(values, Concat if function == "concat" else Mean, items)
    if function == "sum":
        return summed_over(values, items)
    if function == "piecewise":
        return Piecewise(*(_branch(values, item) for item in items))
    if function == "hadamard":
        _check_count(values, name, group, 2, 99)
        return Hadamard(*(values.value(item) for item in items))
    if function == "zeros_like":
        _check_count(values, name, group, 1, 1)
        return ZerosLike(values.value(items[0]))
    raise values.error("A split is one of its parts.", group, try_="split(x, n)[k]")


def _check_count(values: Values, name: st.Name, group: st.Group, least: int, most: int) -> None:
    if not least <= len(group.items) <= most:
        expected = f"{least}" if least == most else f"{least} or more"
        what = f"{name.text} has {len(group.items)} arguments."
        raise values.error(what, group, expected=expected)


def _branch(values: Values, node: st.Node) -> tuple[Expr, Boolean]:
    """`value if condition`, `value otherwise`, or SymPy's `(value, condition)`."""
    if isinstance(node, st.Case):
        met = true if node.condition is None else condition(values, node.condition)
        return values.value(node.value), met
    if isinstance(node, st.Group) and node.sign == "(" and len(node.items) == 2:
        return values.value(node.items[0]), condition(values, node.items[1])
    return values.value(node), true


def condition(values: Values, node: st.Node) -> Boolean:
    """A condition on numbers.

    Raises:
        NotationError: If the node is none.
    """
    if isinstance(node, st.Logic):
        return _LOGIC[node.word](*(condition(values, part) for part in node.parts))
    if isinstance(node, st.Group) and len(node.items) == 1:
        return condition(values, node.items[0])
    if isinstance(node, st.Name) and node.text.lower() in ("true", "false"):
        return true if node.text.lower() == "true" else false
    if isinstance(node, st.Call) and isinstance(node.function, st.Name):
        return _called_condition(values, node, node.function.text)
    if isinstance(node, st.Chain):
        return sympy.And(*_related(values, node))
    raise values.error("This is no condition.", node, expected="i > 1, i % 2 == 0, ...")


def _called_condition(values: Values, node: st.Call, name: str) -> Boolean:
    items = node.argument.items
    if name in _NAMED_RELATIONS and len(items) == 2:
        left, right = (values.number(item) for item in items)
        return _RELATIONS[_NAMED_RELATIONS[name]](left, right)
    if name.lower() in _LOGIC:
        return _LOGIC[name.lower()](*(condition(values, item) for item in items))
    raise values.error("This is no condition.", node, expected="i > 1, i % 2 == 0, ...")


def _related(values: Values, chain: st.Chain) -> list[Boolean]:
    related = []
    for sign, left, right in zip(chain.relations, chain.values, chain.values[1:], strict=False):
        if sign not in _RELATIONS:
            raise values.error("This is no condition.", chain)
        related.append(_RELATIONS[sign](values.number(left), values.number(right)))
    return related
