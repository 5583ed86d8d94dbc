"""Tables of words, and what sums, concatenations and splits do to them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple

from formula2net.errors import PathCountError
from formula2net.ir.coefficient import Coefficient


class Word(NamedTuple):
    """A product of letters, as far as a node.

    Attributes:
        length: number of applications.
        letters: each with the part and the place that the path enters it by.
        part: which of how many equal parts it has gone through since the last letter.
        place: where it stands in the value, from and to, in widths of a stage; none if it is all
            of the value.
    """

    length: int
    letters: tuple[Hashable, ...]
    part: tuple[int, int] = (1, 1)
    place: tuple[Fraction, Fraction] | None = None

    def cut(self, part: int, parts: int) -> Word:
        """Its part of a part, wherever it stands."""
        number, of = self.part
        return self._replace(part=((number - 1) * parts + part, of * parts), place=None)

    def stretched(self, ratio: Fraction) -> Word:
        """The same word where its value stands in a wider one."""
        if self.place is None or ratio == 1:
            return self
        return self._replace(place=(self.place[0] * ratio, self.place[1] * ratio))


class Size(NamedTuple):
    """Width of a value, in widths of a stage, and number of concatenated values in it."""

    width: Fraction
    slots: int


Table = dict[Word, Coefficient]


def summed(terms: Iterable[tuple[Coefficient, Table, Size]], target: Size) -> Table:
    """A linear combination; what cancels is gone. What was concatenated fills the sum."""
    total: Table = {}
    for weight, table, size in terms:
        ratio = target.width / size.width if size.slots > 1 else Fraction(1)
        for each, coefficient in table.items():
            word = each.stretched(ratio)
            total[word] = total.get(word, 0) + weight * coefficient
    return {word: coefficient for word, coefficient in total.items() if coefficient != 0}


def concatenated(tables: list[Table], sizes: list[Size]) -> Table:
    """Words in their places; all parts of one value in order are the value again."""
    total: Table = {}
    before = Fraction(0)
    for table, size in zip(tables, sizes, strict=True):
        for word, weight in table.items():
            begin, end = word.place or (Fraction(0), size.width)
            total[word._replace(place=(before + begin, before + end))] = weight
        before += size.width
    slots = sum(size.slots for size in sizes)
    step = before / slots
    for word in list(total):
        number, parts = word.part
        if word.place == (Fraction(0), step) and parts % slots == 0 and (number - 1) % slots == 0:
            whole = word._replace(part=((number - 1) // slots + 1, parts // slots))
            places = [(step * k, step * (k + 1)) for k in range(slots)]
            pieces = [whole.cut(k, slots)._replace(place=p) for k, p in enumerate(places, start=1)]
            if len({total.get(piece) for piece in pieces}) == 1:
                total[whole._replace(place=None)] = total[word]
                for piece in pieces:
                    del total[piece]
    return total


def sliced(table: Table, part: int, parts: int, size: Size) -> Table:
    """The words of one equal part of a value."""
    if size.slots > 1 and size.slots % parts:
        raise PathCountError(f"{size.slots} concatenated values do not make {parts} equal parts.")
    begin, end = size.width * (part - 1) / parts, size.width * part / parts
    total: Table = {}
    for word, weight in table.items():
        if word.place is None:
            pieces = iter([word.cut(part, parts)])
        else:
            pieces = _within(word, begin, end, size.width / size.slots)
        for piece in pieces:
            total[piece] = total.get(piece, 0) + weight
    return {word: weight for word, weight in total.items() if weight != 0}


def _within(word: Word, begin: Fraction, end: Fraction, slot: Fraction) -> Iterator[Word]:
    """What of a word lies between two places; where it is cut, it is cut slot by slot."""
    first, last = word.place or (begin, end)
    if (first, last) == (begin, end):
        yield word._replace(place=None)
    elif begin <= first and last <= end:
        yield word._replace(place=(first - begin, last - begin))
    else:
        parts = round((last - first) / slot)
        for k in range(parts):
            at = first + k * slot
            if begin <= at < end:
                whole = (at, at + slot) == (begin, end)
                place = None if whole else (at - begin, at + slot - begin)
                yield word.cut(k + 1, parts)._replace(place=place)
