"""The three counts of known formulas: numbers that are in the literature."""

from __future__ import annotations

from math import comb

import pytest
from sympy import Eq, Integer, Rational, sqrt

from formula2net.language.backbone import Backbone
from formula2net.language.recursion import Recursion
from formula2net.paths.counts import Counts
from tests.paths.formulas import (
    DENSE,
    DENSE_SUM,
    DIFFERENCE,
    EULER_2,
    PLAIN,
    RESNET,
    TWIN,
    W,
    X,
    activated,
    i,
    window,
)

PELL = [2, 5, 12, 29, 70, 169, 408, 985]


@pytest.mark.parametrize("depth", range(1, 13))
def test_resnet_is_pascals_triangle(depth: int) -> None:
    counts = RESNET.paths(depth).by_length()
    assert counts == {k: Counts(*3 * [comb(depth, k)]) for k in range(depth + 1)}


@pytest.mark.parametrize("depth", [1, 2, 7])
def test_a_plain_net_has_one_path(depth: int) -> None:
    assert PLAIN.paths(depth).by_length() == {depth: Counts(1, 1, 1)}


@pytest.mark.parametrize(("depth", "walks"), list(enumerate(PELL, start=1)))
def test_the_difference_formula(depth: int, walks: int) -> None:
    paths = DIFFERENCE.paths(depth)
    assert (paths.wired, paths.words, paths.total) == (walks, depth + 1, depth + 1)
    counts = paths.by_length()
    assert list(counts) == list(range(depth + 1))
    assert {c[1:] for c in counts.values()} == {(1, 1)}
    twin = TWIN.paths(depth)
    assert list(twin) == list(paths)
    assert (twin.wired, twin.words) == (depth + 1, depth + 1)


@pytest.mark.parametrize("formula", [DENSE, DENSE_SUM], ids=["concatenated", "summed"])
@pytest.mark.parametrize("depth", [1, 2, 5, 11, 30])
def test_dense_nets_have_a_word_a_composition(formula: Recursion, depth: int) -> None:
    paths = formula.paths(depth)
    assert paths.words == paths.wired == paths.total == 2 ** (depth - 1)
    assert {k: c.words for k, c in paths.by_length().items()} == {
        k: comb(depth - 1, k - 1) for k in range(1, depth + 1)
    }


@pytest.mark.parametrize("size", [2, 3, 8])
def test_windows_have_bonacci_numbers(size: int) -> None:
    numbers = [1]
    while len(numbers) <= 20:
        numbers.append(sum(numbers[-size:]))
    assert [window(size).paths(depth).words for depth in range(1, 21)] == numbers[1:]


def test_a_scheme_of_two_stages() -> None:
    """X + K(X + W(X)/2): the coefficients of (1 + t + t^2)^L, and of (1 + t + t^2/2)^L."""
    counts = EULER_2.paths(3).by_length()
    assert [c.words for c in counts.values()] == [1, 3, 6, 7, 6, 3, 1]
    assert EULER_2.paths(3).total == Rational(5, 2) ** 3
    assert counts[2].total == Rational(9, 2)


@pytest.mark.parametrize(
    ("blocks", "paper", "exact"), [((2, 2, 2, 2), 9, 233), ((3, 4, 6, 3), 17, 2447)]
)
def test_transitions_keep_paths_apart(blocks: tuple[int, ...], paper: int, exact: int) -> None:
    backbone = Backbone.cifar(blocks=blocks)
    paths = {view: DIFFERENCE.paths(backbone, view=view) for view in ("paper", "exact")}
    assert {view: p.words for view, p in paths.items()} == {"paper": paper, "exact": exact}
    assert paths["paper"].wired == paths["exact"].wired == DIFFERENCE.paths(sum(blocks)).wired
    assert all(p.formal for p in paths.values())


def test_a_relu_after_every_sum_keeps_all_walks() -> None:
    paper, exact = (activated().paths(8, view=view) for view in ("paper", "exact"))
    assert (paper.words, exact.words, exact.wired) == (9, 985, 985)
    assert paper.formal
    assert exact.formal
    assert not activated(relu=False).paths(8).formal


def test_an_activation_where_nothing_cancels_is_not_formal() -> None:
    formula = Recursion(Eq(X[i], W[i](X[i - 1]) + X[i - 1]))
    assert not formula.paths(6).formal


@pytest.mark.parametrize("depth", [1000])
def test_counts_are_exact_at_any_depth(depth: int) -> None:
    assert RESNET.paths(depth).by_length()[depth // 2].words == comb(depth, depth // 2)
    assert DIFFERENCE.paths(depth).words == depth + 1


def test_totals_may_cancel_where_words_do_not() -> None:
    minus = Recursion(Eq(X[i], (1 - W[i]) * X[i - 1]))
    counts = minus.paths(40).by_length()
    assert minus.paths(40).total == 0
    assert [c.total for c in counts.values()] == [(-1) ** k * comb(40, k) for k in range(41)]


def test_totals_are_rational_or_radical() -> None:
    half = Recursion(Eq(X[i], X[i - 1] + W[i](X[i - 1]) / 2))
    assert half.paths(3).total == Rational(27, 8)
    root = Recursion(Eq(X[i], X[i - 1] + sqrt(6) * W[i](X[i - 1])))
    assert root.paths(2).total == 1 + 2 * sqrt(6) + 6
    assert root.paths(2).by_length()[1].total == 2 * sqrt(6)
    assert type(RESNET.paths(2).total) is int
    assert half.paths(1).by_length()[0].total == Integer(1)
