"""Which states an expression reads, and how far from the step they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sympy import Basic, Expr, Integer, Sum, Symbol

from formula2net.language.printing import Path
from formula2net.language.structure import Windowed
from formula2net.language.symbols import StateAt

Limits = tuple[tuple[Symbol, Expr, Expr], ...]


class Reference(NamedTuple):
    """A state that is read at `path`, inside windows (index, first, last), outermost first."""

    path: Path
    value: StateAt
    limits: Limits

    def ends(self) -> Iterator[Expr]:
        """The step that is read, at both ends of every window around it."""
        yield from _ends(self.value.indices[0], self.limits)

    def ahead(self, step: Expr) -> int | None:
        """The largest number of steps, 0 or more, that is read ahead of `step`; else None."""
        gaps = (end - step for end in self.ends())
        known = (int(gap) for gap in gaps if isinstance(gap, Integer))
        return max((gap for gap in known if gap >= 0), default=None)


def references(expr: Basic, path: Path = (), limits: Limits = ()) -> Iterator[Reference]:
    """Every state that an expression reads, in order."""
    if isinstance(expr, StateAt):
        yield Reference(path, expr, limits)
        return
    if isinstance(expr, Sum):
        limits += tuple(tuple(limit) for limit in reversed(expr.limits))
    elif isinstance(expr, Windowed) and expr.window:
        limits += (expr.window,)
    for place, part in enumerate(expr.args):
        yield from references(part, (*path, place), limits)


def _ends(step: Expr, limits: Limits) -> Iterator[Expr]:
    if not limits:
        yield step
        return
    *outer, (index, first, last) = limits
    if (last - first).is_negative:  # an empty window reads nothing
        return
    if index not in step.free_symbols:
        yield from _ends(step, tuple(outer))
        return
    for end in (first, last):
        yield from _ends(step.xreplace({index: end}), tuple(outer))
