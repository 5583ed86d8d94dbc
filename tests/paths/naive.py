"""The path polynomial by its definition: every walk is written out, nothing is clever.

A value is a dict from pieces to coefficients. A piece is a stretch of an atom's channels and where
it stands in the value; channels are so fine that every part is a whole number of them.
"""

from __future__ import annotations

from math import lcm
from typing import NamedTuple

from formula2net.ir.coefficient import Coefficient
from formula2net.ir.ops import (
    Activation,
    Apply,
    Concat,
    Constant,
    Hadamard,
    Input,
    LinComb,
    Op,
    Slice,
    Transition,
    Value,
    Zeros,
)
from formula2net.ir.program import Program, source_of

CHANNELS = 3 * 64  # of a state


class Piece(NamedTuple):
    """Channels ``start`` to ``stop`` of an atom, from ``place`` on in a value."""

    atom: Value
    start: int
    stop: int
    place: int


class Whole(NamedTuple):
    """A value: its pieces, where its concatenated values begin, and its width."""

    pieces: dict[Piece, Coefficient]
    begins: list[int]
    width: int


Word = tuple[tuple[Piece, int], ...]  # from the output on: a piece of an atom, and its port


class Naive:
    """Expands a program, in one view, from one source."""

    def __init__(self, program: Program, view: str, source: Value | None = None) -> None:
        self.ops = program.ops
        self.view = view
        self.source = source_of(program) if source is None else source
        self.atoms: dict[object, Value] = {}
        self.values: list[Whole] = []
        for value, op in enumerate(self.ops):
            known = dict(self.atoms)
            whole = self._of(value, op)
            if value == self.source and not isinstance(op, Input):
                self.atoms = known  # what it was computed from is not what it is
                whole = self._atom(value, "source", whole.width, tuple(whole.begins))
            self.values.append(whole)

    def words(self, value: Value) -> dict[Word, Coefficient]:
        """Every word from the source to a value, with its coefficient."""
        words: dict[Word, Coefficient] = {}
        for piece, weight in self.values[value].pieces.items():
            if piece.atom == self.source:
                words[((piece, 0),)] = weight
                continue
            for port, read in enumerate(self.ops[piece.atom].operands):
                for word, coefficient in self.words(read).items():
                    words[((piece, port), *word)] = weight * coefficient
        return words

    def counts(self, value: Value) -> dict[int, tuple[int, Coefficient]]:
        """Number of words, and the sum of their coefficients, for every length there is."""
        found: dict[int, tuple[int, Coefficient]] = {}
        for word, coefficient in self.words(value).items():
            length = sum(isinstance(self.ops[piece.atom], Apply) for piece, _ in word[:-1])
            number, total = found.get(length, (0, 0))
            found[length] = number + 1, total + coefficient
        return found

    def _atom(self, value: Value, key: object, width: int, begins: tuple[int, ...] = (0,)) -> Whole:
        same = self.atoms.setdefault(key, value)
        return Whole({Piece(same, 0, width, 0): 1}, list(begins), width)

    def _key(self, value: Value) -> object:
        """What a value is: two are the same when their pieces are."""
        return frozenset(self.values[value].pieces.items())

    def _of(self, value: Value, op: Op) -> Whole:
        reads = [self.values[read] for read in op.operands]
        match op:
            case Input(name):
                return self._atom(value, name, CHANNELS)
            case Constant():
                return self._atom(value, 1, 0)
            case Apply(block, arg, width=width):
                return self._atom(value, (block, self._key(arg)), int(CHANNELS * width))
            case Hadamard(args):
                widest = max(reads, key=lambda read: (read.width, len(read.begins)))
                keys = frozenset((self._key(arg), args.count(arg)) for arg in args)
                begins = _common(reads, widest.width)
                return self._atom(value, ("gate", keys), widest.width, tuple(begins))
            case Activation(name, arg) | Transition(name, arg):
                if self.view == "paper":
                    return reads[0]
                return self._atom(value, (name, self._key(arg)), reads[0].width)
            case Zeros():
                return reads[0]._replace(pieces={})
            case LinComb(terms):
                return _combined([(c, self.values[read]) for c, read in terms])
            case Concat():
                return _side_by_side(reads)
            case Slice(_, part, parts):
                return _part(reads[0], part, parts)
        raise AssertionError(op)


def _combined(terms: list[tuple[Coefficient, Whole]]) -> Whole:
    pieces: dict[Piece, Coefficient] = {}
    for coefficient, whole in terms:
        for piece, weight in whole.pieces.items():
            _add(pieces, piece, coefficient * weight)
    width = max(whole.width for _, whole in terms)
    return Whole(pieces, _common([whole for _, whole in terms], width), width)


def _common(values: list[Whole], width: int) -> list[int]:
    """Where values that are added may be cut: at whole parts of each."""
    slots = lcm(*(len(value.begins) for value in values))
    longest = max((value.begins for value in values), key=len)
    return longest if slots == len(longest) else [k * width // slots for k in range(slots)]


def _side_by_side(parts: list[Whole]) -> Whole:
    """Nested concatenations are flattened; all parts of something, in order, are that thing."""
    pieces: dict[Piece, Coefficient] = {}
    begins: list[int] = []
    width = 0
    for part in parts:
        for piece, weight in part.pieces.items():
            pieces[piece._replace(place=piece.place + width)] = weight
        begins += [begin + width for begin in part.begins]
        width += part.width
    _join(pieces, begins, width)
    return Whole(pieces, begins, width)


def _join(pieces: dict[Piece, Coefficient], begins: list[int], width: int) -> None:
    if any(begin * len(begins) != k * width for k, begin in enumerate(begins)):
        return
    size = width // len(begins)
    for first in [piece for piece in pieces if piece.place == 0 and piece.start % width == 0]:
        if first.stop - first.start != size:
            continue
        others = [
            Piece(first.atom, first.start + begin, first.start + begin + size, begin)
            for begin in begins
        ]
        if len({pieces.get(piece, 0) for piece in others}) == 1:
            pieces[Piece(first.atom, first.start, first.start + width, 0)] = pieces[first]
            for piece in others:
                del pieces[piece]


def _part(whole: Whole, part: int, parts: int) -> Whole:
    size = whole.width // parts
    low, high = (part - 1) * size, part * size
    pieces: dict[Piece, Coefficient] = {}
    for piece, weight in whole.pieces.items():
        for cut in _cuts(piece, whole, low, high):
            _add(pieces, cut._replace(place=cut.place - low), weight)
    begins = [begin - low for begin in whole.begins if low <= begin < high]
    return Whole(pieces, begins if len(whole.begins) > 1 else [0], size)


def _cuts(piece: Piece, whole: Whole, low: int, high: int) -> list[Piece]:
    """What a piece has between two places: itself, a part, or one part for each value cut."""
    atom, start, stop, place = piece
    if place >= low and place + stop - start <= high:
        return [piece]
    if stop - start == whole.width:
        return [Piece(atom, start + low, start + high, low)]
    ends = [*whole.begins[1:], whole.width]
    return [
        Piece(atom, start + begin - place, start + end - place, begin)
        for begin, end in zip(whole.begins, ends, strict=True)
        if begin >= max(low, place) and end <= min(high, place + stop - start)
    ]


def _add(pieces: dict[Piece, Coefficient], piece: Piece, weight: Coefficient) -> None:
    total = pieces.get(piece, 0) + weight
    pieces[piece] = total
    if total == 0:
        del pieces[piece]
