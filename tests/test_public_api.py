"""The public names: complete, lazy, and torch-free where they can be."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import formula2net

ROOT = Path(__file__).resolve().parent.parent
SOURCE = Path(formula2net.__file__).read_text(encoding="utf-8")

# Everything that the language, paths and formulas need; run without torch.
WITHOUT_TORCH = """
import sys
import formula2net as f2n
from sympy import Eq

assert "sympy" in sys.modules and "torch" not in sys.modules
X, W, i = f2n.State("X"), f2n.Operator("W"), f2n.Index("i")
formula = f2n.Recursion(Eq(X[i], (1 + W[i]) * X[i - 1]))
assert f2n.parse("X_i = (1 + W_i) X_{i-1}") == formula == f2n.get_formula("resnet")
backbone = f2n.Backbone.cifar()
assert formula.paths(backbone).words == 256
assert str(formula.closed_form(of="words", by="all")) == "2**L"
assert f2n.compare(formula, formula, depth=3).equal_network
assert f2n.load_tableau("rk4").recursion().paths(1).words == 11
assert f2n.find_closed_form(formula).is_proved and str(f2n.mean_length(formula)) == "L/2"
assert f2n.growth_factor(formula, 2) == 3 and f2n.is_power_bounded(formula)
assert f2n.asymptotics(formula).rate == 2 and f2n.step_polynomial(formula).free_symbols
assert f2n.stability_function(f2n.load_tableau("rk4")).free_symbols
assert f2n.is_zero_stable(f2n.LinearMultistep.named("leapfrog"))
assert f2n.design("prod(1 + W[L-j], j=0..m-1)")[0].recursion == formula
assert next(f2n.search(1, [W[i], 1 + W[i]], {"total": [2, 4, 8]}, depth=3)).recursion == formula
assert "rk4" in f2n.list_formulas() and "rk4" in f2n.list_tableaux()
assert formula.to_text() and formula == f2n.parse(formula.to_text())
loaded = {"torch", "lightning", "matplotlib"} & set(sys.modules)
sys.exit(f"loaded {loaded}" if loaded else 0)
"""


def _run(code: str) -> None:
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


def test_importing_the_package_loads_only_what_it_needs() -> None:
    _run(
        "import sys, formula2net\n"
        "loaded = {'sympy', 'torch', 'numpy', 'networkx', 'rich'} & set(sys.modules)\n"
        "sys.exit(f'loaded {loaded}' if loaded else 0)"
    )


def test_authoring_and_paths_do_not_load_torch() -> None:
    _run(WITHOUT_TORCH)


@pytest.mark.parametrize("name", formula2net.__all__)
def test_every_name_is_there(name: str) -> None:
    assert getattr(formula2net, name) is getattr(formula2net, name)


@pytest.mark.parametrize("name", [name for name in formula2net.__all__ if name[0] != "_"])
def test_every_name_says_what_it_is(name: str) -> None:
    """In its own words: `__doc__` of a class is not that of its base."""
    summary = (getattr(formula2net, name).__doc__ or "").strip().partition("\n\n")[0]
    assert summary.endswith(".")


def test_the_names_are_sorted_and_listed_once() -> None:
    names = formula2net.__all__
    assert names == sorted(set(names), key=lambda name: (name.islower(), name))
    assert dir(formula2net) == names


def test_type_checkers_see_the_same_names_in_the_same_places() -> None:
    """The imports below TYPE_CHECKING, the table of places and __all__ say the same."""
    block = next(node for node in ast.parse(SOURCE).body if isinstance(node, ast.If))
    seen = {
        alias.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    places = {name: f"formula2net.{module}" for name, module in formula2net._MODULE_OF.items()}
    assert seen == places
    assert {*places, "__version__"} == set(formula2net.__all__)


def test_every_error_is_public() -> None:
    from formula2net import errors

    kinds = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.Formula2NetError)
    }
    assert kinds <= set(formula2net.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'formula2net' has no attribute 'nothing'"):
        formula2net.nothing  # noqa: B018


def test_the_version_is_that_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert formula2net.__version__ == project["version"]


def test_the_package_says_that_it_is_typed() -> None:
    assert (Path(formula2net.__file__).parent / "py.typed").is_file()
