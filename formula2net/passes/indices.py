"""Indices, ranges and conditions for given values of the indices, without ``subs``.

A reversed range is empty: SymPy's ``doit`` follows Karr there, and would turn a sum negative.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import sympy
from sympy.core.numbers import Integer

from formula2net.errors import FormulaError, Problem
from formula2net.language.symbols import Index

Env = Mapping[Index, int]
Limits = Sequence[tuple[Index, sympy.Expr, sympy.Expr]]


def index_value(expr: sympy.Expr, env: Env) -> int:
    """An index expression as an integer.

    Raises:
        FormulaError: it is no integer for these values of the indices.
    """
    if isinstance(expr, Integer):
        return int(expr)
    if isinstance(expr, Index) and expr in env:
        return env[expr]
    if isinstance(expr, sympy.Add):
        return sum(index_value(arg, env) for arg in expr.args)
    value = substituted(expr, env)
    if not isinstance(value, Integer):
        raise FormulaError(
            Problem(
                f"The index {expr} is {value}{where(env)}.",
                got=str(value),
                expected="an integer",
            )
        )
    return int(value)


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


def branch_value(expr: sympy.Piecewise, env: Env) -> sympy.Expr:
    """The branch of a ``Piecewise`` that holds for these values of the indices; 0 without one.

    Raises:
        FormulaError: a condition does not say yes or no.
    """
    for branch, condition in expr.args:
        holds = substituted(condition, env)
        if holds not in (sympy.true, sympy.false):
            raise FormulaError(
                Problem(
                    f"The condition {condition} is undecided{where(env)}.",
                    got=str(holds),
                    expected="a condition on indices",
                )
            )
        if holds == sympy.true:
            return branch
    return sympy.S.Zero


def substituted(expr: sympy.Expr, env: Env) -> sympy.Expr:
    """The expression for these values of the indices, simplified as far as SymPy does."""
    values = {index: Integer(value) for index, value in env.items()}
    return sympy.sympify(_added_up(expr, env).xreplace(values)).doit()


def _added_up(expr: sympy.Basic, env: Env) -> sympy.Basic:
    """The expression with its sums as what they come to."""
    if not expr.has(sympy.Sum):
        return expr
    if not isinstance(expr, sympy.Sum):
        return expr.func(*(_added_up(part, env) for part in expr.args))
    *inner, (index, first, last) = expr.limits
    low, high = index_value(first, env), index_value(last, env)
    if high < low:
        return sympy.S.Zero
    if not inner and not expr.function.has(sympy.Sum):
        others = {name: Integer(value) for name, value in env.items() if name != index}
        return sympy.Sum(expr.function.xreplace(others), (index, low, high)).doit()
    body = sympy.Sum(expr.function, *inner) if inner else expr.function
    return sympy.Add(*(substituted(body, {**env, index: k}) for k in range(low, high + 1)))


def where(env: Env) -> str:
    """For messages: at which values of the indices."""
    return " at " + ", ".join(f"{index} = {value}" for index, value in env.items()) if env else ""
