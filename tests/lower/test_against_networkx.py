"""The counts of 1,000 random programs, exactly, against their networkx graphs."""

from __future__ import annotations

import pytest

from formula2net.ir.generic import generic
from formula2net.ir.layout import VIEWS
from formula2net.ir.residues import modular
from formula2net.lower.check import program_counts
from formula2net.lower.graph_counts import graph_counts
from tests.lower.random_programs import random_program


@pytest.mark.parametrize("hundreds", range(10))
def test_a_hundred_random_programs(hundreds: int) -> None:
    paths = 0
    for seed in range(100 * hundreds, 100 * hundreds + 100):
        program = random_program(seed, size=4 + seed % 14, rich=seed % 2 == 0)
        for view in VIEWS:
            counts = program_counts(program, view)
            graph = graph_counts(generic(program), view)
            assert {k: c.wired for k, c in counts.items() if c.wired} == graph.wired
            if graph.totals is not None:
                totals = {k: t for k, c in counts.items() if (t := modular(c.total))}
                assert totals == graph.totals
            words = {k: c for k, c in counts.items() if k <= graph.longest and c.words}
            assert {k: c.words for k, c in words.items()} == {
                k: number for k, (number, _) in graph.words.items()
            }
            for k, (_, total) in graph.words.items():
                assert modular(words[k].total) == modular(total)
            paths += sum(graph.wired.values())
    assert paths > 400  # most of them have some
