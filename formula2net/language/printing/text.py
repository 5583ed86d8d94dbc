"""One-line text of an expression as its author wrote it, and where each part stands in it."""

from __future__ import annotations

from typing import Final

from sympy import Basic, Equality, Piecewise, S, Sum, Tuple, fraction
from sympy.functions.elementary.piecewise import ExprCondPair

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
from formula2net.language.printing.binding import ATOM, PRODUCT, SUM, is_power, starts_with_minus
from formula2net.language.printing.spans import Path, Spans, Write, Writer, plain
from formula2net.language.structure import Part, Windowed
from formula2net.language.symbols import Activation, Input, Norm, Operator, StateAt


def text_of(expr: Basic) -> str:
    """The expression in one line."""
    return print_with_spans(expr)[0]


def print_with_spans(expr: Basic) -> tuple[str, Spans]:
    """The expression, or equation, in one line, and the span of each path that was printed.

    The sides of an equation have the paths (0,) and (1,).
    """
    writer = Writer(_KINDS)
    writer.node(expr, (), SUM)
    return "".join(writer.pieces), writer.spans


def _equation(writer: Writer, expr: Basic, path: Path, minus: bool) -> None:
    writer.node(expr.args[0], (*path, 0), SUM)
    writer.put(" = ")
    writer.node(expr.args[1], (*path, 1), SUM)


def _named(writer: Writer, expr: Basic, path: Path, minus: bool) -> None:
    writer.put(expr.name)
    indices = getattr(expr, "indices", ())
    if indices:
        writer.put("[")
        writer.listed(indices, path, first=len(expr.args) - len(indices))
        writer.put("]")


def _sum(writer: Writer, expr: Basic, path: Path, minus: bool) -> None:
    for place, term in enumerate(expr.args):
        negative = place > 0 and starts_with_minus(term)
        if place > 0:
            writer.put(" - " if negative else " + ")
        writer.node(term, (*path, place), PRODUCT if place else SUM, minus=not negative)


def _scaled(writer: Writer, expr: Basic, path: Path, minus: bool) -> None:
    coefficient, scaled = expr.args
    if isinstance(scaled, Identity):
        writer.put(plain(coefficient if minus else -coefficient))
        return
    negative = starts_with_minus(coefficient)
    if negative and minus:
        writer.put("-")
    above, below = fraction(-coefficient if negative else coefficient)
    if above is not S.One:
        writer.number(above, (*path, 0))
        writer.put("*")
    if above is not S.One or (negative and starts_with_minus(scaled)):
        writer.node(scaled, (*path, 1), ATOM)
    else:
        writer.node(scaled, (*path, 1), PRODUCT, minus or negative)
    if below is not S.One:
        writer.put("/")
        writer.number(below, (*path, 0), strict=True)


def _applied(writer: Writer, expr: Basic, path: Path, minus: bool) -> None:
    if expr.called:
        writer.node(expr.operator, (*path, 0), ATOM)
        writer.put("(")
        writer.node(expr.argument, (*path, 1), SUM)
        writer.put(")")
    else:
        writer.node(expr.operator, (*path, 0), PRODUCT, minus)
        writer.put("*")
        writer.node(expr.argument, (*path, 1), ATOM)


def _composed(writer: Writer, expr: Basic, path: Path, minus: bool) -> None:
    if is_power(expr):
        writer.node(expr.args[0], (*path, 0), ATOM)
        writer.put(f"**{len(expr.args)}")
        return
    for place, factor in enumerate(expr.args):
        if place > 0:
            writer.put("*")
        writer.node(factor, (*path, place), ATOM if place else PRODUCT, minus or place > 0)


def _misused(writer: Writer, expr: Basic, path: Path, minus: bool) -> None:
    sign, left, right = expr.args
    writer.node(left, (*path, 1), PRODUCT if sign.name != "**" else ATOM)
    writer.put(sign.name)
    writer.node(right, (*path, 2), ATOM)


def _part(writer: Writer, expr: Basic, path: Path, minus: bool) -> None:
    writer.put("Split(")
    writer.node(expr.args[0], (*path, 0), SUM)
    writer.put(", ")
    writer.node(expr.args[2], (*path, 2), SUM)
    writer.put(")[")
    writer.node(expr.args[1], (*path, 1), SUM)
    writer.put("]")


def _window(writer: Writer, expr: Basic, path: Path, minus: bool) -> None:
    listed = expr.args[:-1] if expr.clip else expr.args
    writer.put(f"{type(expr).__name__}(")
    writer.listed(listed, path)
    writer.put(", clip=True)" if expr.clip else ")")


def _tuple(writer: Writer, expr: Basic, path: Path, minus: bool) -> None:
    writer.put("(")
    writer.listed(expr.args, path)
    writer.put(")")


def _function(writer: Writer, expr: Basic, path: Path, minus: bool) -> None:
    writer.put(type(expr).__name__)
    _tuple(writer, expr, path, minus)


def _case(writer: Writer, expr: Basic, path: Path, minus: bool) -> None:
    """A branch of a `Piecewise`; its condition is for SymPy to write."""
    writer.put("(")
    writer.node(expr.args[0], (*path, 0), SUM)
    writer.put(f", {plain(expr.args[1])})")


def _identity(writer: Writer, expr: Basic, path: Path, minus: bool) -> None:
    writer.put("1")


_KINDS: Final[dict[type, Write]] = {
    StateAt: _named,
    Operator: _named,
    FormulaOperator: _named,
    Norm: _named,
    Activation: _named,
    Input: _named,
    Applied: _applied,
    FeatureSum: _sum,
    OperatorSum: _sum,
    FeatureScale: _scaled,
    OperatorScale: _scaled,
    Compose: _composed,
    Identity: _identity,
    FeatureMisuse: _misused,
    OperatorMisuse: _misused,
    Part: _part,
    Windowed: _window,
    Term: _function,
    Sum: _function,
    Piecewise: _function,
    ExprCondPair: _case,
    Tuple: _tuple,
    Equality: _equation,
}
