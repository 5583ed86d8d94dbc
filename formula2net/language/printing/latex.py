"""LaTeX of expressions, spelled as in the literature."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from sympy import Basic, Piecewise, S, Sum, Symbol, latex

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
)
from formula2net.language.formula_operator import FormulaOperator
from formula2net.language.printing.binding import ATOM, PRODUCT, SUM, binding, starts_with_minus
from formula2net.language.rewriting import substitute
from formula2net.language.structure import Concat, Hadamard, Mean, Part, Windowed, ZerosLike
from formula2net.language.symbols import Activation, Input, Norm, Operator, StateAt


def latex_of(expr: Basic, level: int = SUM) -> str:
    """An expression in LaTeX, in parentheses if it binds weaker than `level`."""
    write = next((write for kind, write in _WRITERS.items() if isinstance(expr, kind)), None)
    text = write(expr) if write else latex(expr)
    weak = PRODUCT if isinstance(expr, (Sum, Hadamard)) else binding(expr)
    return rf"\left({text}\right)" if weak < level else text


def _named(expr: Basic) -> str:
    name = str(latex(Symbol(expr.name)))
    if isinstance(expr, Activation):
        name = rf"\operatorname{{{expr.name}}}"
    indices = getattr(expr, "indices", ())
    if not indices:
        return name
    base = f"{{{name}}}" if "_" in name else name
    return f"{base}_{{{_listed(indices)}}}"


def _listed(parts: Iterable[Basic]) -> str:
    return ", ".join(map(latex_of, parts))


def _sum(expr: FeatureSum | OperatorSum) -> str:
    first, *rest = expr.args
    text = latex_of(first)
    for term in rest:
        shown = latex_of(term)
        # In LaTeX (-x)/2 begins with its fraction, where plain text begins with the minus.
        if starts_with_minus(term) and shown.startswith("-"):
            # No sum starts with a minus of its own, so this needs no parentheses.
            text += " - " + shown.removeprefix("- ").removeprefix("-")
        else:
            text += " + " + latex_of(term, PRODUCT)
    return text


def _scale(expr: FeatureScale | OperatorScale) -> str:
    coefficient, scaled = expr.args
    if isinstance(scaled, Identity):
        return str(latex(coefficient))
    sign = ""
    if starts_with_minus(coefficient):
        sign, coefficient = "- ", -coefficient
    if coefficient is S.One:
        return sign + latex_of(scaled, ATOM if starts_with_minus(scaled) else PRODUCT)
    level = ATOM if coefficient.has(Sum) else PRODUCT  # a sum would take in what follows
    return f"{sign}{latex_of(coefficient, level)} {latex_of(scaled, ATOM)}"


def _applied(expr: Applied) -> str:
    if expr.called:
        return rf"{latex_of(expr.operator, ATOM)}\left({latex_of(expr.argument)}\right)"
    return f"{latex_of(expr.operator, PRODUCT)} {latex_of(expr.argument, ATOM)}"


def _composed(expr: Compose) -> str:
    first, *rest = expr.args
    if all(factor == first for factor in rest):
        base = latex_of(first, ATOM)
        return f"{{{base}}}^{{{len(expr.args)}}}"
    return " ".join([latex_of(first, PRODUCT), *(latex_of(factor, ATOM) for factor in rest)])


def _big_sum(expr: Sum) -> str:
    signs = [
        rf"\sum_{{{latex(index)}={latex(first)}}}^{{{latex(last)}}}"
        for index, first, last in reversed(expr.limits)
    ]
    body = expr.function
    # A minus after the sign would be read as one between the sum and what follows.
    return " ".join([*signs, latex_of(body, ATOM if starts_with_minus(body) else PRODUCT)])


def _window(expr: Windowed) -> str:
    if expr.window is None:
        return _listed(expr.terms)
    index, first, last = expr.window
    ends = (latex_of(substitute(expr.terms[0], {index: end})) for end in (first, last))
    return r", \dotsc, ".join(ends) + (r"; \text{clipped}" if expr.clip else "")


def _concat(expr: Concat) -> str:
    return rf"\left[{_window(expr)}\right]"


def _mean(expr: Mean) -> str:
    return rf"\operatorname{{mean}}\left({_window(expr)}\right)"


def _gate(expr: Hadamard) -> str:
    return r" \odot ".join(latex_of(argument, ATOM) for argument in expr.arguments)


def _part(expr: Part) -> str:
    inner = rf"\left({latex_of(expr.feature)}, {latex(expr.parts)}\right)"
    return rf"\operatorname{{split}}{inner}_{{{latex(expr.part)}}}"


def _zeros(expr: ZerosLike) -> str:
    return rf"\operatorname{{zeros}}\left({latex_of(expr.feature)}\right)"


def _cases(expr: Piecewise) -> str:
    rows = []
    for branch, condition in expr.args:
        when = r"\text{otherwise}" if condition is S.true else rf"\text{{for}}\: {latex(condition)}"
        rows.append(f"{latex_of(branch)} & {when}")
    return r"\begin{cases}" + r" \\ ".join(rows) + r"\end{cases}"


def _misuse(expr: FeatureMisuse | OperatorMisuse) -> str:
    sign, left, right = expr.args
    return f"{latex_of(left, PRODUCT)} {sign.name} {latex_of(right, ATOM)}"


_WRITERS: Final[dict[type, Callable[..., str]]] = {
    StateAt: _named,
    Operator: _named,
    FormulaOperator: _named,
    Norm: _named,
    Activation: _named,
    Input: _named,
    FeatureSum: _sum,
    OperatorSum: _sum,
    FeatureScale: _scale,
    OperatorScale: _scale,
    Applied: _applied,
    Compose: _composed,
    Identity: lambda expr: "1",
    Concat: _concat,
    Mean: _mean,
    Hadamard: _gate,
    Part: _part,
    ZerosLike: _zeros,
    FeatureMisuse: _misuse,
    OperatorMisuse: _misuse,
    Sum: _big_sum,
    Piecewise: _cases,
}
