"""The walk through a family, by size: candidates that begin alike share their first steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import prod

from formula2net.synthesis.searching.coefficients import Coefficient
from formula2net.synthesis.searching.counts import Tables
from formula2net.synthesis.searching.family import Candidate, Family
from formula2net.synthesis.searching.tables import States
from formula2net.synthesis.searching.where import Check

KEPT = 100_000  # beginnings whose states are kept; others are counted again for every size


@dataclass(frozen=True, slots=True)
class Tried:
    """A candidate that holds what was asked, and its counts at the depths 1, 2, ..."""

    candidate: Candidate
    counts: tuple[Tables, ...]


@dataclass(slots=True)
class _Node:
    """First coefficients, and the states and counts that they determine.

    Attributes:
        states: the states.
        counts: the counts of the steps that are determined and hold what was asked.
        next: what follows, by the next coefficient's place; None where it does not hold.
    """

    states: States
    counts: tuple[Tables, ...] = ()
    next: dict[int, _Node | None] = field(default_factory=dict)


class Walk:
    """All candidates of a family that hold every check, in order of size.

    Step n reads A_1, ..., A_n only. So A_1 is refused with all that it begins if X[1] is not as
    asked, and (A_1, A_2) if X[2] is not.

    Args:
        family: the family.
        checks: each is asked at every depth.

    Attributes:
        tried: how many candidates are decided so far.
    """

    def __init__(self, family: Family, checks: Sequence[Check]) -> None:
        self.tried = 0
        self._family = family
        self._checks = checks
        self._by_size: list[dict[int, list[Coefficient]]] = []
        for each in family.sets:
            sizes: dict[int, list[Coefficient]] = {}
            for coefficient in each:
                sizes.setdefault(coefficient.size, []).append(coefficient)
            self._by_size.append(sizes)

    def __iter__(self) -> Iterator[Tried]:
        states = self._family.start()
        if states is None:
            return
        root = _Node(states)
        ways = self._family.ways
        largest = max((size for table in ways for size in table[0]), default=0)
        for size in range(1, largest + 1):
            for last, table in enumerate(ways):
                if table[0][size]:
                    yield from self._below(root, (), last, size)

    def _below(self, node: _Node, known: Candidate, last: int, left: int) -> Iterator[Tried]:
        """The candidates that begin so, and have a size and a last lag."""
        lag = len(known)
        if lag == last:
            for coefficient in self._by_size[lag].get(left, ()):
                if coefficient.terms:
                    self.tried += 1
                    yield from self._tried(node, (*known, coefficient))
            return
        for place, coefficient in enumerate(self._family.sets[lag]):
            rest = left - coefficient.size
            if rest < 0:
                return
            ways = self._family.ways[last][lag + 1][rest]
            if not ways:
                continue
            longer = (*known, coefficient)
            child = self._child(node, place, longer)
            if child is None:
                self.tried += ways
            else:
                yield from self._below(child, longer, last, rest)

    def _child(self, node: _Node, place: int, known: Candidate) -> _Node | None:
        """What the next coefficient makes of a node; kept for other sizes if there is room."""
        if place in node.next:
            return node.next[place]
        child = self._continued(node, known, self._family.determined(len(known)))
        if prod(map(len, self._family.sets[: len(known)])) <= KEPT:
            node.next[place] = child
        return child

    def _tried(self, node: _Node, candidate: Candidate) -> Iterator[Tried]:
        whole = self._continued(node, candidate, self._family.depth)
        if whole is not None and whole.states.makes_a_network(self._family.depth):
            yield Tried(candidate, whole.counts)

    def _continued(self, node: _Node, candidate: Candidate, depth: int) -> _Node | None:
        """Some steps more; None at the first that is not as asked."""
        family, checks = self._family, self._checks
        states, counts = node.states.copy(), node.counts
        for step in range(len(counts) + 1, depth + 1):
            value = family.take(states, step, candidate)
            if value is None:
                return None
            at = Tables(value, step, family.bits, family.scale, counts)
            for check in checks:
                if not check(at):
                    return None
            counts = (*counts, at)
        return _Node(states, counts)
