"""Stability of Runge-Kutta and multistep methods, exactly.

R(z) as in Hairer and Wanner, Solving Ordinary Differential Equations II, IV.3; the root condition
as in Hairer, Norsett, Wanner I, III.3. In a network z stands for blocks that multiply by z.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sympy import Expr, Integer, Poly, Symbol, cancel, expand
from sympy.polys.constructor import construct_domain
from sympy.polys.matrices import DomainMatrix

from formula2net.errors import Problem, TableauError
from formula2net.language.schemes.multistep import LinearMultistep
from formula2net.language.schemes.tableau import ButcherTableau
from formula2net.language.schemes.von_neumann import is_simple_von_neumann

z: Final = Symbol("z")
zeta: Final = Symbol("zeta")


def stability_function(tableau: ButcherTableau) -> Expr:
    """R(z): what one step multiplies X by where each block multiplies by z.

    Hairer and Wanner (1996), Solving Ordinary Differential Equations II, IV.3.

    Args:
        tableau: The Runge-Kutta method (A, b).

    Returns:
        `det(1 - zA + z e b^T) / det(1 - zA)` in the symbol z, exactly; a polynomial where the
        tableau is explicit.

    Raises:
        TableauError: It is no tableau.
    """
    _check(tableau, ButcherTableau, "tableau", "stability_polynomial, step_polynomial")
    size, entries = tableau.stages, [entry for row in tableau.A for entry in row]
    domain, values = construct_domain([*entries, *tableau.b], field=True, extension=True)
    rows = [values[size * i : size * (i + 1)] for i in range(size)]
    weights = values[size * size :]
    if tableau.is_explicit:
        return _polynomial(rows, weights, domain)
    moved = [[a - b for a, b in zip(row, weights, strict=True)] for row in rows]
    above, below = (_determinant(matrix, domain) for matrix in (moved, rows))
    return cancel(above / below, extension=True)


def _polynomial(rows: Sequence[Sequence[Any]], weights: Sequence[Any], domain: Any) -> Expr:
    """``1 + z b^T e + z^2 b^T A e + ...``."""
    total, vector = Integer(1), [domain.one] * len(rows)
    for power in range(1, len(rows) + 1):
        total += domain.to_sympy(_dot(weights, vector, domain)) * z**power
        vector = [_dot(row, vector, domain) for row in rows]
    return total


def _dot(left: Sequence[Any], right: Sequence[Any], domain: Any) -> Any:
    return sum((a * b for a, b in zip(left, right, strict=True)), domain.zero)


def _determinant(rows: Sequence[Sequence[Any]], domain: Any) -> Expr:
    """det(1 - zM), whose coefficients are those of the characteristic polynomial, reversed."""
    matrix = DomainMatrix([list(row) for row in rows], (len(rows), len(rows)), domain)
    terms = (domain.to_sympy(c) * z**k for k, c in enumerate(matrix.charpoly()))
    return sum(terms, Integer(0))


def first_polynomial(method: LinearMultistep) -> Poly:
    """rho(zeta) = sum of alpha_j zeta^(k - j): the method without its blocks."""
    return Poly(list(method.alpha), zeta, extension=True)


def second_polynomial(method: LinearMultistep) -> Poly:
    """sigma(zeta) = sum of beta_j zeta^(k - j): its blocks."""
    return Poly(list(method.beta), zeta, extension=True)


def stability_polynomial(method: LinearMultistep) -> Expr:
    """rho(zeta) - z sigma(zeta): its roots are what steps multiply by where blocks are z.

    Hairer and Wanner (1996), Solving Ordinary Differential Equations II, V.1.

    Args:
        method: The multistep method; rho has its alpha, sigma its beta.

    Returns:
        A polynomial in the symbols zeta and z, exactly.

    Raises:
        TableauError: It is no multistep method.
    """
    _check(method, LinearMultistep, "multistep method", "stability_function, step_polynomial")
    rho, sigma = first_polynomial(method).as_expr(), second_polynomial(method).as_expr()
    return expand(rho - z * sigma)


def is_zero_stable(method: LinearMultistep) -> bool:
    """The root condition: no root of rho outside the unit circle, and those on it are simple.

    Decided exactly. Hairer, Norsett, Wanner (1993), Solving Ordinary Differential Equations I,
    III.3.

    Args:
        method: The multistep method.

    Raises:
        TableauError: It is no multistep method.
    """
    _check(method, LinearMultistep, "multistep method", "is_power_bounded")
    return is_simple_von_neumann(method.alpha)


def _check(scheme: object, kind: type, name: str, other: str) -> None:
    if not isinstance(scheme, kind):
        what = f"{scheme if isinstance(scheme, str) else type(scheme).__name__} is no {name}."
        hint = f"for other schemes and formulas: {other}"
        if isinstance(scheme, str):
            load = "load_tableau" if kind is ButcherTableau else "LinearMultistep.named"
            hint = f"{load}({scheme!r})"
        raise TableauError(Problem(what, expected=f"a {kind.__name__}", try_=hint))
