"""The words of one length, as a lazy sequence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, overload

from formula2net.paths.counts import Number
from formula2net.paths.graph import Word

if TYPE_CHECKING:
    from formula2net.paths.polynomial import PathPolynomial

Weighted = tuple[Word, Number]
SHOWN = 24  # words that a representation shows


class WordsOfLength(Sequence[Weighted]):
    """``p[7]``: listed when asked, so ``p[7][:20]`` costs twenty words, however many there are."""

    def __init__(self, polynomial: PathPolynomial, length: int) -> None:
        self._polynomial = polynomial
        self._length = length

    def __iter__(self) -> Iterator[Weighted]:
        return self._polynomial.of_length(self._length)

    def __len__(self) -> int:
        return self._polynomial.words_of_length(self._length)

    @overload
    def __getitem__(self, key: int) -> Weighted: ...
    @overload
    def __getitem__(self, key: slice) -> list[Weighted]: ...
    def __getitem__(self, key: int | slice) -> Weighted | list[Weighted]:
        """Words by position, later letters first."""
        if isinstance(key, slice):
            bounds = (key.start or 0, key.stop, key.step or 1)
            lazy = bounds[0] >= 0 and bounds[2] > 0 and (bounds[1] is None or bounds[1] >= 0)
            return list(islice(self, *bounds)) if lazy else list(self)[key]
        return list(self)[key] if key < 0 else self[key : key + 1][0]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        if len(self) <= SHOWN:
            return repr(list(self))
        return f"<{len(self)} words of length {self._length}: {self[:3]}, ...>"
