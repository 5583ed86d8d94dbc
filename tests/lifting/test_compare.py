"""Formulas, their text, programs, answers and networks beside each other."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
import torch

import formula2net as f2n
from formula2net.formulas import get_formula
from formula2net.passes.unroll import unroll
from tests.lifting import nets

RESNET = get_formula("resnet")
ONE_STAGE = f2n.Backbone.cifar((3,), (8,))
IMAGES = torch.randn(2, 3, 8, 8)


def by_hand() -> Any:
    return nets.Classifier(*(nets.PreActivation() for _ in range(3)), norm=True)


def sides() -> dict[str, Any]:
    return {
        "formula": RESNET,
        "text": "X_i = X_{i-1} + W_i X_{i-1}",
        "answer": f2n.design("Product(1 + W[L-j], (j, 0, m-1))")[0],
        "program": unroll(RESNET, 3),
        "program of a network": f2n.compile(RESNET, ONE_STAGE).program,
        "network": f2n.compile(RESNET, ONE_STAGE),
        "lifted": f2n.lift(by_hand(), IMAGES),
    }


def test_every_pair() -> None:
    staged = ("program", "program of a network")  # one says its stages, the other has none
    for (one, a), (two, b) in product(sides().items(), repeat=2):
        for depth in (3, ONE_STAGE):
            if {one, two} == {*staged} or (depth is ONE_STAGE and "program" in (one, two)):
                continue
            comparison = f2n.compare(a, b, depth=depth)
            assert comparison.equal_network, (one, two)
            assert comparison.equal_wiring, (one, two)
            assert comparison.equal_paths, (one, two)


SIDES = "  expected a formula, its text, a program, or a network"


@pytest.mark.parametrize(
    ("side", "lines"),
    [
        (
            "resnet",
            ["'resnet' is the name of a formula, and no formula.", "  try: get_formula('resnet')"],
        ),
        (
            (RESNET, RESNET),
            ["2 things at once cannot be compared.", SIDES, "  try: one of them, as answers[0]"],
        ),
        (None, ["None cannot be compared.", SIDES]),
    ],
)
def test_what_is_no_side(side: Any, lines: list[str]) -> None:
    with pytest.raises(f2n.FormulaError) as error:
        f2n.compare(side, RESNET)
    assert str(error.value) == "\n".join(lines)


def test_a_module_that_has_not_been_lifted() -> None:
    with pytest.raises(f2n.LiftError, match="A module is lifted by running it once"):
        f2n.compare(by_hand(), RESNET)
