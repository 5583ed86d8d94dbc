"""Bound indices: windows, sums and families, unrolled by plain loops.

SymPy's ``doit`` follows Karr for reversed ranges and turns negative; here a reversed range is
empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sympy

from formula2net.language.expressions import Applied
from formula2net.language.structure import Concat, Windowed
from formula2net.language.symbols import Activation, Index, Norm, StateAt
from formula2net.passes.exact import Env, index_value
from formula2net.passes.scope import Context

Limits = Sequence[tuple[Index, sympy.Expr, sympy.Expr]]


def ranges(limits: Limits, env: Env) -> Iterator[Env]:
    """The values of bound indices; the last of them is the outermost, as in SymPy's ``Sum``."""
    if not limits:
        yield env
        return
    *inner, (index, first, last) = limits
    low, high = index_value(first, env), index_value(last, env)
    for value in range(low, high + 1):
        bound = {**env, index: value}
        if inner:
            yield from ranges(inner, bound)
        else:
            yield bound


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


def _defined(expr: sympy.Expr, context: Context) -> bool:
    states = (expr,) if isinstance(expr, StateAt) else expr.atoms(StateAt)
    return all(
        context.scope.defined((s.name, *[index_value(k, context.env) for k in s.indices]))
        for s in states
    )


def slots(expr: sympy.Expr, env: Env) -> int:
    """How many values an output concatenates: a nested formula's steps share the width."""
    if isinstance(expr, Applied):  # what a block hands on is one value
        kept = isinstance(expr.operator, Activation | Norm)
        return slots(expr.argument, env) if kept else 1
    if not isinstance(expr, Windowed):
        inner = (slots(arg, env) for arg in expr.args if isinstance(arg, sympy.Expr))
        return max(inner, default=1)
    if expr.window is None:
        return sum(slots(term, env) for term in expr.terms)
    return sum(slots(expr.terms[0], bound) for bound in ranges((expr.window,), env))
