"""Calls that a new user makes wrong: each is an error of the library."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn

from formula2net.blocks.registry import resolve_block
from formula2net.compiler import compile
from formula2net.errors import BlockError, Formula2NetError, FormulaError, ShapeError
from formula2net.formulas import get_formula, load_tableau
from formula2net.language.backbone import Backbone
from formula2net.lower.serialize import save
from formula2net.lower.verify import verify
from formula2net.models.create import create_model
from formula2net.models.weights import load_weights
from formula2net.paths.formula import path_polynomial
from formula2net.testing import check_formula

SMALL = Backbone.cifar(blocks=(1, 1), widths=(4, 8))
SCALED = "X_i = X_{i-1} + h W_i X_{i-1}"


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: Backbone.cifar(2, 8), ShapeError, "blocks=2 is no list"),
        (lambda: Backbone.cifar((2,), 8), ShapeError, "widths=8 is no list"),
        (lambda: Backbone(3, 3), ShapeError, "made of a Stem, Stages and a Head"),
        (lambda: Backbone(SMALL.stem, (3,)), ShapeError, "Stem.*, 3, Head"),
        (lambda: create_model(5), Formula2NetError, "5 is no name of a model"),
        (lambda: create_model("resnet18", blocks=3), Formula2NetError, "blocks=3 is no list"),
        (lambda: compile(SCALED, SMALL, trainable=["h"]), FormulaError, "no values by name"),
        (lambda: compile(SCALED, SMALL, scalars=["h"]), FormulaError, "no values by name"),
        (lambda: compile(SCALED, SMALL, trainable={"h": "a"}), FormulaError, "h is no number"),
        (lambda: resolve_block(nn.Conv2d, 2), BlockError, "'Conv2d' is not called as a block"),
        (lambda: verify(get_formula("resnet")), Formula2NetError, "Recursion is no network"),
    ],
)
def test_is_refused(call: Callable[[], object], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        call()


def test_a_formula_is_not_saved(tmp_path: Path) -> None:
    with pytest.raises(Formula2NetError, match="Recursion is no network"):
        save(get_formula("resnet"), tmp_path / "net")
    assert not (tmp_path / "net").exists()


def test_what_does_not_fit_is_listed_up_to_a_length() -> None:
    wrong = {f"layer{k}.weight": torch.zeros(3) for k in range(100)}
    with pytest.raises(ShapeError) as caught:
        load_weights(compile(get_formula("resnet"), SMALL), wrong)
    assert len(caught.value.problems) == 9
    assert caught.value.problems[-1].what.startswith("and ")


def test_whatever_stands_for_a_formula_has_paths() -> None:
    rk4 = load_tableau("rk4")
    assert path_polynomial(rk4, 2).by_length() == rk4.recursion().paths(2).by_length()
    check_formula("X_i = X_{i-1} + W_i X_{i-1}", 3)
