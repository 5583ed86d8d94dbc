"""The stability region of a scheme as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
from sympy import Poly, lambdify

from formula2net.errors import Formula2NetError, Problem
from formula2net.language.recursion import Recursion
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

Scheme = ButcherTableau | LinearMultistep | Recursion


def amplification(scheme: Scheme, points: np.ndarray) -> np.ndarray:
    """What a step multiplies by at most, where blocks multiply by z.

    Args:
        scheme: a tableau, a multistep method, or a formula whose steps are alike.
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
    multistep = isinstance(scheme, LinearMultistep)
    expr = stability_polynomial(scheme) if multistep else step_polynomial(scheme)
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
        Formula2NetError: the area is empty, or the formula has Scalars.
        PathCountError: the steps of a formula are not alike.
        ImportError: Matplotlib is not installed.
    """
    left, right, low, high = area
    if not (left < right and low < high):
        raise Formula2NetError(Problem(f"The area {area} is empty.", expected="left < right, ..."))
    real, imaginary = np.linspace(left, right, POINTS), np.linspace(low, high, POINTS)
    sizes = amplification(scheme, real[None, :] + 1j * imaginary[:, None])
    figure = new_figure(SIZE, SIZE)
    axes = figure.subplots()
    axes.contourf(real, imaginary, sizes, levels=[0, 1], colors=["#9ecae1"])
    axes.contour(real, imaginary, sizes, levels=[1], colors="#08519c", linewidths=1)
    axes.axhline(0, color="0.6", linewidth=0.5)
    axes.axvline(0, color="0.6", linewidth=0.5)
    axes.set(xlabel="Re z", ylabel="Im z", aspect="equal")
    axes.set_title(getattr(scheme, "name", "") or "stability region")
    return save_figure(figure, path)


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
