"""Targets of the tests, as weights of words, and what a recursion's paths are, one by one."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

Used = tuple[bool, ...]
EQ_12 = "1 + Sum(Product(W[L-j], (j, 0, k-1)), (k, 1, m))"


def prefixes(w: Used) -> bool:
    """Eq. (12): one path of every length, through the latest blocks."""
    return list(w) == sorted(w, reverse=True)


def pairs_skipped(w: Used) -> bool:
    """Additional example 1 of the first paper: blocks are left out in pairs."""
    return all(len(run) % 2 == 0 for run in _text(w).split("1"))


def single_skips(w: Used) -> bool:
    """Additional example 2: X_i = W_i X_{i-1} + W_{i-1} X_{i-2}, so 1 or 01 for each term."""
    return _text(w).replace("01", "").replace("1", "") == ""


def no_neighbours(w: Used) -> bool:
    return "11" not in _text(w)


def longest_and_identity(w: Used) -> bool:
    return all(w) or not any(w)


def palindrome(w: Used) -> bool:
    return w == w[::-1]


def balanced(w: Used) -> bool:
    return 2 * sum(w) == len(w)


def even(w: Used) -> bool:
    return sum(w) % 2 == 0


def by_three(w: Used) -> bool:
    return sum(w) % 3 == 0


def at_most_three(w: Used) -> bool:
    return sum(w) <= 3


def _text(w: Used) -> str:
    return "".join("1" if used else "0" for used in w)


def wanted(weight: Callable[[Used], object], depth: int) -> dict[Used, object]:
    """The words of a target, each asked for."""
    weights = {w: weight(w) for w in product((False, True), repeat=depth)}
    return {w: int(c) if isinstance(c, bool) else c for w, c in weights.items() if c}


def found(recursion, depth: int, source: int = 0) -> dict[Used, object]:
    """The words of a recursion, in blocks: applications of one block are added up here."""
    total: dict[Used, object] = {}
    for word, coefficient in recursion.paths(depth, source=source):
        blocks = {int(letter.split("@")[0].split("_")[1]) for letter in word}
        assert len(blocks) == len(word)  # no path uses a block twice
        used = tuple(block in blocks for block in range(depth, source, -1))
        total[used] = total.get(used, 0) + coefficient
    return {word: c for word, c in total.items() if c != 0}
