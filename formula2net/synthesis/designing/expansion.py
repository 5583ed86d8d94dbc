"""A general formula at numbers: sums and products are multiplied out into words of blocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

import sympy
from sympy import Add, Expr, Mul, Piecewise, Pow, Product, Sum

from formula2net.errors import FormulaError, Problem
from formula2net.language.expressions import (
    Compose,
    Identity,
    OperatorMisuse,
    OperatorScale,
    OperatorSum,
    sort_of,
)
from formula2net.language.symbols import Index, Operator
from formula2net.passes.exact import coefficient_value
from formula2net.passes.indices import branch_value, index_value
from formula2net.synthesis.designing.linear import Number

Env = dict[Index, int]
Letters = tuple[int, ...]  # indices of blocks, the latest first
Words = dict[Letters, Number]


def expand(expr: Expr, env: Mapping[Index, int]) -> Words:
    """The words of a formula with their weights.

    Args:
        expr: the formula.
        env: values of its free indices.

    Raises:
        FormulaError: something in it is neither a number nor a sum or product of blocks.
    """
    env = dict(env)
    if isinstance(expr, Identity):
        return {(): 1}
    if isinstance(expr, Operator):
        (index,) = _indices(expr)
        return {(index_value(index, env),): 1}
    if isinstance(expr, Sum | Product):
        return _ranged(expr, env)
    if isinstance(expr, Piecewise):
        return expand(branch_value(expr, env), env)
    if isinstance(expr, OperatorSum | Add) and _has_blocks(expr):
        return _plus(expand(part, env) for part in expr.args)
    if isinstance(expr, OperatorScale | Compose | Mul) and _has_blocks(expr):
        return _times(expand(part, env) for part in expr.args)
    if isinstance(expr, OperatorMisuse) and str(expr.args[0]) == "*":
        return _times(expand(part, env) for part in expr.args[1:])
    if isinstance(expr, Pow) and _has_blocks(expr):
        return _times(expand(expr.base, env) for _ in range(index_value(expr.exp, env)))
    if _has_blocks(expr) or sort_of(expr) != "number":
        raise _refused(expr)
    return _number(expr, env)


def _ranged(expr: Expr, env: Env) -> Words:
    """A sum or a product over a range; an empty sum is 0, an empty product 1."""
    combine = _plus if isinstance(expr, Sum) else _times
    index, low, high = expr.limits[-1]  # the last range is the outermost
    rest = expr.limits[:-1]
    body = expr.func(expr.function, *rest) if rest else expr.function
    values = range(index_value(low, env), index_value(high, env) + 1)
    return combine(expand(body, {**env, index: value}) for value in values)


def _plus(parts: Iterator[Words]) -> Words:
    total: Words = {}
    for part in parts:
        for word, weight in part.items():
            total[word] = total.get(word, 0) + weight
    return {word: weight for word, weight in total.items() if weight}


def _times(parts: Iterator[Words]) -> Words:
    product: Words = {(): 1}
    for part in parts:
        longer: Words = {}
        for left, a in product.items():
            for right, b in part.items():
                word = left + right
                longer[word] = longer.get(word, 0) + a * b
        product = {word: weight for word, weight in longer.items() if weight}
    return product


def _number(expr: Expr, env: Env) -> Words:
    value = coefficient_value(expr, env)
    if not isinstance(value, int | Fraction):
        raise FormulaError(
            Problem("A weight is no rational number.", got=str(expr), expected="1/2, -1, 3")
        )
    return {(): value} if value else {}


def _has_blocks(expr: Expr) -> bool:
    return bool(expr.has(Operator, Identity))


def _indices(operator: Operator) -> tuple[Expr, ...]:
    if len(operator.indices) != 1:
        raise _refused(operator)
    return operator.indices


def _refused(expr: Expr) -> FormulaError:
    return FormulaError(
        Problem(
            f"{expr} is no part of a general formula.",
            expected="numbers, blocks W[L - j], and sums and products of these",
            try_="1 + Sum(Product(W[L - j], (j, 0, k - 1)), (k, 1, m))",
        )
    )


def operators_of(expr: Expr) -> set[str]:
    """Names of the blocks of a formula."""
    return {part.name for part in sympy.preorder_traversal(expr) if isinstance(part, Operator)}
