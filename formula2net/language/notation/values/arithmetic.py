"""Values joined by signs: products, quotients, gates and sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import Expr, Mod, S, Sum

from formula2net.language.expressions import add, divide, multiply, scale, sort_of
from formula2net.language.notation.tree import syntax as st
from formula2net.language.notation.tree.clauses import limits_of_sign
from formula2net.language.notation.values.windows import summed
from formula2net.language.structure import Hadamard

if TYPE_CHECKING:
    from formula2net.language.notation.values.builder import Values


def product(values: Values, node: st.Product) -> Expr:
    """The value of `a b`, `a / b` or `a mod b`.

    Raises:
        NotationError: If it divides by 0.
    """
    read = values.index if node.sign == "%" else values.value
    left, right = read(node.left), read(node.right)
    if node.sign == "*":
        return multiply(left, right)
    if right is S.Zero:
        raise values.error("This divides by 0.", node.right)
    if node.sign == "%":
        return Mod(left, right)
    return divide(left, right)


def gate(values: Values, node: st.Gate) -> Expr:
    """An elementwise product; a circle between operators composes them."""
    factors = [values.value(factor) for factor in node.factors]
    if "HADAMARD" in node.signs or {sort_of(factor) for factor in factors} != {"operator"}:
        return Hadamard(*factors)
    result = factors[0]
    for factor in factors[1:]:
        result = multiply(result, factor)
    return result


def total(values: Values, node: st.Sum) -> Expr:
    """The value of `a + b - c`, with or without an ellipsis."""
    if any(isinstance(term, st.Dots) for term in node.terms):
        return summed(values, node)
    result, *rest = (
        values.value(term) if sign > 0 else scale(S.NegativeOne, values.value(term))
        for sign, term in zip(node.signs, node.terms, strict=True)
    )
    for term in rest:
        result = add(result, term)
    return result


def big_sum(values: Values, node: st.BigSum) -> Expr:
    """The value of a sum over a range, written as a sign with limits.

    Raises:
        NotationError: If the sign has no limits.
    """
    clause = limits_of_sign(node.sign.below, node.sign.above)
    if clause is None:
        raise values.error("A sum needs its limits.", node.sign, try_=r"\sum_{j=0}^{i-1} X_j")
    inner, limits = values.bound(clause)
    return Sum(inner.value(node.body), limits)
