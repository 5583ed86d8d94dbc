"""Rewriting expressions: SymPy's own sums read as ours, and substitution that minds scopes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sympy import Add, Basic, Expr, Mul, Symbol, Tuple
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.core.symbol import Str

from formula2net.language.expressions import (
    FeatureScale,
    FeatureSum,
    OperatorSum,
    as_operator,
    sort_of,
)
from formula2net.language.structure import Windowed
from formula2net.language.symbols import Index, Scalar


def rebuild(expr: Basic, change: Callable[[Basic], Basic]) -> Basic:
    """The expression with every argument changed; the very same object if none has."""
    arguments = [change(argument) for argument in expr.args]
    if all(new is old for new, old in zip(arguments, expr.args, strict=True)):
        return expr
    return expr.func(*arguments)


def read(expr: Basic) -> Basic:
    """The expression with SymPy's `Add` and `Mul` over features and operators as our classes.

    Two `Sum`s meet as a plain `Add`, and `Sum(...)/2` is a plain `Mul`, before anyone is asked.
    What such a `Mul` means is certain only for a number times one feature; any other is left for
    the validation to refuse.
    """
    if not isinstance(expr, Expr):
        return rebuild(expr, read) if expr.args else expr
    sort = sort_of(expr)
    if sort == "number":
        return expr
    if isinstance(expr, Add):
        terms = [read(term) for term in expr.args]
        return FeatureSum(*terms) if sort == "feature" else OperatorSum(*map(as_operator, terms))
    if isinstance(expr, Mul):
        numbers = [factor for factor in expr.args if sort_of(factor) == "number"]
        others = [factor for factor in expr.args if sort_of(factor) != "number"]
        if len(others) > 1 or sort == "operator":
            return expr
        return FeatureScale(Mul(*numbers), read(others[0]))
    return rebuild(expr, read)


def substitute(expr: Basic, mapping: Mapping[Basic, Basic]) -> Basic:
    """Replaces whole sub-expressions, but no bound index of a sum or window."""
    if expr in mapping:
        return mapping[expr]
    if not expr.args:
        return expr
    if isinstance(expr, ExprWithLimits):
        return _in_scope(expr, expr.args[0], expr.limits, mapping)
    if isinstance(expr, Windowed) and expr.window:
        return _in_scope(expr, expr.args[0], expr.args[1:2], mapping)
    return rebuild(expr, lambda part: substitute(part, mapping))


def renamed(expr: Basic, names: Mapping[str, str]) -> Basic:
    """The expression with states, operators, inputs, scalars and indices under new names."""
    if isinstance(expr, Str):
        return Str(names.get(expr.name, expr.name))
    if isinstance(expr, Scalar):
        return Scalar(names.get(expr.name, expr.name), start=expr.start)
    if isinstance(expr, Index):
        return Index(names.get(expr.name, expr.name))
    return rebuild(expr, lambda part: renamed(part, names)) if expr.args else expr


def _in_scope(
    expr: Basic, body: Basic, limits: tuple[Tuple, ...], mapping: Mapping[Basic, Basic]
) -> Basic:
    """Substitutes in bounds and body; the last range is the outermost, as in SymPy's `Sum`."""
    new_limits: list[Tuple] = []
    for index, *bounds in reversed(limits):
        new_bounds = [substitute(bound, mapping) for bound in bounds]
        mapping, bound_index = _entered(index, mapping, expr)
        new_limits.insert(0, Tuple(bound_index, *new_bounds))
    rest = expr.args[1 + len(limits) :]
    arguments = (substitute(body, mapping), *new_limits, *rest)
    return expr if arguments == expr.args else expr.func(*arguments)


def _entered(
    index: Symbol, mapping: Mapping[Basic, Basic], scope: Basic
) -> tuple[Mapping[Basic, Basic], Symbol]:
    """The substitution where an index is bound, and the index, renamed if it would capture.

    The index of a key that has it, as a[j], is the bound one, and so is that of the value.
    """
    inside = {key: value for key, value in mapping.items() if key != index}
    own = {key for key in inside if index in key.free_symbols}
    free = {s for key, value in inside.items() if key not in own for s in value.free_symbols}
    if index not in free:
        return inside, index
    fresh = fresh_index(index, free | scope.atoms(Symbol))
    for key in own:
        inside[key] = substitute(inside[key], {index: fresh})
    return {**inside, index: fresh}, fresh


def fresh_index(index: Symbol, taken: set[Basic]) -> Symbol:
    """The index itself, or one with a new name if it is taken."""
    name = index.name
    while index in taken:
        name += "_"
        index = Index(name)
    return index
