"""One equation of a recursion, and where its terms stand in the printed line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sympy import Basic, Eq, Expr, Integer, Symbol, Tuple

from formula2net.language.printing import Path, Spans, print_with_spans, span_at
from formula2net.language.rewriting import fresh_index, substitute
from formula2net.language.symbols import Index, StateAt


class Family(NamedTuple):
    """The range of a bound index: the equation holds for each of first, ..., last."""

    index: Symbol
    first: Expr
    last: Expr

    def __str__(self) -> str:
        return f"{self.index} = {self.first}..{self.last}"


@dataclass(frozen=True)
class Equation:
    """`lhs = rhs`, for each value of the families' indices.

    Attributes:
        lhs: The state that is defined. Its first index is the recursion's index, a number, or an
            expression in the index of a family.
        rhs: Its value.
        families: Ranges of further indices, as the lanes k = 1, ..., n.
        written: The equation as its author wrote it, before the index was renamed and shifted;
            None if this is how it was written.
    """

    lhs: StateAt
    rhs: Expr
    families: tuple[Family, ...] = ()
    written: Equation | None = field(default=None, compare=False, repr=False)

    @property
    def text(self) -> str:
        """The line as its author wrote it."""
        return equation_text(self)

    @property
    def name(self) -> str:
        """The name of the state that is defined."""
        return self.lhs.name

    @property
    def step(self) -> int | None:
        """The one step the equation is for; None if there are several."""
        first = self.lhs.indices[0]
        return int(first) if isinstance(first, Integer) else None

    @property
    def step_index(self) -> Index | None:
        """The free index on the left-hand side; None if the steps are fixed or of a family."""
        bound = {family.index for family in self.families}
        free = self.lhs.indices[0].free_symbols - bound
        indices = sorted((s for s in free if isinstance(s, Index)), key=str)
        return indices[0] if indices else None

    def as_argument(self) -> Any:
        """What `Recursion` takes: an `Eq`, or a tuple of it and its ranges."""
        shown = self.written or self
        equation = Eq(shown.lhs, shown.rhs, evaluate=False)
        ranges = [Tuple(*family) for family in shown.families]
        return (equation, *ranges) if ranges else equation

    def __str__(self) -> str:
        return self.text


def shifted(equation: Equation, index: Index) -> Equation:
    """The equation with `index` alone as the first index of its left-hand side.

    X[n + 1] = W[n](X[n]) is X[i] = W[i - 1](X[i - 1]). Equations for fixed steps stay.
    """
    own = equation.step_index
    if own is None or equation.lhs.indices[0] == index:
        return equation
    move: dict[Basic, Basic] = {own: index - (equation.lhs.indices[0] - own)}
    families = []
    for family in equation.families:
        fresh = fresh_index(family.index, {index})
        move[family.index] = fresh
        families.append(family._replace(index=fresh))
    lhs, rhs = substitute(equation.lhs, move), substitute(equation.rhs, move)
    return Equation(lhs, rhs, tuple(families), written=equation)


def equation_text(equation: Equation) -> str:
    """The equation in one line, as its author wrote it."""
    return printed(equation)[0]


def printed(equation: Equation) -> tuple[str, Spans]:
    """The line of the written equation, and the span of each part; the sides are (0,), (1,)."""
    shown = equation.written or equation
    text, spans = print_with_spans(Eq(shown.lhs, shown.rhs, evaluate=False))
    return text + "".join(f", {family}" for family in shown.families), spans


def term_span(equation: Equation, node: Basic) -> tuple[int, int] | None:
    """Where a term of an equation stands in its text.

    The term is found by identity, else by equality, in the equation as it is now; shifting keeps
    the shape of the tree, so its path there is its path in the written equation.
    """
    path = _path_to(equation, node)
    return None if path is None else span_at(printed(equation)[1], path)


def _path_to(equation: Equation, node: Basic) -> Path | None:
    equal = None
    waiting: list[tuple[Path, Basic]] = [((1,), equation.rhs), ((0,), equation.lhs)]
    while waiting:
        path, part = waiting.pop()
        if part is node:
            return path
        if equal is None and part == node:
            equal = path
        waiting += [((*path, place), inner) for place, inner in enumerate(part.args)]
    return equal
