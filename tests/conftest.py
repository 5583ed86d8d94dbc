"""What every test shares: one thread, fixed seeds, and where real images may lie."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import MappingView, Set
from pathlib import Path

import pytest
from hypothesis import settings

# torch reads these when it is first loaded, so the symbolic tests need not load it to be told.
# Two processes with one thread each are faster on two cores than two with two.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"

# Random formulas differ in time, and a suite that passed once must pass again: the same examples
# every time. `pytest --hypothesis-profile=explore` looks for new ones.
settings.register_profile("suite", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile("suite")

ROOT = Path(__file__).resolve().parent.parent
BENCH = ROOT / "tests" / "bench"


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if BENCH in item.path.parents:
            item.add_marker(pytest.mark.bench)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A set has another order in every process, so two workers would collect other tests."""
    for mark in metafunc.definition.iter_markers("parametrize"):
        if isinstance(mark.args[1], Set) and not isinstance(mark.args[1], MappingView):
            pytest.fail(f"{metafunc.definition.nodeid}: sort the set it is parametrised by")


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("gpu") is None:
        return
    import torch  # only where a test asks for a device

    if not torch.cuda.is_available():
        pytest.skip("no CUDA device")


@pytest.fixture(autouse=True)
def _seed() -> None:
    """Every test starts from the same random numbers, whichever ran before it."""
    random.seed(0)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(0)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(0)


@pytest.fixture(scope="session")
def cifar_dir() -> Path:
    """The folder that holds cifar10/ and cifar100/ in the layout of the Hugging Face hub.

    Named by FORMULA2NET_DATA, else beside the checkout; tests that ask for it skip without one.
    """
    named = os.environ.get("FORMULA2NET_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    if not any((folder / "cifar10").rglob("*.parquet")):
        pytest.skip(f"no CIFAR-10 (FORMULA2NET_DATA={named or 'unset'})")
    return folder
