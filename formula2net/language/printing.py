"""One-line text of an expression as its author wrote it, and where each part stands in it.

A part is named by its path: the positions of the arguments that lead to it. Carets of errors are
put below the span of a path.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from sympy import Basic, Equality, Expr, Piecewise, S, Sum, Tuple, fraction, sstr
from sympy.functions.elementary.piecewise import ExprCondPair
from sympy.printing.precedence import PRECEDENCE, precedence

from formula2net.language.expressions import (
    Applied,
    Compose,
    FeatureMisuse,
    FeatureScale,
    FeatureSum,
    Identity,
    OperatorMisuse,
    OperatorScale,
    OperatorSum,
    Term,
)
from formula2net.language.formula_operator import FormulaOperator
from formula2net.language.structure import Part, Windowed
from formula2net.language.symbols import Activation, Input, Norm, Operator, StateAt

Path: TypeAlias = tuple[int, ...]
Spans: TypeAlias = dict[Path, tuple[int, int]]

SUM: Final = 1
PRODUCT: Final = 2
ATOM: Final = 3


def text_of(expr: Basic) -> str:
    """The expression in one line."""
    return print_with_spans(expr)[0]


def print_with_spans(expr: Basic) -> tuple[str, Spans]:
    """The expression, or equation, in one line, and the span of each path that was printed.

    The sides of an equation have the paths (0,) and (1,).
    """
    writer = _Writer()
    writer.node(expr, (), SUM)
    return "".join(writer.pieces), writer.spans


def span_at(spans: Spans, path: Path) -> tuple[int, int] | None:
    """The span of a path, or of the smallest printed part around it."""
    while path and path not in spans:
        path = path[:-1]
    return spans.get(path)


class _Writer:
    """Collects text and the spans of the parts in it."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self.spans: Spans = {}

    def put(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)

    def node(self, expr: Basic, path: Path, level: int, minus: bool = True) -> None:
        """Writes a part, in parentheses if it binds weaker than `level`.

        Without `minus` a leading minus sign is left out: the sum around it has written it.
        """
        parentheses = minus and binding(expr) < level
        if parentheses:
            self.put("(")
        start = self.length
        write = next((write for kind, write in _WRITERS.items() if isinstance(expr, kind)), None)
        if write is not None:
            write(self, expr, path, minus)
        else:
            self.put(_plain(expr if minus else -expr))
        self.spans[path] = (start, self.length)
        if parentheses:
            self.put(")")

    def listed(self, parts: Sequence[Basic], path: Path, first: int = 0) -> None:
        for place, part in enumerate(parts, start=first):
            if place > first:
                self.put(", ")
            self.node(part, (*path, place), SUM)

    def equation(self, expr: Basic, path: Path, minus: bool) -> None:
        self.node(expr.args[0], (*path, 0), SUM)
        self.put(" = ")
        self.node(expr.args[1], (*path, 1), SUM)

    def named(self, expr: Basic, path: Path, minus: bool) -> None:
        self.put(expr.name)
        indices = getattr(expr, "indices", ())
        if indices:
            self.put("[")
            self.listed(indices, path, first=len(expr.args) - len(indices))
            self.put("]")

    def sum(self, expr: Basic, path: Path, minus: bool) -> None:
        for place, term in enumerate(expr.args):
            negative = place > 0 and starts_with_minus(term)
            if place > 0:
                self.put(" - " if negative else " + ")
            self.node(term, (*path, place), PRODUCT if place else SUM, minus=not negative)

    def scaled(self, expr: Basic, path: Path, minus: bool) -> None:
        coefficient, scaled = expr.args
        if isinstance(scaled, Identity):
            self.put(_plain(coefficient if minus else -coefficient))
            return
        negative = starts_with_minus(coefficient)
        if negative and minus:
            self.put("-")
        above, below = fraction(-coefficient if negative else coefficient)
        if above is not S.One:
            self.number(above, (*path, 0))
            self.put("*")
        if above is not S.One or (negative and starts_with_minus(scaled)):
            self.node(scaled, (*path, 1), ATOM)
        else:
            self.node(scaled, (*path, 1), PRODUCT, minus or negative)
        if below is not S.One:
            self.put("/")
            self.number(below, (*path, 0), strict=True)

    def number(self, number: Expr, path: Path, strict: bool = False) -> None:
        limit = PRECEDENCE["Pow"] if strict else PRECEDENCE["Mul"]
        text = _plain(number)
        weak = precedence(number) < limit
        start = self.length
        self.put(f"({text})" if weak else text)
        self.spans[path] = (start, self.length)

    def applied(self, expr: Basic, path: Path, minus: bool) -> None:
        if expr.called:
            self.node(expr.operator, (*path, 0), ATOM)
            self.put("(")
            self.node(expr.argument, (*path, 1), SUM)
            self.put(")")
        else:
            self.node(expr.operator, (*path, 0), PRODUCT, minus)
            self.put("*")
            self.node(expr.argument, (*path, 1), ATOM)

    def composed(self, expr: Basic, path: Path, minus: bool) -> None:
        if _is_power(expr):
            self.node(expr.args[0], (*path, 0), ATOM)
            self.put(f"**{len(expr.args)}")
            return
        for place, factor in enumerate(expr.args):
            if place > 0:
                self.put("*")
            self.node(factor, (*path, place), ATOM if place else PRODUCT, minus or place > 0)

    def misused(self, expr: Basic, path: Path, minus: bool) -> None:
        sign, left, right = expr.args
        self.node(left, (*path, 1), PRODUCT if sign.name != "**" else ATOM)
        self.put(sign.name)
        self.node(right, (*path, 2), ATOM)

    def part(self, expr: Basic, path: Path, minus: bool) -> None:
        self.put("Split(")
        self.node(expr.args[0], (*path, 0), SUM)
        self.put(", ")
        self.node(expr.args[2], (*path, 2), SUM)
        self.put(")[")
        self.node(expr.args[1], (*path, 1), SUM)
        self.put("]")

    def window(self, expr: Basic, path: Path, minus: bool) -> None:
        listed = expr.args[:-1] if expr.clip else expr.args
        self.put(f"{type(expr).__name__}(")
        self.listed(listed, path)
        self.put(", clip=True)" if expr.clip else ")")

    def tuple(self, expr: Basic, path: Path, minus: bool) -> None:
        self.put("(")
        self.listed(expr.args, path)
        self.put(")")

    def function(self, expr: Basic, path: Path, minus: bool) -> None:
        self.put(type(expr).__name__)
        self.tuple(expr, path, minus)

    def case(self, expr: Basic, path: Path, minus: bool) -> None:
        """A branch of a `Piecewise`; its condition is for SymPy to write."""
        self.put("(")
        self.node(expr.args[0], (*path, 0), SUM)
        self.put(f", {_plain(expr.args[1])})")

    def identity(self, expr: Basic, path: Path, minus: bool) -> None:
        self.put("1")


