"""Networks of every depth up to 1,000 steps build, and have the counts that follow from theirs."""

from __future__ import annotations

from math import comb

import pytest

from formula2net import Backbone, compile, get_formula
from formula2net.blocks import Plain, count_parameters
from formula2net.language.recursion import Recursion

WIDTH = 4
BLOCK = 9 * WIDTH * WIDTH + 2 * WIDTH
REST = (9 * 3 * WIDTH + 2 * WIDTH) + (WIDTH * 10 + 10)  # stem, head
DEPTHS = [1, 2, 3, 4, 5, 7, 10, 30, 100, pytest.param(300, marks=pytest.mark.slow)]
DEEPEST = pytest.param(1000, marks=pytest.mark.slow)


def parameters(formula: Recursion, depth: int) -> int:
    """Of the checked network, whose width never changes."""
    net = compile(formula, Backbone.cifar((depth,), (WIDTH,)), Plain())
    return count_parameters(net)


@pytest.mark.parametrize("depth", [*DEPTHS, DEEPEST])
def test_resnet(depth: int) -> None:
    formula = get_formula("resnet")
    assert parameters(formula, depth) == REST + depth * BLOCK
    paths = formula.paths(depth)
    assert paths.words == paths.wired == 2**depth
    assert paths.by_length()[depth // 2].words == comb(depth, depth // 2)


@pytest.mark.parametrize("depth", [*DEPTHS, DEEPEST])
def test_difference(depth: int) -> None:
    formula = get_formula("difference")
    assert parameters(formula, depth) == REST + depth * BLOCK
    assert formula.paths(depth).words == depth + 1
    pell = [1, 2]
    while len(pell) <= depth:
        pell.append(2 * pell[-1] + pell[-2])
    assert formula.paths(depth).wired == pell[depth]


@pytest.mark.parametrize("depth", [*DEPTHS, DEEPEST])
def test_rk4(depth: int) -> None:
    """A step has four blocks and 1 + 4 + 3 + 2 + 1 words."""
    formula = get_formula("rk4")
    assert parameters(formula, depth) == REST + 4 * depth * BLOCK
    assert formula.paths(depth).words == 11**depth


@pytest.mark.parametrize("depth", [*DEPTHS, DEEPEST])
def test_windowed(depth: int) -> None:
    """Each step reads the last four values, the input's parts at first: g-bonacci numbers.

    The first step reads all parts, in order: that is the input, one word.
    """
    formula = get_formula("seqconv_windowed", groups=4)
    net = compile(formula, Backbone.cifar((depth,), (WIDTH,)), Plain())
    reads = [
        sum(WIDTH if j > 0 else WIDTH // 4 for j in range(i - 4, i)) for i in range(1, depth + 1)
    ]
    blocks = sum(9 * read * WIDTH + 2 * WIDTH for read in reads)
    head = depth * WIDTH * 10 + 10
    assert count_parameters(net) == (9 * 3 * WIDTH + 2 * WIDTH) + blocks + head
    ways = [1, 1, 1, 1, 1]  # from the input to its parts, and to the first value
    for _ in range(1, depth):
        ways.append(sum(ways[-4:]))
    assert formula.paths(depth).words == sum(ways[4:])
