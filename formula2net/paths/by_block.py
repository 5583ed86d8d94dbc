"""Letters by block (the papers' W_i): where a tied block, or a slot, makes two words one."""

from __future__ import annotations

from formula2net.ir.coefficient import Coefficient
from formula2net.paths.graph import ReducedGraph, Word
from formula2net.paths.words import WordLister


def needs_merging(graph: ReducedGraph) -> bool:
    """Whether two words may become one when letters are blocks.

    They cannot where every block has one application and no two edges join the same atoms.
    """
    names: list[str] = []
    for edges in graph.edges.values():
        targets = [edge.atom for edge in edges]
        if len(set(targets)) < len(targets):
            return True
        names.extend({edge.letter.partition(":")[0] for edge in edges} - {"", "out"})
    return len(set(names)) < len(names)


def merged_words(lister: WordLister) -> dict[Word, Coefficient]:
    """All words with equal ones added up; what cancels is left out."""
    total: dict[Word, Coefficient] = {}
    for length in range(lister.longest() + 1):
        for word, coefficient in lister.of_length(length):
            plain = tuple(name for name in (x.partition(":")[0] for x in word) if name != "out")
            total[plain] = total.get(plain, 0) + coefficient
    return {word: coefficient for word, coefficient in total.items() if coefficient != 0}
