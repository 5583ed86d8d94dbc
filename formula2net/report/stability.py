"""The stability region of a scheme as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
from sympy import Expr, Poly, lambdify

from formula2net.errors import Formula2NetError, Problem
from formula2net.language.reading import Formula
from formula2net.language.schemes.multistep import LinearMultistep
from formula2net.language.schemes.stability import (
    stability_function,
    stability_polynomial,
    z,
    zeta,
)
from formula2net.language.schemes.tableau import ButcherTableau
from formula2net.paths.growth import step_polynomial
from formula2net.report.figure import new_figure, save_figure

SIZE: Final = 4.5  # inches
POINTS: Final = 301  # a side
AREA: Final = (-5.0, 2.0, -4.0, 4.0)  # real parts, imaginary parts

LEVEL: Final = 1 + 1e-6  # a region may be a line, as leapfrog's; its roots are rounded

Scheme = ButcherTableau | LinearMultistep | Formula


def amplification(scheme: Scheme, points: np.ndarray) -> np.ndarray:
    """What a step multiplies by at most, where blocks multiply by z.

    Args:
        scheme: a tableau, a multistep method, or a formula whose steps are alike; an answer of
            `design` is one.
        points: values of z, complex, of any shape.

    Returns:
        The greatest absolute value of a root of the stability polynomial, of the same shape;
        infinite at a pole of R(z).
    """
    if isinstance(scheme, ButcherTableau):
        value = lambdify(z, stability_function(scheme), "numpy")
        with np.errstate(divide="ignore", invalid="ignore"):
            sizes = np.abs(np.broadcast_to(value(points), points.shape))
        return np.where(np.isnan(sizes), np.inf, sizes)
    expr = roots_polynomial(scheme)
    _check_numbers(expr)
    coefficients = [
        np.broadcast_to(lambdify(z, c, "numpy")(points), points.shape).astype(complex).ravel()
        for c in Poly(expr, zeta).all_coeffs()
    ]
    return _largest_roots(np.stack(coefficients, axis=1)).reshape(points.shape)


def draw_stability(scheme: Scheme, path: str | Path, area: tuple[float, ...] = AREA) -> Path:
    """Draws where steps do not amplify: |R(z)| <= 1, or all roots in the unit circle.

    Args:
        scheme: as of `amplification`.
        path: the file; its ending names the format.
        area: least and greatest real part, least and greatest imaginary part.

    Returns:
        The file.

    Raises:
        Formula2NetError: it is no scheme, it has Scalars, the area is empty, or the ending names
            no format.
        PathCountError: the steps of a formula are not alike.
        ImportError: Matplotlib is not installed.
    """
    real, imaginary = _points(area)
    sizes = amplification(scheme, real[None, :] + 1j * imaginary[:, None])
    figure = new_figure(SIZE, SIZE)
    axes = figure.subplots()
    axes.contourf(real, imaginary, sizes, levels=[0, LEVEL], colors=["#9ecae1"])
    axes.contour(real, imaginary, sizes, levels=[LEVEL], colors="#08519c", linewidths=1)
    axes.axhline(0, color="0.6", linewidth=0.5)
    axes.axvline(0, color="0.6", linewidth=0.5)
    axes.set(xlabel="Re z", ylabel="Im z", aspect="equal")
    axes.set_title(getattr(scheme, "name", "") or "stability region")
    return save_figure(figure, path)


def _points(area: tuple[float, ...]) -> list[np.ndarray]:
    """Points of both axes; 0 is among them, where a region may be a line."""
    try:
        left, right, low, high = map(float, area)
    except (TypeError, ValueError):
        expected = "four numbers: left, right, low, high"
        raise Formula2NetError(Problem(f"{area!r} is no area.", expected=expected)) from None
    if not (left < right and low < high):
        raise Formula2NetError(Problem(f"The area {area} is empty.", expected="left < right, ..."))
    axes = (np.linspace(*ends, POINTS) for ends in ((left, right), (low, high)))
    return [np.union1d(axis, [0.0] if axis[0] < 0 < axis[-1] else []) for axis in axes]


def roots_polynomial(scheme: Any) -> Expr:
    """The polynomial in zeta and z whose roots are what steps multiply by.

    Raises:
        Formula2NetError: It is no scheme.
        PathCountError: The steps of a formula are not alike.
    """
    if isinstance(scheme, ButcherTableau):
        return zeta - stability_function(scheme)
    if isinstance(scheme, LinearMultistep):
        return stability_polynomial(scheme)
    return step_polynomial(scheme)


def _check_numbers(expr: Any) -> None:
    names = sorted(map(str, expr.free_symbols - {z, zeta}))
    if names:
        what = f"The stability depends on {', '.join(names)}."
        raise Formula2NetError(Problem(what, try_="recursion.subs({...: 1})"))


def _largest_roots(coefficients: np.ndarray) -> np.ndarray:
    """The greatest absolute value of a root, of each row; the first coefficient is not 0.

    An implicit method has it 0 where a step has no solution: there it is infinite.
    """
    lead = coefficients[:, :1]
    degree = coefficients.shape[1] - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        monic = coefficients[:, 1:] / lead
    solvable = np.isfinite(monic).all(axis=1)
    companion = np.zeros((len(coefficients), degree, degree), dtype=complex)
    companion[:, 0, :] = -np.where(solvable[:, None], monic, 0)
    companion[:, np.arange(1, degree), np.arange(degree - 1)] = 1
    sizes = np.abs(np.linalg.eigvals(companion)).max(axis=1)
    return np.where(solvable, sizes, np.inf)
