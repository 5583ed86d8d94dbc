"""A word as a user names it: letters as they are printed, or operators as they are written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from formula2net.errors import FormulaError, Problem
from formula2net.ir.program import state_name
from formula2net.language.expressions import Compose, Identity
from formula2net.language.symbols import Norm, Operator

Word = tuple[str, ...]


def as_word(*letters: Any) -> Word:
    """The word of letters: ``"W_2", "W_1"``, or ``"W_2*W_1"``, or ``W[2]*W[1]``; 1 has none.

    Raises:
        FormulaError: something is no letter, as a sum.
    """
    return tuple(name for letter in letters for name in _names(letter))


def _names(letter: Any) -> Iterator[str]:
    match letter:
        case str():
            yield from (name.strip() for name in letter.split("*") if name.strip() != "1")
        case Operator() | Norm() if all(index.is_Integer for index in letter.indices):
            yield state_name((letter.name, *map(int, letter.indices)))
        case Compose():
            yield from as_word(*letter.factors)
        case Identity() | 1:
            return
        case _:
            raise FormulaError(
                Problem(
                    f"{letter} is no word.",
                    expected="letters, later ones first",
                    try_='coefficient("W_2", "W_1") or coefficient(W[2]*W[1])',
                )
            )
