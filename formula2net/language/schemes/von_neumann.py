"""Where the roots of a polynomial lie relative to the unit circle, decided without computing them.

J. J. H. Miller (1971), On the Location of Zeros of Certain Classes of Polynomials with Applications
to Numerical Analysis. A polynomial is Schur if all its roots lie inside the unit circle, von
Neumann if none lies outside, and simple von Neumann if those on the circle are simple besides.
"""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Expr, expand, radsimp, sign


def is_schur(coefficients: Sequence[Expr]) -> bool:
    """Whether all roots lie inside the unit circle.

    Args:
        coefficients: exact real numbers, that of the highest power first.
    """
    polynomial = _trimmed(coefficients)
    while len(polynomial) > 1:
        if _excess(polynomial) <= 0:
            return False
        polynomial = _reduced(polynomial)
    return True


def is_von_neumann(coefficients: Sequence[Expr]) -> bool:
    """Whether no root lies outside the unit circle."""
    return _on_circle(coefficients, is_von_neumann)


def is_simple_von_neumann(coefficients: Sequence[Expr]) -> bool:
    """Whether no root lies outside the unit circle, and those on it are simple."""
    return _on_circle(coefficients, is_schur)


def _on_circle(coefficients: Sequence[Expr], of_derivative: object) -> bool:
    """Miller's theorem: reduce until the polynomial is its own reverse; then ask its derivative."""
    polynomial = _trimmed(coefficients)
    while len(polynomial) > 1:
        if _excess(polynomial) > 0:
            polynomial = _reduced(polynomial)
            continue
        if _excess(polynomial) < 0 or any(_reduced(polynomial)):
            return False
        degree = len(polynomial) - 1
        derivative = [(degree - j) * c for j, c in enumerate(polynomial[:-1])]
        return bool(of_derivative(derivative))  # type: ignore[operator]
    return True


def _trimmed(coefficients: Sequence[Expr]) -> list[Expr]:
    """Without zeros in front; those at the end are roots at 0, which lie inside."""
    found = [_exact(c) for c in coefficients]
    while len(found) > 1 and not found[0]:
        found.pop(0)
    while len(found) > 1 and not found[-1]:
        found.pop()
    return found


def _excess(polynomial: Sequence[Expr]) -> int:
    """The sign of |first coefficient| - |last coefficient|."""
    return int(sign(_exact(polynomial[0] ** 2 - polynomial[-1] ** 2)))


def _reduced(polynomial: Sequence[Expr]) -> list[Expr]:
    """Miller's reduced polynomial, of one degree less; all zeros where p is its own reverse."""
    first, last = polynomial[0], polynomial[-1]
    pairs = zip(polynomial[:-1], reversed(polynomial[1:]), strict=True)
    return [_exact(first * c - last * reverse) for c, reverse in pairs]


def _exact(value: Expr) -> Expr:
    """In normal form, so that zero is 0."""
    return value if value.is_Rational else expand(radsimp(expand(value)))
