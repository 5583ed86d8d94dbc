"""Products and powers that mean nothing, or that SymPy has changed before anyone could look."""

from __future__ import annotations

from sympy import Basic, Expr, Mul, Pow, Sum

from formula2net.language.checks.finding import Finding
from formula2net.language.expressions import (
    FeatureMisuse,
    OperatorMisuse,
    sort_of,
)
from formula2net.language.printing import Path, text_of

GATED = 4  # powers that are written out as products
NO_FUNCTION = 'a block that computes it, W[i](x); or an activation, as Activation("tanh")(x)'


def misspelled(expr: Expr, path: Path) -> Finding:
    """Why an expression is no formula, and what to write instead."""
    if isinstance(expr, (FeatureMisuse, OperatorMisuse)):
        sign, left, right = expr.args
        return _misused(expr, path, sign.name, left, right)
    if isinstance(expr, Mul):
        return _changed(expr, path)
    if isinstance(expr, Pow):
        return _misused(expr, path, "**", *expr.args)
    return Finding(path, f"{text_of(expr)} is no part of the language.")


def _misused(expr: Expr, path: Path, sign: str, left: Expr, right: Expr) -> Finding:
    shown, first, second = text_of(expr), text_of(left), text_of(right)
    sorts = (sort_of(left), sort_of(right))
    if sign == "/":
        return Finding(path, f"{shown} divides by {second}, which is no number.")
    if sign == "**" and sorts[0] == "operator":
        expected = "a whole number from 0 on, as in W[i]**2"
        return Finding(path, f"{shown} is no power of an operator.", expected=expected)
    if sign == "**" and sorts[0] == "number":
        return Finding(path, f"{second} stands in an exponent.")
    if sign == "**":
        return Finding(path, f"{shown} is a power of a feature.", try_=_power(first, right))
    if sorts == ("operator", "number"):
        return Finding(
            path,
            f"{shown} has a number to the right of an operator.",
            try_=f"{second}*{first} for a multiple, {first}({second}*x) to scale what goes in",
        )
    if sorts == ("feature", "operator"):
        return Finding(
            path, f"{shown} has an operator to the right of a feature.", try_=f"{second}({first})"
        )
    return _product(expr, path, f"{first}, {second}")


def _power(feature: str, exponent: Expr) -> str:
    """What means the same: a product of features, or a function of the values."""
    if exponent.is_Integer and 2 <= int(exponent) <= GATED:
        return f"Hadamard({', '.join([feature] * int(exponent))})"
    return NO_FUNCTION


def _changed(expr: Mul, path: Path) -> Finding:
    """A `Mul` that SymPy has made of plain sums: where its numbers stood is lost."""
    parts = [factor for factor in expr.args if sort_of(factor) != "number"]
    sorts = [sort_of(part) for part in parts]
    if sorts.count("feature") > 1:
        return _product(expr, path, ", ".join(map(text_of, parts)))
    if not isinstance(parts[0], Sum):
        spelling = f"c*{text_of(parts[0])} or {text_of(parts[0])}(c*x), with Python's *"
    else:
        inner = text_of(parts[0].args[0])
        limits = ", ".join(map(str, parts[0].args[1:]))
        if len(parts) == 1:
            spelling = f"Sum(c*{inner}, {limits}) with the number c inside"
        else:
            spelling = f"Sum({inner}(x), {limits}) with the whole argument as x"
    return Finding(
        path,
        "SymPy has moved the numbers of this product: what was written is lost.",
        try_=spelling,
    )


def _product(expr: Basic, path: Path, factors: str) -> Finding:
    what = f"{text_of(expr)} is a product of two features."
    return Finding(path, what, try_=f"Hadamard({factors})")
