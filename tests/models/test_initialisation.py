"""No family explodes or vanishes at 100 steps, but where its identity part makes it grow."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from formula2net.models.registry import MODELS

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "initialisation.py"
# Families that the example shows by another name: by their layers, or by the option that matters.
ALSO = {"cifar_resnet": "resnet", "seq_resnext": "seq_resnet"}
RUNGE_KUTTA = ("euler", "midpoint", "rk4", "rk8")


@pytest.fixture(scope="module")
def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("initialisation", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def variances(example: ModuleType) -> dict[str, list[float]]:
    found: dict[str, list[float]] = example.table()
    return found


def test_every_family_is_there(example: ModuleType) -> None:
    shown = {**example.BOUNDED, **example.GROWING}
    families = {model.family.name for model in MODELS.values()}
    renamed = {ALSO.get(name, name) for name in families - {"runge_kutta", "printed"}}
    assert renamed <= set(shown)
    assert {*RUNGE_KUTTA, "rk4_printed", "midpoint_printed"} <= set(shown)


@pytest.mark.slow
def test_a_bounded_identity_part_keeps_values_in_range(
    example: ModuleType, variances: dict[str, list[float]]
) -> None:
    """Sums of blocks of one size grow linearly; the mean of seven is a seventh of one."""
    for name in example.BOUNDED:
        first, *rest = variances[name]
        steps = len(rest)
        assert min(rest) > first / 30, name
        assert max(rest) < 3 * (steps + 1) * max(first, 1), name


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "factor"),
    [("rk4_printed", 2), ("nested_midpoint", 2.5), ("lm_resnet_printed", 1.05)],
)
def test_the_others_grow_by_the_coefficient_of_their_identity(
    variances: dict[str, list[float]], name: str, factor: float
) -> None:
    values = variances[name]
    ratio = (values[90] / values[40]) ** (1 / 50)
    assert ratio == pytest.approx(factor**2, rel=0.01)


@pytest.mark.slow
def test_the_second_order_network_grows_as_a_cube(variances: dict[str, list[float]]) -> None:
    """Each block is added again in every later step, and its variance with the square of that."""
    values = variances["second_order"]
    assert values[100] / values[50] == pytest.approx(8, rel=0.15)
