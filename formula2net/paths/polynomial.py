"""The path polynomial dX_L/dX_j: exact, lazily expanded, counted without expanding (design 6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import Literal, overload

import sympy

from formula2net.errors import FormulaError, PathCountError, Problem
from formula2net.ir.coefficient import Coefficient
from formula2net.ir.layout import VIEWS, View
from formula2net.ir.ops import Value
from formula2net.ir.program import Program
from formula2net.paths.by_block import merged_words, needs_merging
from formula2net.paths.counting import Counting
from formula2net.paths.counts import Counts, Number, number
from formula2net.paths.graph import ReducedGraph, Word, reduced_graph
from formula2net.paths.listing import WordsOfLength
from formula2net.paths.printing import latex_polynomial, print_polynomial
from formula2net.paths.rows import rebased
from formula2net.paths.word import as_word
from formula2net.paths.words import WordLister

Letters = Literal["application", "block"]

SHOWN = 24  # words that a printed polynomial shows
LIMIT = 1_000_000  # words that merging by block, and terms that a symbolic total, may take


class PathPolynomial:
    """The sum over all paths from the source to the output of a program.

    Counting costs no expansion; words are listed lazily, in order of length.

    Args:
        program: the program.
        source: the value that paths start from; the input unless given.
        view: ``"paper"`` takes activations and transitions for the identity, ``"exact"`` keeps them
            (design 7).
        letters: a letter an ``"application"``, or a ``"block"``: then tied blocks merge words.
        limit: how many words merging by block may list.
    """

    def __init__(
        self,
        program: Program,
        source: Value | None = None,
        view: View = "paper",
        letters: Letters = "application",
        limit: int = LIMIT,
    ) -> None:
        _one_of("view", view, VIEWS)
        _one_of("letters", letters, ("application", "block"))
        self.view: View = view
        self.letters: Letters = letters
        self.limit = limit
        self._names = program.letters
        self._program, self._source = rebased(program, source)
        self._counting = Counting(self._program, self._source, view, limit)

    @property
    def wired(self) -> int:
        """Number of walks in the program; nothing cancels."""
        return self._counting.wired

    @property
    def words(self) -> int:
        """Number of words that are left after cancellation."""
        return self._counting.words if self._merged is None else len(self._merged)

    @property
    def total(self) -> Number:
        """Sum of the words' coefficients; a polynomial where a Scalar is symbolic."""
        return self._counting.total

    @property
    def formal(self) -> bool:
        """Whether the two views differ: then a cancellation of the paper is not the network's.

        Without its letters of length 0 each exact word is a paper word; so as many words of every
        length mean the same words, with the same coefficients.
        """
        views = [Counting(self._program, self._source, view, self.limit) for view in VIEWS]
        return views[0].words_by_length != views[1].words_by_length

    def by_length(self) -> dict[int, Counts]:
        """The counts for every length that a walk has."""
        wired, total = self._counting.wired_by_length, self._counting.total_by_length
        words = self._words_by_length()
        lengths = sorted({*wired, *words, *total})
        return {k: Counts(wired.get(k, 0), words.get(k, 0), total.get(k, 0)) for k in lengths}

    def of_length(self, length: int) -> Iterator[tuple[Word, Number]]:
        """The words of one length with their coefficients, later letters first.

        Args:
            length: A number of applications.
        """
        rows: Iterator[tuple[Word, Coefficient]]
        if self._merged is not None:
            merged = self._merged.items()
            rows = ((w, c) for w, c in merged if self._length(w) == length)
        else:
            rows = self._lister.of_length(length)
        for word, coefficient in rows:
            yield word, number(coefficient)

    def __iter__(self) -> Iterator[tuple[Word, Number]]:
        for length in range(self._lister.longest() + 1):
            yield from self.of_length(length)

    @overload
    def __getitem__(self, key: int) -> WordsOfLength: ...
    @overload
    def __getitem__(self, key: slice) -> list[tuple[Word, Number]]: ...
    def __getitem__(self, key: object) -> WordsOfLength | list[tuple[Word, Number]]:
        """``p[:20]`` the first twenty words, ``p[7]`` those of length 7, ``p[7][:20]`` some."""
        if isinstance(key, slice):
            return list(islice(self, *key.indices(self.words)))
        if not isinstance(key, int):
            what = f"{key!r} is no length: p[7] lists the words of 7 letters."
            raise FormulaError(Problem(what, try_=f"p.coefficient({key!r})"))
        return WordsOfLength(self, key)

    def words_of_length(self, length: int) -> int:
        """Number of words of one length.

        Args:
            length: A number of applications.
        """
        return self._words_by_length().get(length, 0)

    def coefficient(self, *letters: str | sympy.Expr) -> Number:
        """The coefficient of a word, 0 where it does not occur.

        Args:
            letters: the word's, later ones first, as they are printed or written:
                ``"W_2", "W_1"`` or ``"W_2*W_1"`` or ``W[2]*W[1]``. None for the identity's.

        Raises:
            FormulaError: something is no letter.
        """
        word = as_word(*letters)
        if self._merged is not None:
            return number(self._merged.get(word, 0))
        return number(self.graph.coefficient(word))

    def as_expr(self) -> sympy.Expr:
        """The polynomial in SymPy, with noncommutative letters.

        Raises:
            PathCountError: it has more words than the limit.
        """
        if self.words > self.limit:
            raise self._too_many(f"The polynomial has {self.words:,} words.", "p[:20]")
        return sympy.Add(
            *(c * sympy.Mul(*(sympy.Symbol(x, commutative=False) for x in w)) for w, c in self)
        )

    def __str__(self) -> str:
        return print_polynomial(self, SHOWN)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {latex_polynomial(self, SHOWN)}$"

    def __repr__(self) -> str:
        return f"<PathPolynomial: {self.words} words, {self.wired} wired, view={self.view!r}>"

    @cached_property
    def graph(self) -> ReducedGraph:
        """The reduced graph: atoms and edges (docs/design.md)."""
        return reduced_graph(self._program, self.view, self._source, self._letter)

    @cached_property
    def _lister(self) -> WordLister:
        return WordLister(self.graph, self._counting.word_rows, self._program.output)

    @cached_property
    def _merged(self) -> Mapping[Word, Coefficient] | None:
        """All words by block, where several may be one; None where no two can meet."""
        if self.letters == "application" or not needs_merging(self.graph):
            return None
        found = self._counting.words
        if found > self.limit:
            what = f"Merging {found:,} words by block needs all of them."
            raise self._too_many(what, 'letters="application"')
        return merged_words(self._lister)

    def _words_by_length(self) -> Mapping[int, int]:
        if self._merged is None:
            return self._counting.words_by_length
        return Counter(self._length(word) for word in self._merged)

    def _letter(self, atom: Value) -> str:
        name = self._names.get(atom, "")
        return name.partition("@")[0] if self.letters == "block" else name

    def _length(self, word: Word) -> int:
        """Number of applications in a word."""
        return sum(1 for letter in word if letter.partition(":")[0] in self._applications)

    @cached_property
    def _applications(self) -> frozenset[str]:
        return frozenset(self._letter(value) for value, _ in self._program.applications())

    def _too_many(self, what: str, instead: str) -> PathCountError:
        return PathCountError(
            Problem(
                what,
                got=f"a limit of {self.limit:,}",
                expected="fewer words, or a higher limit",
                try_=f"paths(..., limit={10 * self.limit:_}), or {instead}",
            )
        )


def _one_of(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        expected = " or ".join(map(repr, known))
        raise FormulaError(Problem(f"Unknown {name} {value!r}.", expected=expected))
