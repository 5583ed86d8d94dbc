"""The picture of a stability region: what is amplified where, and the file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sympy import Rational

from formula2net.errors import Formula2NetError, PathCountError
from formula2net.formulas import get_formula, load_tableau
from formula2net.language.schemes.multistep import METHODS
from formula2net.language.schemes.stability import stability_polynomial
from formula2net.paths.growth import growth_factor
from formula2net.report.stability import amplification, draw_stability, roots_polynomial
from formula2net.synthesis.designing.design import design

POINTS = np.array([0, -1, -2, -2.5, -3, 1j, 2.5j, 3j, 0.5])


def test_r_of_z_of_a_tableau() -> None:
    wanted = np.abs(1 + POINTS + POINTS**2 / 2 + POINTS**3 / 6 + POINTS**4 / 24)
    assert np.allclose(amplification(load_tableau("rk4"), POINTS), wanted)
    assert np.allclose(amplification(get_formula("rk4"), POINTS), wanted)


def test_an_implicit_method_is_stable_in_the_left_half_plane_and_has_a_pole() -> None:
    sizes = amplification(load_tableau("implicit_midpoint"), np.array([-1000.0, -1, 5j, 1, 2]))
    assert (sizes <= 1 + 1e-12).tolist() == [True, True, True, False, False]
    assert np.isinf(sizes[-1])


def test_adams_bashforth_is_stable_on_its_interval() -> None:
    points = np.array([-1.0001, -0.9999, 0.0])
    sizes = amplification(METHODS["adams_bashforth2"], points)
    assert (sizes <= 1 + 1e-12).tolist() == [False, True, True]


def test_leapfrog_is_stable_on_a_piece_of_the_imaginary_axis() -> None:
    sizes = amplification(METHODS["leapfrog"], np.array([0.5j, 0.999j, 1.001j, -0.1]))
    assert (sizes <= 1 + 1e-9).tolist() == [True, True, False, False]


def test_a_formula_amplifies_as_its_growth_factor_says() -> None:
    formula = get_formula("revnet")
    exact = growth_factor(formula, Rational(1, 2))
    assert amplification(formula, np.array([0.5]))[0] == pytest.approx(float(exact))


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_the_picture(tmp_path: Path, suffix: str) -> None:
    path = draw_stability(load_tableau("rk4"), tmp_path / f"new/rk4.{suffix}")
    assert path.stat().st_size > 1000
    if suffix == "svg":
        assert "rk4" in path.read_text() or "<svg" in path.read_text()


def test_of_a_multistep_method_and_a_formula(tmp_path: Path) -> None:
    for scheme in (METHODS["adams_bashforth3"], get_formula("difference")):
        assert draw_stability(scheme, tmp_path / "region.png", (-2, 1, -1, 1)).exists()


def test_what_has_no_region_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Formula2NetError, match=r"The area \(1, 0, 0, 1\) is empty"):
        draw_stability(load_tableau("rk4"), tmp_path / "x.png", (1, 0, 0, 1))
    with pytest.raises(Formula2NetError, match="The stability depends on h"):
        draw_stability(get_formula("second_order"), tmp_path / "x.png")
    with pytest.raises(Formula2NetError, match="This is no equation") as caught:
        draw_stability("rk4", tmp_path / "x.png")
    assert caught.value.problems[0].try_ == "get_formula('rk4'), if it is a name"
    for area in ((1, 2), 5, (1, 2, "a", 3)):
        with pytest.raises(Formula2NetError, match="is no area"):
            draw_stability(load_tableau("rk4"), tmp_path / "x.png", area)
    with pytest.raises(PathCountError, match="not alike"):
        draw_stability(get_formula("sparsenet"), tmp_path / "x.png")


def test_one_polynomial_of_a_tableau_and_of_its_network() -> None:
    """Of rk4: one from its numbers, one from the paths of its network."""
    difference = roots_polynomial(load_tableau("rk4")) - roots_polynomial(get_formula("rk4"))
    assert difference.expand() == 0
    assert roots_polynomial(METHODS["leapfrog"]) == stability_polynomial(METHODS["leapfrog"])
    (answer,) = design("prod(1 + W[L-j], j=0..m-1)")
    assert roots_polynomial(answer) == roots_polynomial(get_formula("resnet"))
