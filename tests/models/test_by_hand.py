"""One network of each family is the one that was written by hand from its paper's text."""

from __future__ import annotations

import pytest

from formula2net.models.registry import MODELS
from tests.models import (
    by_hand_dense,
    by_hand_first_paper,
    by_hand_fractal,
    by_hand_high_order,
    by_hand_preact,
    by_hand_residual,
    by_hand_seqconv,
)
from tests.models.same import ByHand, check_same

CASES = [
    *by_hand_residual.CASES,
    *by_hand_first_paper.CASES,
    *by_hand_seqconv.CASES,
    *by_hand_dense.CASES,
    *by_hand_preact.CASES,
    *by_hand_fractal.CASES,
    *by_hand_high_order.CASES,
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.model)
def test_the_network_is_the_one_of_its_paper(case: ByHand) -> None:
    check_same(case)


def test_every_family_is_written_by_hand_once() -> None:
    written = {MODELS[case.model].family.name for case in CASES}
    assert written == {model.family.name for model in MODELS.values()}
