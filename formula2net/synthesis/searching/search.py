"""Searching: all recursions of a bounded family whose counts are what one wants."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from formula2net.errors import FormulaError, PathCountError, Problem
from formula2net.language.recursion import Recursion
from formula2net.synthesis.searching.coefficients import index_of, read_coefficients
from formula2net.synthesis.searching.counts import Tables
from formula2net.synthesis.searching.family import Family
from formula2net.synthesis.searching.initial import read_initial
from formula2net.synthesis.searching.progress import shown
from formula2net.synthesis.searching.walk import Tried, Walk
from formula2net.synthesis.searching.where import read_where


@dataclass(frozen=True)
class Found:
    """A recursion that a search has found.

    Attributes:
        recursion: the recursion, ready to be compiled.
        counts: its counts at the depths 1, 2, ..., each with `depth`, `words`, `wired`, `total`,
            `longest`, `shortest` and `by_length`.
        size: that of its coefficients together: 1 and W have size 1; 2, 1/2 and W*V have size 2.
        lag: how many states back its last term reaches.
    """

    recursion: Recursion
    counts: tuple[Tables, ...]
    size: int
    lag: int

    def __str__(self) -> str:
        words = ", ".join(str(at.words) for at in self.counts)
        return f"{self.recursion}\n  words {words}, ..."

    __repr__ = __str__

    def _repr_latex_(self) -> str:
        return self.recursion._repr_latex_()


class Search(Iterator[Found]):
    """What `search` returns: an iterator that looks no further than it is asked.

    Attributes:
        candidates: number of recursions of the family.
        tried: how many of them are decided so far.
        found: how many were found so far.
    """

    def __init__(self, family: Family, walk: Walk, progress: bool | None) -> None:
        self.candidates = len(family)
        self.found = 0
        self._family = family
        self._walk = walk
        self._items = shown(self, self._run(), progress)

    @property
    def tried(self) -> int:
        """How many candidates are decided, those that are alike included."""
        return self._walk.tried

    def __iter__(self) -> Search:
        return self

    def __next__(self) -> Found:
        return next(self._items)

    def close(self) -> None:
        """Ends the search, and takes its progress bar away."""
        self._items.close()

    def __repr__(self) -> str:
        return f"<Search: {self.tried:,} of {self.candidates:,} tried, {self.found:,} found>"

    def _run(self) -> Iterator[Found]:
        seen: set[object] = set()
        for tried in self._walk:
            likeness = self._family.likeness(tried.candidate)
            if likeness not in seen:
                seen.add(likeness)
                found = self._confirmed(tried)
                self.found += 1
                yield found

    def _confirmed(self, tried: Tried) -> Found:
        """What the tables say, checked against the library's own counts."""
        recursion = self._family.recursion(tried.candidate)
        exact, fast = recursion.paths(self._family.depth).by_length(), tried.counts[-1].by_length
        if exact != fast:
            what = "Two ways of counting differ: please report this formula."
            raise PathCountError(Problem(what, str(recursion), got=str(fast), expected=str(exact)))
        size = sum(coefficient.size for coefficient in tried.candidate)
        return Found(recursion, tried.counts, size, len(tried.candidate))


def search(
    lag: int,
    coefficients: Any,
    where: Any = None,
    *,
    depth: int = 6,
    initial: Any = None,
    progress: bool | None = None,
) -> Search:
    """Searches a bounded family of recursions for those with wanted path counts.

    The family is X[i] = A_1*X[i - 1] + ... + A_lag*X[i - lag], where every A is one of the
    coefficients, or not there. Terms that read before X[0] are dropped, unless initial values are
    given. Counts are exact, in the paper view from source 0 (design 6); every condition must hold
    at all depths from 1 to `depth`, and a candidate is given up at the first where it does not.

    Small recursions come first. Of those that differ only by the sign of a block (W for -W), by the
    index that its blocks have (W[i - 1] for W[i]) or by their names, the first one is returned.
    Blocks in initial values are not renamed. Left out is what makes no network at this depth:
    recursions without a block, or with one that reads a plain 0 or is on no path.

    Args:
        lag: the greatest lag.
        coefficients: numbers and operators, as `[1, W[i], 1 + W[i], -W[i - 1]]`; or the numbers
            that each block may have (1: the identity), as `{1: (0, 1), W[i]: (-1, 0, 1)}`, for all
            their sums; or a list of these, one for each lag.
        where: a mapping from counts to what they shall be, as promised counts are written:
            `{"words": L + 1, ("words", "length"): 1}`, in symbols L, the depth, and k, the length.
            Counts are "words", "wired" and "total", each also by length, "longest" and "shortest".
            In the place of a closed form may stand a sequence of numbers for the depths 1, 2, ...,
            or "constant", "linear", "quadratic" or "cubic". Or a function that gets the counts at
            one depth (`at.depth`, `at.words`, ..., `at.by_length`, those before in `at.earlier`)
            and says yes or no. Or a list of these, all of which must hold.
        depth: the greatest depth that is counted.
        initial: values of X[1], X[2], ... or X[-1], X[-2], ..., as of `Recursion`.
        progress: whether to show a progress bar; unless given, on a terminal.

    Returns:
        A lazy iterator over what is found, with `.recursion`, `.counts`, `.size`, `.lag`.

    Raises:
        FormulaError: a coefficient, an initial value or the condition is not understood.
    """
    _check_sizes(lag, depth)
    start = read_initial(initial)
    sets = read_coefficients(coefficients, lag)
    index = index_of([c.expr for each in sets for c in each])
    family = Family(sets, index, start, depth)
    return Search(family, Walk(family, read_where(where, depth)), progress)


def _check_sizes(lag: Any, depth: Any) -> None:
    for name, value in (("lag", lag), ("depth", depth)):
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise FormulaError(
                Problem(f"The {name} is {value!r}.", expected="an integer from 1 on")
            )
    if depth <= lag:
        what = f"Depth {depth} does not show a recursion of lag {lag}."
        raise FormulaError(Problem(what, expected=f"depth={lag + 1} or more"))
