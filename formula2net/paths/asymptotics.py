"""How a count grows with depth, and how long its paths are on average."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import sympy
from sympy import Expr, Poly
from sympy.polys.rings import PolyElement

from formula2net.errors import PathCountError, Problem
from formula2net.language.reading import as_recursion
from formula2net.language.recursion import Recursion
from formula2net.paths.closed_form import FITTED, SYMBOLIC
from formula2net.paths.generating import X, base_of_powers, generating_function
from formula2net.paths.growth import CLOSE, DIGITS, largest_root
from formula2net.paths.proved_steps import proved_step
from formula2net.paths.recurrence import find_recurrence, solve
from formula2net.paths.series import Element, Series, count_series
from formula2net.paths.templates import L

STACKED: Final = 3  # depths that show P(t) where a step carries one value
SHORT: Final = 60  # operations of an expression that is worth simplifying


@dataclass(frozen=True)
class Asymptotics:
    """The growth of a count.

    Attributes:
        rate: what the count is multiplied by per step, in the limit: the greatest absolute value
            of a root of its recurrence.
        leading: what the count divided by it tends to 1 with, as an expression in L; None where
            several roots are as great, as those of a count that turns its sign.
    """

    rate: Expr
    leading: Expr | None


def asymptotics(formula: Any, of: str = "words") -> Asymptotics:
    """How a count of all lengths grows with depth.

    Args:
        formula: a `Recursion`, its text, a scheme, or an answer of `design`.
        of: ``"words"``, ``"wired"`` or ``"total"`` (design 6).

    Returns:
        The `.rate` a step, and the `.leading` term in L.

    Raises:
        FormulaError: there is no such count, or it is no formula.
        PathCountError: the counts obey no recurrence with constant coefficients, or it has Scalars.
    """
    recursion = as_recursion(formula)
    depths = SYMBOLIC if recursion.scalars else 2 * FITTED
    found = generating_function(count_series(recursion, of, depths, graded=False))
    if found is None:
        raise _none(recursion)
    above, below = (
        Poly([p.coeff(1) for p in reversed(part)], X, domain=found.domain)
        for part in (found.above, found.below)
    )
    if below.free_symbols_in_domain or above.free_symbols_in_domain:
        raise PathCountError(Problem("The growth depends on Scalars.", str(recursion)))
    roots = Poly(list(reversed(below.all_coeffs())), X, domain=found.domain)
    rate = largest_root(roots)
    return Asymptotics(rate, _leading(above, roots, rate) if rate else None)


def mean_length(formula: Any, of: str = "words") -> Expr:
    """The mean length of paths at depth L, as an expression in L: L/2 for ResNet.

    Words or walks count alike; for ``of="total"`` each word counts by its coefficient. Where no
    short form is found it is a quotient of two `SeriesCoefficient`.

    Args:
        formula: a `Recursion`, its text, a scheme, or an answer of `design`.
        of: ``"words"``, ``"wired"`` or ``"total"``.

    Raises:
        FormulaError: there is no such count, or it is no formula.
        PathCountError: the counts obey no recurrence with constant coefficients.
    """
    recursion = as_recursion(formula)
    first, step = count_series(recursion, of, STACKED), proved_step(recursion, of)
    base = base_of_powers(first)
    if base is not None and step is not None and step.size == 1 and step.start < STACKED:
        return _of_stack(base, first)
    for depths in (SYMBOLIC,) if recursion.scalars else (FITTED, 2 * FITTED):
        series = count_series(recursion, of, depths)
        weighted = [
            sum((n * k for k, n in table.items()), series.domain.zero) for table in series.tables
        ]
        above, below = (_in_depth(values, series) for values in (weighted, series.sums))
        if above is not None and below is not None:
            return _short(above, below)
    raise _none(recursion)


def _of_stack(base: PolyElement, series: Series) -> Expr:
    """``L P'(1) / P(1)``, the logarithmic derivative of P(t)^L at t = 1; a step has P(t)."""
    one = series.domain.one
    mean = series.domain.to_sympy(base.diff(base.ring.gens[0])(one) / base(one))
    return L * (sympy.factor(mean) if mean.free_symbols else mean)


def _none(recursion: Recursion) -> PathCountError:
    expected = "a recurrence with constant coefficients, as steps have that are alike"
    return PathCountError(
        Problem("The counts obey no short recurrence.", str(recursion), expected=expected)
    )


def _in_depth(values: list[Element], series: Series) -> Expr | None:
    """The values of depth 1, 2, ... as an expression in L."""
    recurrence = find_recurrence(values, series.domain)
    if recurrence is None:
        return None
    expr = solve(recurrence, values, L)
    if expr is not None:
        return expr
    alone = Series(tuple({0: v} if v else {} for v in values), series.domain)
    found = generating_function(alone)
    return None if found is None else found.coefficient(graded=False)


def _short(above: Expr, below: Expr) -> Expr:
    quotient = above / below
    if quotient.has(sympy.Piecewise) or sympy.count_ops(quotient) > SHORT:
        return quotient
    return min(quotient, sympy.simplify(quotient), key=sympy.count_ops)


def _leading(above: Poly, roots: Poly, rate: Expr) -> Expr | None:
    """``C L^(m-1) / (m-1)! rate^L`` for a pole 1/rate of order m; None where another is as near.

    With the factor f of multiplicity m that has the root, f(x) = (1 - rate x) h(x) when reversed,
    and Q the product of the other factors, C = above / (h^m Q) at the pole.
    """
    size, pole = rate.evalf(DIGITS), 1 / rate
    below, near = sympy.S.One, []
    for factor, times in roots.factor_list()[1]:
        monic = factor.monic()
        largest = [r for r in monic.nroots(DIGITS, maxsteps=200) if abs(abs(r) - size) < CLOSE]
        reverse = Poly(list(reversed(monic.all_coeffs())), X, domain=roots.domain)
        if largest:
            near += [(root, times) for root in largest]
            if monic.degree() > 1:
                below *= (-reverse.diff(X).as_expr().subs(X, pole) / rate) ** times
        else:
            below *= reverse.as_expr().subs(X, pole) ** times
    if len(near) > 1 or abs(near[0][0] - size) > CLOSE:
        return None
    power = near[0][1] - 1
    constant = above.as_expr().subs(X, pole) / below / sympy.factorial(power)
    if not constant.has(sympy.CRootOf):
        constant = sympy.radsimp(sympy.simplify(constant))
    return constant * L**power * rate**L
