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
    """Substitutes in bounds and body; an index that would capture a symbol gets a new name."""
    incoming = {symbol for value in mapping.values() for symbol in value.free_symbols}
    inner = dict(mapping)
    new_limits = []
    for index, *bounds in limits:
        inner.pop(index, None)
        fresh = fresh_index(index, incoming)
        if fresh is not index:
            inner[index] = fresh
        new_limits.append(Tuple(fresh, *(substitute(bound, mapping) for bound in bounds)))
    rest = expr.args[1 + len(limits) :]
    arguments = (substitute(body, inner), *new_limits, *rest)
    return expr if arguments == expr.args else expr.func(*arguments)


def fresh_index(index: Symbol, taken: set[Basic]) -> Symbol:
    """The index itself, or one with a new name if it is taken."""
    name = index.name
    while index in taken:
        name += "_"
        index = Index(name)
    return index
