"""Exact forms of a graph's lines, and how counts follow from them.

A form says which atoms a line is a combination of: the input, the constant, blocks and gates, and
letters in the exact view. An element is an atom, or an equal part of one, and the slots of a
concatenation that it covers. Cancelled terms are simply not there.

What is kept of a form is a row: the number of a line's words is that of the lines it is made of,
plus those of the elements that are new, minus those of the elements that have gone. Forms
themselves are handed on from a line to its last reader, so depth costs no memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from formula2net.errors import PathCountError
from formula2net.ir.coefficient import Coefficient, reduced
from formula2net.lower.reader_elements import Element, Form, Size, Width, pieces, size_of, wholes
from formula2net.lower.reader_lines import Line
from formula2net.lower.reader_tables import Row, Terms


class Rows(NamedTuple):
    """How two counts of a line follow from earlier lines: of words, and of coefficients."""

    words: Row
    totals: Row


class Forms:
    """Goes through lines, front to back.

    Args:
        lines: of a graph.
        view: in the "paper" view letters are the identity.
        widths: of what modules hand on, where that is not the width of their stage.
    """

    def __init__(self, lines: Sequence[Line], view: str, widths: Mapping[str, Width]) -> None:
        self.lines = lines
        self.view = view
        self.widths = widths
        self.forms: dict[int, Form] = {}
        self.sizes: list[Size] = []
        self.atoms: dict[object, int] = {}
        self.last = {read: number for number, line in enumerate(lines) for read in line.reads}
        calls = Counter((line.kind, line.name) for line in lines)
        self.repeated = {call for call, times in calls.items() if times > 1}

    def rows(self) -> Iterator[Rows]:
        """The rows of every line, in order."""
        for number, line in enumerate(self.lines):
            yield self._rows(number, line)
            for read in line.reads:
                if self.last[read] == number:
                    self.forms.pop(read, None)

    def _rows(self, number: int, line: Line) -> Rows:
        inner = [self.sizes[read] for read in line.reads]
        self.sizes.append(size_of(line, inner, self.view, self.widths))
        match line.kind:
            case "sum":
                return self._sum(number, line)
            case "join":
                return self._join(number, line)
            case "part":
                return self._part(number, line)
            case "zero":
                self.forms[number] = {}
                return _built([])
            case "letter" if self.view == "paper":
                self.forms[number] = self._taken(line.reads[0], number)
                return _built([(1, line.reads[0])])
        return self._atom(number, line)

    def _taken(self, read: int, number: int) -> Form:
        """The form of a line, to be changed: its own, where nobody reads it later."""
        return self.forms.pop(read) if self.last[read] == number else dict(self.forms[read])

    def _atom(self, number: int, line: Line) -> Rows:
        """An atom, or one that is there already: the same module on the same form."""
        same = number
        if (line.kind, line.name) in self.repeated:
            forms = (frozenset(self.forms[read].items()) for read in line.reads)
            same = self.atoms.setdefault((line.kind, line.name, *_unordered(forms)), number)
        self.forms[number] = {Element(same): 1}
        plain = line.row([(1, read) for read in line.reads])
        return Rows(plain if same == number else Row([(1, same)]), plain)

    def _sum(self, number: int, line: Line) -> Rows:
        """The longest form, and what the others add to it and take from it."""
        terms = list(zip(line.weights, line.reads, strict=True))
        if not terms:
            self.forms[number] = {}
            return _built([])
        longest = max(terms, key=lambda term: len(self.forms[term[1]]))
        words: Terms = [(1, longest[1])]
        form = self._taken(longest[1], number)
        if longest[0] != 1:
            form = {element: longest[0] * weight for element, weight in form.items()}
        for term in terms:
            if term is not longest:
                words += self._merged(form, *term)
        self.forms[number] = form
        return _built(words, terms)

    def _merged(self, form: Form, weight: Coefficient, read: int) -> Terms:
        """Adds a term to a form in place; returns what that changes."""
        new, met, gone = [], [], []
        for element, inner in self.forms[read].items():
            before = form.get(element)
            if before is None:
                form[element] = weight * inner
                new.append(element.atom)
            elif (after := before + weight * inner) == 0:
                del form[element]
                gone.append(element.atom)
            else:
                form[element] = after
                met.append(element.atom)
        if len(new) <= len(met) + len(gone) + 1:
            return [*_times(1, new), *_times(-1, gone)]
        return [(1, read), *_times(-1, met), *_times(-2, gone)]

    def _join(self, number: int, line: Line) -> Rows:
        """Each part in its own slots; all parts of one value, in order, are the value again."""
        form: Form = {}
        slots, width = 0, Fraction(0)
        for read in line.reads:
            for element, weight in self.forms[read].items():
                slot, offset = slots + (element.slot or 1), reduced(width + element.offset)
                form[element._replace(slot=slot, offset=offset)] = weight
            slots += self.sizes[read].slots
            width += self.sizes[read].width
        words: Terms = [(1, read) for read in line.reads]
        totals = list(words)
        for whole, parts in wholes(form, slots):
            weight = form[parts[0]]
            for part in parts:
                del form[part]
            form[whole] = weight
            words.append((1 - slots, whole.atom))
            totals.append((weight * (1 - slots), whole.atom))
        self.forms[number] = form
        return _built(words, totals)

    def _part(self, number: int, line: Line) -> Rows:
        """One of several equal parts: some of the slots, or a cut of what covers more."""
        (read,), (part, parts) = line.reads, line.part
        size = self.sizes[read]
        if size.slots > 1 and size.slots % parts:
            what = f"{size.slots} concatenated values do not divide into {parts} parts."
            raise PathCountError(what)
        form: Form = {}
        for element, weight in self.forms[read].items():
            width = self.sizes[element.atom].width
            for piece in pieces(element, width, part, parts, size):
                form[piece] = form.get(piece, 0) + weight
        self.forms[number] = form = {e: weight for e, weight in form.items() if weight != 0}
        if size.slots == 1:
            return _built([(1, read)])
        return _built([(1, e.atom) for e in form], [(weight, e.atom) for e, weight in form.items()])


def _built(words: Terms, totals: Terms | None = None) -> Rows:
    """The rows of a line that is no atom."""
    return Rows(Row(words), Row(words if totals is None else totals))


def _unordered(forms: Iterator[frozenset[object]]) -> frozenset[object]:
    """The arguments of a gate in any order, repetitions counted."""
    return frozenset(Counter(forms).items())


def _times(number: int, atoms: list[int]) -> Terms:
    return [(number, atom) for atom in atoms]
