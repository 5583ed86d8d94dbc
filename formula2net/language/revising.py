"""Changing a whole formula: what `Recursion.subs`, `rename` and `with_blocks` replace."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from sympy import Basic, Eq, Tuple
from sympy.core.sympify import _sympify

from formula2net.errors import FormulaError, Problem
from formula2net.language.expressions import OperatorScale, scale
from formula2net.language.formula_operator import FormulaAtom, FormulaOperator
from formula2net.language.naming import as_name
from formula2net.language.rewriting import rebuild
from formula2net.language.symbols import Index, Operator, Scalar, ScalarAt

Change = Callable[[Basic], Basic]

EXPECTED: Final = "formula.as_operator(depth), an Operator, or a multiple of one"


def substitutions(mapping: Mapping[Any, Any], parts: Iterable[Basic]) -> dict[Basic, Basic]:
    """What `mapping` replaces in a formula that has these parts.

    Scalars are replaced by name wherever they are used, in formulas used as blocks too; an index
    is bound, and stays.
    """
    scalars = {_scalar_name(key): value for key, value in mapping.items() if _scalar_name(key)}
    changes = {
        _sympify(key): _sympify(value)
        for key, value in mapping.items()
        if not _scalar_name(key) and not isinstance(key, Index)
    }
    for part in parts:
        if isinstance(part, (Scalar, ScalarAt)) and part.name in scalars:
            changes[part] = _value(scalars[part.name], getattr(part, "indices", ()))
        elif isinstance(part, FormulaAtom) and scalars:
            changes[part] = FormulaAtom(part.recursion.subs(scalars))
    return changes


def check_renaming(names: Mapping[str, str], known: Iterable[str]) -> None:
    """Refuses names that are not in the formula, and new ones that are there already.

    Raises:
        FormulaError: with the names.
    """
    known = set(known)
    for old, new in names.items():
        if old not in known:
            shown = ", ".join(sorted(known))
            raise FormulaError(f"{old} is no name of the formula, which has {shown}.")
        if new in known - set(names) or list(names.values()).count(new) > 1:
            raise FormulaError(f"{old} cannot be renamed to {new}: that name is taken.")


def with_operators(blocks: Mapping[str, Any], known: Iterable[str]) -> Change:
    """What puts other operators in the place of those of these names.

    Raises:
        FormulaError: If a name is not known, or what is given for it is no operator.
    """
    wrong = [
        Problem(f"{new!r} is no block.", expected=EXPECTED)
        for new in blocks.values()
        if not isinstance(_block_of(new), Operator | FormulaOperator)
    ]
    known = tuple(known)
    wrong += [
        Problem(f"The formula has no block {name}.", expected=", ".join(known))
        for name in blocks
        if name not in known
    ]
    if wrong:
        raise FormulaError(*wrong)

    def change(expr: Basic) -> Basic:
        if isinstance(expr, Operator | FormulaOperator) and expr.name in blocks:
            return _in_place(blocks[expr.name], expr)
        return rebuild(expr, change) if expr.args else expr

    return change


def _block_of(new: Any) -> Any:
    """The operator that a multiple is of."""
    return new.operator if isinstance(new, OperatorScale) else new


def _in_place(new: Any, old: Operator | FormulaOperator) -> Any:
    """A block, or a multiple of one, with the name and the indices of another."""
    if isinstance(new, OperatorScale):
        return scale(new.coefficient, _in_place(new.operator, old))
    named = new.func(as_name(old.name), *new.args[1 : len(new.args) - len(new.indices)])
    return named[old.indices] if old.indices else named


def changed(item: Any, change: Change) -> Any:
    """An equation, or a family of them, with both sides and all ranges changed."""
    if isinstance(item, tuple):
        equation, *ranges = item
        return (changed(equation, change), *(change(Tuple(*limits)) for limits in ranges))
    return Eq(change(item.lhs), change(item.rhs), evaluate=False)


def _scalar_name(key: Any) -> str:
    if isinstance(key, str):
        return key
    return key.name if isinstance(key, Scalar) else ""


def _value(value: Any, indices: tuple[Any, ...]) -> Basic:
    """The value of one use: a function of its indices, another scalar with them, or a number."""
    if isinstance(value, Scalar) and indices:
        return value[indices]
    if callable(value) and not isinstance(value, Basic):
        value = value(*indices)
    return _sympify(value)
