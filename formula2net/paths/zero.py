"""Whether a SymPy expression without step indices is zero."""

from __future__ import annotations

import sympy

DIGITS = 30  # to which an expression that has roots is computed,
SMALL = 1e-20  # and below which it is zero


def is_zero(expr: sympy.Expr) -> bool:
    """Exactly where everything is rational, to many digits where roots are left.

    Scalars in an expression with roots stand for fixed numbers.
    """
    if expr.is_Rational:
        return bool(expr == 0)
    if expr.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
        return False
    if expr.free_symbols:
        if not _has_roots(expr):
            return bool(sympy.expand(expr) == 0)
        names = sorted(expr.free_symbols, key=str)
        expr = expr.subs({s: sympy.Rational(1, 3 + n) for n, s in enumerate(names)})
    return bool(abs(expr.evalf(DIGITS)) < SMALL)


def _has_roots(expr: sympy.Expr) -> bool:
    return any(not power.exp.is_integer for power in expr.atoms(sympy.Pow))
