"""Pooling as a block, which keeps the width."""

from __future__ import annotations

import pytest
import torch

from formula2net.blocks import BlockRef, Pool
from formula2net.errors import BlockError


@pytest.mark.parametrize("dims", [1, 2, 3])
@pytest.mark.parametrize("kind", ["max", "avg"])
def test_a_pool_keeps_the_width_and_rounds_up(kind: str, dims: int) -> None:
    ref = BlockRef("P2", 2, 2, "P2")
    x = torch.randn(2, 3, *[7] * dims)
    pool = Pool(kind=kind).with_dims(dims)
    assert pool(3, 3, stride=2, ref=ref)(x).shape == (2, 3, *[4] * dims)
    assert torch.equal(pool(3, 3, stride=1, ref=ref)(x), x)
    corner = pool(3, 3, stride=2, ref=ref)(x)[(..., *[0] * dims)]
    part = x[(..., *[slice(0, 2)] * dims)].flatten(2)
    assert torch.allclose(corner, part.amax(2) if kind == "max" else part.mean(2))


def test_a_pool_is_told_its_width() -> None:
    with pytest.raises(BlockError) as raised:
        Pool()(64, 128, stride=2, ref=BlockRef("G_1.P_2", 2, 2, "G.P"))
    assert str(raised.value) == (
        "The pool G_1.P_2 cannot turn 64 channels into 128.\n  try: Operator('P', width=...)"
    )
    with pytest.raises(BlockError) as raised:
        Pool(kind="sum")
    assert str(raised.value) == "Unknown pool: 'sum'.\n  expected 'max' or 'avg'"
