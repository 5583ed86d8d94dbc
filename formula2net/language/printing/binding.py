"""How strongly the text of an expression holds together, and whether it begins with a minus."""

from __future__ import annotations

from typing import Final

from sympy import Basic, Expr, S, fraction
from sympy.printing.precedence import PRECEDENCE, precedence

from formula2net.language.expressions import (
    Applied,
    Compose,
    FeatureMisuse,
    FeatureScale,
    FeatureSum,
    Identity,
    OperatorMisuse,
    OperatorScale,
    OperatorSum,
    Term,
)

SUM: Final = 1
PRODUCT: Final = 2
ATOM: Final = 3


def binding(expr: Basic) -> int:
    """How strongly the text of an expression holds together: as SUM, PRODUCT or ATOM."""
    if isinstance(expr, (FeatureSum, OperatorSum)):
        return SUM
    if isinstance(expr, OperatorScale) and isinstance(expr.args[1], Identity):
        return binding(expr.args[0])
    if isinstance(expr, (FeatureScale, OperatorScale, Compose, FeatureMisuse, OperatorMisuse)):
        return PRODUCT
    if isinstance(expr, Applied):
        return ATOM if expr.called else PRODUCT
    if isinstance(expr, Term) or not isinstance(expr, Expr):
        return ATOM
    if precedence(expr) <= PRECEDENCE["Add"]:
        return SUM
    return PRODUCT if precedence(expr) <= PRECEDENCE["Mul"] else ATOM


def starts_with_minus(expr: Basic) -> bool:
    """Whether the text of a term begins with a minus that a sum can write instead."""
    if isinstance(expr, (FeatureScale, OperatorScale)):
        coefficient, scaled = expr.args
        only_divided = fraction(coefficient)[0] is S.One
        return starts_with_minus(coefficient) or (only_divided and starts_with_minus(scaled))
    if isinstance(expr, Applied):
        return not expr.called and starts_with_minus(expr.args[0])
    if isinstance(expr, Compose):
        return not is_power(expr) and starts_with_minus(expr.args[0])
    if isinstance(expr, Term) or not isinstance(expr, Expr):
        return False
    return bool(expr.as_coeff_Mul()[0].is_negative)


def is_power(expr: Compose) -> bool:
    """Whether a composition is of one operator with itself."""
    return len(set(expr.args)) == 1
