"""A block has one width: a tied one that meets two is refused, by name."""

from __future__ import annotations

import pytest

from formula2net import Backbone, ShapeError, parse
from formula2net.passes.unroll import unroll

TIED = "X_i = X_{i-1} + W(X_{i-1})"


@pytest.mark.parametrize("strides", [(1, 2), (1, 1)])
def test_a_tied_block_that_meets_two_shapes(strides: tuple[int, int]) -> None:
    backbone = Backbone.cifar(blocks=(2, 2), widths=(8, 16), strides=strides)
    with pytest.raises(ShapeError) as caught:
        unroll(parse(TIED), backbone)
    (problem,) = caught.value.problems
    assert problem.what == "The block W is applied to values of two shapes."
    assert problem.formula == "X[i] = X[i - 1] + W(X[i - 1])"
    assert problem.got == (
        f"8 channels at 1/1 of the resolution and 16 channels at 1/{strides[1]} of the resolution"
    )


def test_a_tied_block_in_one_shape() -> None:
    program = unroll(parse(TIED), Backbone.cifar(blocks=(2, 2), widths=(8, 8), strides=(1, 1)))
    assert program.blocks == ("W",)
