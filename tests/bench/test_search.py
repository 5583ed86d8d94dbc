"""Speed of a search: recursions a minute, and against counting each by `Recursion.paths`.

Processor time of one core, so that whatever else the machine does counts less.
"""

from __future__ import annotations

import time
from random import Random

import pytest
from sympy import Symbol

from formula2net import Index, Operator, search
from formula2net.synthesis.searching.coefficients import index_of, read_coefficients
from formula2net.synthesis.searching.family import Family
from formula2net.synthesis.searching.initial import read_initial

W, i, L = Operator("W"), Index("i"), Symbol("L")
SIGNS = {1: (-1, 0, 1), W[i]: (-1, 0, 1), W[i - 1]: (-1, 0, 1)}
LAG, DEPTH = 3, 6
CANDIDATES = 27**LAG - 1
BOUND = 500_000  # recursions a minute

pytestmark = pytest.mark.benchmark(timer=time.process_time)


def _never(at):
    """Counted to the last depth, and refused there: all three counts are looked at."""
    return at.depth < DEPTH or (at.words, at.wired, at.total) == (-1, -1, -1)


@pytest.mark.parametrize(
    ("where", "found"),
    [
        pytest.param(_never, 0, id="to-the-last-depth"),
        pytest.param({("words", "length"): 1}, 2, id="one-path-a-length"),
    ],
)
def test_recursions_a_minute(benchmark, where, found):
    def run():
        tried = search(LAG, SIGNS, where, depth=DEPTH, progress=False)
        number = sum(1 for _ in tried)
        return number, tried.tried

    assert benchmark.pedantic(run, rounds=5, warmup_rounds=1) == (found, CANDIDATES)
    a_minute = 60 * CANDIDATES / benchmark.stats["median"]
    benchmark.extra_info["recursions a minute"] = a_minute
    assert a_minute > BOUND


def test_against_counting_each_by_the_library(benchmark):
    sets = read_coefficients(SIGNS, LAG)
    family = Family(sets, index_of(c.expr for c in sets[0]), read_initial(None), DEPTH)
    chosen = Random(0).sample(
        [(a, b, c) for a in sets[0] for b in sets[1] for c in sets[2][1:]], 400
    )
    chosen = [candidate for candidate in chosen if _is_counted(family, candidate)]
    recursions = [family.recursion(candidate) for candidate in chosen[:100]]

    def slow():
        return [recursion.paths(DEPTH).by_length() for recursion in recursions]

    start = time.process_time()
    counts = slow()
    each = (time.process_time() - start) / len(recursions)
    assert len(counts) == 100
    benchmark.pedantic(
        lambda: sum(1 for _ in search(LAG, SIGNS, _never, depth=DEPTH, progress=False)), rounds=3
    )
    ratio = each * CANDIDATES / benchmark.stats["median"]
    benchmark.extra_info["times faster than Recursion.paths"] = ratio
    assert ratio > 20


def _is_counted(family, candidate):
    """Whether the library takes it: no block reads a plain 0."""
    states = family.start()
    return all(family.take(states, n, candidate) is not None for n in range(1, DEPTH + 1))
