"""What stands in windows and sums, unrolled by plain loops."""

from __future__ import annotations

from collections.abc import Iterator

import sympy

from formula2net.language.expressions import Applied, OperatorExpr
from formula2net.language.formula_operator import FormulaOperator
from formula2net.language.structure import Concat, Windowed
from formula2net.language.symbols import Operator, StateAt
from formula2net.passes.applications import outermost
from formula2net.passes.indices import Env, Limits, index_value, ranges
from formula2net.passes.scope import Context


def contexts(limits: Limits, context: Context) -> Iterator[Context]:
    """A context for each value of the bound indices."""
    return map(context.bind, ranges(limits, context.env))


def items(expr: Windowed, context: Context) -> Iterator[tuple[sympy.Expr, Context]]:
    """The listed values, or those of the window; a clipped one reaches as far as there is.

    A concatenation in a concatenation is its values, and one over an empty range is nothing.
    """
    for item, inner in _listed(expr, context):
        if isinstance(expr, Concat) and isinstance(item, Concat):
            yield from items(item, inner)
        else:
            yield item, inner


def _listed(expr: Windowed, context: Context) -> Iterator[tuple[sympy.Expr, Context]]:
    if expr.window is None:
        yield from ((term, context) for term in expr.terms)
        return
    (item,) = expr.terms
    for inner in contexts((expr.window,), context):
        if not expr.clip or _defined(item, inner):
            yield item, inner


def _defined(expr: sympy.Basic, context: Context) -> bool:
    """Whether all that an expression reads has a value; of a clipped window one is enough."""
    if isinstance(expr, StateAt):
        indices = (index_value(index, context.env) for index in expr.indices)
        return context.scope.defined((expr.name, *indices))
    limits = expr.limits if isinstance(expr, sympy.Sum) else ()
    if isinstance(expr, Windowed) and expr.window is not None:
        limits = (expr.window,)
    parts = expr.args[:1] if limits else expr.args
    found = (_defined(part, inner) for inner in contexts(limits, context) for part in parts)
    return any(found) if isinstance(expr, Windowed) and expr.clip else all(found)


def slots(expr: sympy.Expr, env: Env) -> int:
    """How many values an output concatenates: a nested formula's steps share the width."""
    expr = outermost(expr, env)
    if isinstance(expr, Applied):
        return _handed_on(expr.operator, slots(expr.argument, env))
    if not isinstance(expr, Windowed):
        inner = (slots(arg, env) for arg in expr.args if isinstance(arg, sympy.Expr))
        return max(inner, default=1)
    if expr.window is None:
        return sum(slots(term, env) for term in expr.terms)
    return sum(slots(expr.terms[0], bound) for bound in ranges((expr.window,), env))


def _handed_on(operator: sympy.Expr, inner: int) -> int:
    """How many values are in what an operator hands on: a block's are one, a letter's as before."""
    if isinstance(operator, Operator | FormulaOperator):
        return 1
    parts = (part for part in operator.args if isinstance(part, OperatorExpr))
    return max((_handed_on(part, inner) for part in parts), default=inner)
