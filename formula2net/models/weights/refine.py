"""Colours of calls: two calls of one colour stand in the same place, as far as is known.

The colours of two programs are numbered together. A call is coloured by its label, then by the
colours of what it reads and of what reads it, until no colour splits: colour refinement (Weisfeiler
and Leman, 1968), front to back and back to front, since programs have no circles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

from formula2net.models.weights.wiring import INPUT, Wiring

Colours = list[list[int]]  # of the calls of each program


class Numbers(dict[Hashable, int]):
    """Gives a number to each key that it is asked for."""

    def __missing__(self, key: Hashable) -> int:
        self[key] = len(self)
        return self[key]


def by_label(wirings: Sequence[Wiring]) -> Colours:
    """Calls of one kind, with one shape."""
    numbers = Numbers()
    return [[numbers[call.label] for call in wiring.calls] for wiring in wirings]


def by_ancestors(wirings: Sequence[Wiring], colours: Colours) -> Colours:
    """Calls that are computed in the same way from the input."""
    numbers, found = Numbers(), []
    for wiring, old in zip(wirings, colours, strict=True):
        new: list[int] = []
        for call, colour in zip(wiring.calls, old, strict=True):
            reads = sorted(INPUT if read == INPUT else new[read] for read in call.reads)
            new.append(numbers[colour, *reads])
        found.append(new)
    return found


def by_descendants(wirings: Sequence[Wiring], colours: Colours) -> Colours:
    """Calls from which the output is computed in the same way."""
    numbers, found = Numbers(), []
    for wiring, old in zip(wirings, colours, strict=True):
        readers: list[list[int]] = [[] for _ in wiring.calls]
        new = list(old)
        for number in reversed(range(len(old))):
            last = number in wiring.last
            new[number] = numbers[old[number], last, *sorted(readers[number])]
            for read in wiring.calls[number].reads:
                if read != INPUT:
                    readers[read].append(new[number])
        found.append(new)
    return found


def refine(wirings: Sequence[Wiring], colours: Colours) -> Colours:
    """Colours that split no further."""
    while True:
        finer = by_descendants(wirings, by_ancestors(wirings, colours))
        if number_of(finer) == number_of(colours):
            return finer
        colours = finer


def number_of(colours: Colours) -> int:
    """How many colours there are."""
    return len(set().union(*colours))


def surplus(colours: Colours) -> tuple[list[int], list[int]]:
    """Colours that the one program has more often than the other, and the other way round."""
    one, other = map(Counter, colours)
    return list(one - other), list(other - one)
