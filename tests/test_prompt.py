"""What results look like at the prompt, in a notebook and in an editor (docs/design.md, N29)."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
import torch
from sympy import latex

import formula2net as f2n
from formula2net.gradients.curve import LesionCurve
from formula2net.passes.unroll import unroll
from formula2net.paths.polynomial import LIMIT

RESNET = f2n.get_formula("resnet")
PROGRAM = unroll(RESNET, 3)
PRODUCT = "prod(1 + W[L-j], j=0..m-1)"


def network() -> f2n.Network:
    return f2n.compile(RESNET, f2n.Backbone.table(3, (2,), (4,), 2), "linear")


RESULTS: dict[str, Callable[[], Any]] = {
    "answer": lambda: f2n.design(PRODUCT)[0],
    "closed form": lambda: f2n.find_closed_form(RESNET),
    "comparison": lambda: f2n.compare(RESNET, f2n.get_formula("difference"), depth=3),
    "difference": lambda: f2n.compare(RESNET, f2n.get_formula("difference"), depth=3).difference,
    "found": lambda: next(f2n.search(1, [f2n.Operator("W")], depth=2)),
    "lesions": lambda: f2n.lesion_curve(network(), lambda net: 1.0),
    "model": lambda: f2n.model_info("resnet18"),
    "spectrum": lambda: f2n.path_spectrum(network(), torch.ones(2, 3)),
    "verify": lambda: f2n.verify(network()),
}


@pytest.mark.parametrize("kind", RESULTS)
def test_a_result_is_shown_as_its_text(kind: str) -> None:
    result = RESULTS[kind]()
    assert repr(result) == str(result)
    assert not repr(result).startswith(type(result).__name__)


def test_what_may_be_long_is_one_line() -> None:
    assert repr(PROGRAM) == "<Program: 7 operations, 3 blocks>"
    assert repr(unroll(RESNET, 2000)) == "<Program: 4,001 operations, 2,000 blocks>"
    long = [PROGRAM, RESNET.paths(4), f2n.design(PRODUCT), f2n.search(1, [f2n.Operator("W")])]
    for item in long:
        assert repr(item).startswith("<")
        assert "\n" not in repr(item)


def test_formulas_are_latex_in_a_notebook() -> None:
    assert f2n.design(PRODUCT)[0]._repr_latex_() == RESNET._repr_latex_()
    form = f2n.find_closed_form(RESNET)
    assert form._repr_latex_() == rf"$\displaystyle {latex(form.expr)}$"
    assert str(form) == f"binomial(L, k)\n  {form.proof}"


def test_a_curve_of_lesions() -> None:
    curve = LesionCurve(0.9, {"W_1": 0.5, "W_2": 0.75}, {1: (0.5, 0.75), 2: (0.1,)})
    assert str(curve).splitlines() == [
        "blocks lost        tried         mean        least     greatest",
        "          0            1          0.9          0.9          0.9",
        "          1            2        0.625          0.5         0.75",
        "          2            1          0.1          0.1          0.1",
        "least without W_1, greatest without W_2",
    ]


def test_paths_say_what_they_take_and_what_they_give() -> None:
    """As `path_polynomial` does, which they call: an editor sees the options."""
    from formula2net.paths.formula import path_polynomial

    ours = inspect.signature(f2n.Recursion.paths)
    theirs = inspect.signature(path_polynomial)
    defaults = [{p.name: p.default for p in s.parameters.values()} for s in (ours, theirs)]
    assert list(defaults[0])[1:] == list(defaults[1])[1:]
    assert list(defaults[0].values()) == list(defaults[1].values())
    assert ours.return_annotation == "PathPolynomial"
    assert ours.parameters["limit"].default == LIMIT


def test_a_misspelt_option_names_what_was_called() -> None:
    with pytest.raises(TypeError, match=r"Recursion\.paths\(\) got an unexpected .*'limits'"):
        RESNET.paths(3, limits=5)  # type: ignore[call-arg]


@pytest.mark.parametrize("item", [RESNET, RESNET.paths(2), PROGRAM, f2n.Backbone.cifar()])
def test_completion_offers_what_has_a_text(item: object) -> None:
    """No public name of ours is there that `help` has no words for."""
    names = {name for name in dir(item) if not name.startswith("_")}
    parts = {name: inspect.getattr_static(type(item), name, None) for name in names}
    silent = [
        name
        for name, part in parts.items()
        if (inspect.isfunction(part) or isinstance(part, property)) and not part.__doc__
    ]
    assert not silent
