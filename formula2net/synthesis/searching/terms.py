"""Operator expressions as plain tuples, which are fast to count with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import sympy

from formula2net.errors import FormulaError, Problem
from formula2net.language.expressions import Compose, Identity, OperatorScale, OperatorSum, sort_of
from formula2net.language.symbols import Index, Operator
from formula2net.passes.exact import coefficient_value
from formula2net.synthesis.given import check_exact

Number = int | Fraction


@dataclass(frozen=True, eq=False)
class Block:
    """An operator whatever the step; there is one object for each, so comparing costs nothing."""

    operator: Operator


Letter = tuple[Block, int | None]
"""A block: the operator without its step, and its step less the equation's (None: it is tied)."""
Chain = tuple[Letter, ...]
"""A product of blocks, the last of them applied first; an empty one is the identity."""
Terms = tuple[tuple[Number, Chain], ...]


def terms_of(expr: sympy.Expr, index: Index | None) -> Terms:
    """An operator expression as terms; like ones are collected.

    Args:
        expr: a sum of numbers times products of blocks.
        index: the step's index; None in an initial value, where blocks have steps of their own,
            which are then kept as they are.

    Raises:
        FormulaError: it is no such sum, or a block of it cancels.
    """
    check_exact(expr)
    total: dict[Chain, Number] = {}
    for number, chain in _terms(expr, 1, index):
        total[chain] = total.get(chain, 0) + number
    gone = [chain for chain, number in total.items() if number == 0 and chain]
    if gone:
        raise FormulaError(Problem(f"A block cancels in {expr}.", expected="blocks that are used"))
    return tuple((number, chain) for chain, number in total.items() if number != 0)


def _terms(expr: sympy.Expr, factor: Number, index: Index | None) -> Iterator[tuple[Number, Chain]]:
    match expr:
        case OperatorSum():
            for term in expr.args:
                yield from _terms(term, factor, index)
        case OperatorScale():
            yield from _terms(expr.operator, factor * _number(expr.coefficient), index)
        case Identity():
            yield factor, ()
        case Operator():
            yield factor, (_letter(expr, index),)
        case Compose() if all(isinstance(block, Operator) for block in expr.factors[1:]):
            inner = tuple(_letter(block, index) for block in expr.factors[1:])
            for number, chain in _terms(expr.factors[0], factor, index):
                yield number, (*chain, *inner)
        case _ if sort_of(expr) == "number":
            yield factor * _number(expr), ()
        case _:
            raise FormulaError(
                Problem(
                    f"{expr} is no coefficient of a search.",
                    expected="a sum of numbers, and of numbers times products of blocks",
                    try_="1 + W[i], 2*W[i - 1], W[i]*V[i]",
                )
            )


def _number(expr: sympy.Expr) -> Number:
    value = coefficient_value(expr, {})
    if not isinstance(value, int | Fraction):
        what = f"The number {expr} is not rational."
        raise FormulaError(Problem(what, expected="integers and fractions"))
    return value


def _letter(block: Operator, index: Index | None) -> Letter:
    if not block.indices:
        return _block(block), None
    step, *rest = block.indices
    offset = step - index if index is not None else step
    if not offset.is_Integer or any(not other.is_Integer for other in rest):
        expected = f"W[{index}], W[{index} - 1], W[{index}, 2], or W" if index else "W[1]"
        raise FormulaError(Problem(f"The index of {block} is not read.", expected=expected))
    # The operator's own index 0 stands for the step, so that others may stand beside it.
    name, places = block.args[0], (sympy.S.Zero, *rest)
    operator = Operator(name, *places, width=block.width, stride=block.stride)
    return _block(operator), int(offset)


@cache
def _block(operator: Operator) -> Block:
    return Block(operator)
