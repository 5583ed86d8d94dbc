"""How transitions are called (design 13)."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain, count

from formula2net.ir.ops import Value, Width
from formula2net.passes.placement import Place, Term


class TransitionNames:
    """One name for each (state's name, value, target)."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, Value, int, Width], str] = {}
        self._taken: set[str] = set()

    def name(self, term: Term, target: Place) -> str:
        """The name of the transition that adapts a term to a place."""
        key = (term.owner, term.value, target.stage, target.width)
        if key not in self._names:
            stem = f"transition_{term.label}_to_{target.stage}{_part(target.width)}"
            candidates = chain((stem,), (f"{stem}_{k}" for k in count(2)))
            self._names[key] = next(name for name in candidates if name not in self._taken)
            self._taken.add(self._names[key])
        return self._names[key]


def _part(width: Width) -> str:
    """What a target of a part of the stage's width adds: ``_of_4`` or ``_3_of_4``."""
    share = Fraction(width)
    if share == 1:
        return ""
    part = f"_{share.numerator}_of_{share.denominator}"
    return part.replace("_1_of_", "_of_", 1)