_WRITERS: Final[dict[type, Callable[[_Writer, Basic, Path, bool], None]]] = {
    StateAt: _Writer.named,
    Operator: _Writer.named,
    FormulaOperator: _Writer.named,
    Norm: _Writer.named,
    Activation: _Writer.named,
    Input: _Writer.named,
    Applied: _Writer.applied,
    FeatureSum: _Writer.sum,
    OperatorSum: _Writer.sum,
    FeatureScale: _Writer.scaled,
    OperatorScale: _Writer.scaled,
    Compose: _Writer.composed,
    Identity: _Writer.identity,
    FeatureMisuse: _Writer.misused,
    OperatorMisuse: _Writer.misused,
    Part: _Writer.part,
    Windowed: _Writer.window,
    Term: _Writer.function,
    Sum: _Writer.function,
    Piecewise: _Writer.function,
    ExprCondPair: _Writer.case,
    Tuple: _Writer.tuple,
    Equality: _Writer.equation,
}


def starts_with_minus(expr: Basic) -> bool:
    """Whether the text of a term begins with a minus that a sum can write instead."""
    if isinstance(expr, (FeatureScale, OperatorScale)):
        coefficient, scaled = expr.args
        only_divided = fraction(coefficient)[0] is S.One
        return starts_with_minus(coefficient) or (only_divided and starts_with_minus(scaled))
    if isinstance(expr, Applied):
        return not expr.called and starts_with_minus(expr.args[0])
    if isinstance(expr, Compose):
        return not _is_power(expr) and starts_with_minus(expr.args[0])
    if isinstance(expr, Term) or not isinstance(expr, Expr):
        return False
    return bool(expr.as_coeff_Mul()[0].is_negative)


def _plain(expr: Basic) -> str:
    return str(sstr(expr, full_prec=False))


def _is_power(expr: Compose) -> bool:
    return len(set(expr.args)) == 1


def binding(expr: Basic) -> int:
    """How strongly the text of an expression holds together: as SUM, PRODUCT or ATOM."""
    if isinstance(expr, (FeatureSum, OperatorSum)):
        return SUM
    if isinstance(expr, OperatorScale) and isinstance(expr.args[1], Identity):
        return binding(expr.args[0])
    if isinstance(expr, (FeatureScale, OperatorScale, Compose, FeatureMisuse, OperatorMisuse)):
        return PRODUCT
    if isinstance(expr, Applied):
        return ATOM if expr.called else PRODUCT
    if isinstance(expr, Term) or not isinstance(expr, Expr):
        return ATOM
    if precedence(expr) <= PRECEDENCE["Add"]:
        return SUM
    return PRODUCT if precedence(expr) <= PRECEDENCE["Mul"] else ATOM
