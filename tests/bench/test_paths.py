"""Speed of path work: words listed, counts by length, against SymPy's expand."""

from __future__ import annotations

import time

import pytest
import sympy
from sympy import Eq

from formula2net import Concat, Index, Operator, Recursion, State

X, W, i, j = State("X"), Operator("W"), Index("i"), Index("j")
RESNET = Recursion(Eq(X[i], (1 + W[i]) * X[i - 1]))
DIFFERENCE = Recursion(
    Eq(X[i], (1 + W[i]) * X[i - 1] - W[i - 1] * X[i - 2]), initial=Eq(X[1], (1 + W[1]) * X[0])
)
WINDOW = Recursion(Eq(X[i], W[i](Concat(X[j], (j, i - 8, i - 1), clip=True))))
DENSE = Recursion(Eq(X[i], W[i](Concat(X[j], (j, 0, i - 1)))))


def test_all_words_of_resnet_at_20(benchmark):
    words = benchmark.pedantic(lambda: sum(1 for _ in RESNET.paths(20)), rounds=3)
    assert words == 2**20


def test_words_against_sympy_expand_at_14(benchmark):
    letters = [sympy.Symbol(f"W_{k}", commutative=False) for k in range(14, 0, -1)]
    start = time.perf_counter()
    expanded = sympy.expand(sympy.Mul(*(1 + letter for letter in letters)))
    slow = time.perf_counter() - start
    words = benchmark.pedantic(lambda: dict(RESNET.paths(14)), rounds=5)
    assert len(words) == len(expanded.args) == 2**14
    benchmark.extra_info["times faster than sympy.expand"] = slow / benchmark.stats["median"]


@pytest.mark.parametrize(
    ("formula", "depth", "words"),
    [
        pytest.param(RESNET, 1000, 2**1000, id="resnet-1000"),
        pytest.param(DIFFERENCE, 1000, 1001, id="difference-1000"),
        pytest.param(WINDOW, 1000, None, id="window-of-8-1000"),
        pytest.param(DENSE, 1000, 2**999, id="dense-1000"),
        pytest.param(RESNET, 3000, 2**3000, id="resnet-3000"),
        pytest.param(DIFFERENCE, 3000, 3001, id="difference-3000"),
        pytest.param(WINDOW, 3000, None, id="window-of-8-3000"),
    ],
)
def test_counts_by_length(benchmark, formula, depth, words):
    counts = benchmark.pedantic(lambda: formula.paths(depth).by_length(), rounds=1)
    total = sum(count.words for count in counts.values())
    assert words is None or total == words
