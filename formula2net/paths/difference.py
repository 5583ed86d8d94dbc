"""The first word in which two path polynomials differ, found without expanding either.

Every walk is one product of residues, one for each letter and the place that it has in the word,
counted from the source; so two polynomials agree, up to a chance of about 2**-50, when the sums of
these products agree. Where they do not, the letters of a word that differs are found one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from formula2net.ir.coefficient import Coefficient
from formula2net.ir.ops import Value
from formula2net.ir.residues import PRIME, modular, random_residue
from formula2net.paths.graph import SINK, Edge, ReducedGraph, Word

Left = tuple[int, int]  # applications and letters that are still to come
Front = Mapping[Value, Coefficient]  # atoms that a prefix leads to, with its coefficients


@dataclass(frozen=True)
class _Side:
    """A graph, with the residues of all walks from every atom to the source."""

    graph: ReducedGraph
    residues: Mapping[Value, Mapping[Left, int]]

    def check(self, front: Front, left: Left) -> int:
        """The residue of everything that may follow a prefix."""
        return (
            sum(
                modular(c) * self.residues[atom].get(left, 0)
                for atom, c in front.items()
                if atom in self.residues
            )
            % PRIME
        )

    def steps(self, front: Front, left: Left) -> Iterator[tuple[tuple[str, Left], Front]]:
        """The next letters of a prefix, each with what is left and with where it leads."""
        found: dict[tuple[str, Left], dict[Value, Coefficient]] = {}
        for atom, c in front.items():
            length = self.graph.lengths[atom]
            for edge in self.graph.edges[atom]:
                key = edge.letter, (left[0] - length, left[1] - bool(edge.letter))
                if self.residues.get(edge.atom, {}).get(key[1]):
                    total = found.setdefault(key, {})
                    total[edge.atom] = total.get(edge.atom, 0) + c * edge.weight
        yield from found.items()


def first_difference(
    a: ReducedGraph, b: ReducedGraph
) -> tuple[Word, tuple[Coefficient, Coefficient]] | None:
    """The shortest word with different coefficients in two graphs, and both; None if all agree.

    Length counts applications, then letters.
    """
    sides = (_Side(a, _residues(a)), _Side(b, _residues(b)))
    fronts: tuple[Front, Front] = ({SINK: 1}, {SINK: 1})
    lefts = {left for side in sides for left in side.residues.get(SINK, {})}
    differing = (left for left in sorted(lefts) if _differ(sides, fronts, left))
    left = next(differing, None)
    if left is None:
        return None
    word: list[str] = []
    while any(
        front.keys() - {side.graph.source} for side, front in zip(sides, fronts, strict=True)
    ):
        letter, left, fronts = _next(sides, fronts, left)
        word += [letter] if letter else []
    first, second = (
        front.get(side.graph.source, 0) for side, front in zip(sides, fronts, strict=True)
    )
    return tuple(word), (first, second)


def _next(
    sides: tuple[_Side, _Side], fronts: tuple[Front, Front], left: Left
) -> tuple[str, Left, tuple[Front, Front]]:
    """A letter after which the two sides still differ."""
    steps = [dict(side.steps(front, left)) for side, front in zip(sides, fronts, strict=True)]
    choices = (
        (letter, rest, (steps[0].get((letter, rest), {}), steps[1].get((letter, rest), {})))
        for letter, rest in {**steps[0], **steps[1]}
    )
    return next(choice for choice in choices if _differ(sides, choice[2], choice[1]))


def _differ(sides: tuple[_Side, _Side], fronts: tuple[Front, Front], left: Left) -> bool:
    return sides[0].check(fronts[0], left) != sides[1].check(fronts[1], left)


def _residues(graph: ReducedGraph) -> dict[Value, dict[Left, int]]:
    """For every atom the residues of its walks to the source, by what they have of letters."""
    residues: dict[Value, dict[Left, int]] = {graph.source: {(0, 0): 1}}
    for atom in [*sorted(graph.edges.keys() - {SINK, graph.source}), SINK]:
        table: dict[Left, int] = {}
        for edge in graph.edges[atom]:
            for (length, letters), residue in residues.get(edge.atom, {}).items():
                key = length + graph.lengths[atom], letters + bool(edge.letter)
                table[key] = (table.get(key, 0) + residue * _residue(edge, letters)) % PRIME
        residues[atom] = table
    return residues


def _residue(edge: Edge, place: int) -> int:
    residue = modular(edge.weight)
    return residue * random_residue("letter", edge.letter, place) if edge.letter else residue
