"""Whether an expression is a feature: every part is of the sort that its place needs."""

from __future__ import annotations

from typing import Final

from sympy import Basic, Integer, Piecewise, S, Sum

from formula2net.language.checks.finding import Finding
from formula2net.language.checks.numbers import check_coefficient, check_index
from formula2net.language.checks.operators import (
    Check,
    Findings,
    Scope,
    check_for,
    check_indices,
    check_limits,
    check_misuse,
    check_nothing,
    check_operator,
    in_cases,
    in_ranges,
)
from formula2net.language.checks.spelling import NO_FUNCTION, misspelled
from formula2net.language.expressions import (
    Applied,
    FeatureMisuse,
    FeatureScale,
    FeatureSum,
    OperatorMisuse,
    Term,
    sort_of,
)
from formula2net.language.formula_operator import FormulaOperator
from formula2net.language.printing import Path, text_of
from formula2net.language.structure import Concat, Hadamard, Mean, Part, Windowed, ZerosLike
from formula2net.language.symbols import Activation, Input, Norm, Operator, State, StateAt

BARE: Final = (Operator, Activation, FormulaOperator, Norm)  # need no parentheses when applied


def check_feature(expr: Basic, path: Path, scope: Scope) -> Findings:
    """Problems of an expression where a feature is needed."""
    sort = sort_of(expr)
    if isinstance(expr, OperatorMisuse):
        yield misspelled(expr, path)
    elif sort == "operator":
        shown = text_of(expr)
        call = shown if isinstance(expr, BARE) else f"({shown})"
        yield Finding(path, f"{shown} is applied to nothing.", try_=f"{call}(X[i - 1])")
    elif sort == "number":
        yield _no_feature(expr, path)
    else:
        check = check_for(expr, _CHECKS)
        yield from check(expr, path, scope) if check else [misspelled(expr, path)]


def _no_feature(expr: Basic, path: Path) -> Finding:
    shown = text_of(expr)
    if isinstance(expr, State):
        return Finding(path, f"{shown} alone is no value.", try_=f"{shown}[i - 1]")
    if expr.has(Term):
        return Finding(
            path,
            f"{shown} is no part of the language.",
            expected="sums, multiples, blocks, Concat, Mean, Hadamard, Split, ZerosLike",
            try_=NO_FUNCTION,
        )
    instead = "ZerosLike(X[0]), a zero with a shape" if expr is S.Zero else f"{shown}*x"
    return Finding(path, f"{shown} is a number where a feature is needed.", try_=instead)


def _applied(expr: Applied, path: Path, scope: Scope) -> Findings:
    yield from check_operator(expr.operator, (*path, 0), scope)
    argument = expr.argument
    if _is_number(argument):
        shown = f"{text_of(expr.operator)} is applied to the number {text_of(argument)}."
        yield Finding((*path, 1), shown, expected="a feature such as X[i - 1]")
    else:
        yield from check_feature(argument, (*path, 1), scope)


def _sum(expr: FeatureSum, path: Path, scope: Scope) -> Findings:
    for place, term in enumerate(expr.terms):
        if term is S.Zero or not _is_number(term):
            yield from _term(term, (*path, place), scope)
            continue
        yield Finding(
            (*path, place),
            f"{text_of(expr)} is a number plus a feature.",
            expected="features only, outside of Hadamard",
            try_="(1 + W[i])*x for x plus W[i](x); Hadamard(1 - T[i](x), x) for a gate",
        )


def _is_number(expr: Basic) -> bool:
    return sort_of(expr) == "number" and not expr.has(Term, State)


def _term(expr: Basic, path: Path, scope: Scope) -> Findings:
    """A term of a sum where a number is the constant feature of that value, or nothing."""
    check = check_coefficient if _is_number(expr) else check_feature
    yield from check(expr, path, scope)


def _scale(expr: FeatureScale, path: Path, scope: Scope) -> Findings:
    yield from check_coefficient(expr.coefficient, (*path, 0), scope)
    yield from check_feature(expr.feature, (*path, 1), scope)


def _gate(expr: Hadamard, path: Path, scope: Scope) -> Findings:
    for place, argument in enumerate(expr.arguments):
        yield from _gate_argument(argument, (*path, place), scope)


def _gate_argument(expr: Basic, path: Path, scope: Scope) -> Findings:
    """A feature, in whose sums numbers may stand."""
    if isinstance(expr, FeatureScale):
        yield from check_coefficient(expr.coefficient, (*path, 0), scope)
        yield from _gate_argument(expr.feature, (*path, 1), scope)
    elif isinstance(expr, FeatureSum):
        for place, term in enumerate(expr.terms):
            check = _term if _is_number(term) else _gate_argument
            yield from check(term, (*path, place), scope)
    else:
        yield from check_feature(expr, path, scope)


def _listed(expr: Windowed, path: Path, scope: Scope) -> Findings:
    if expr.window:
        yield from check_limits(expr.args[1:2], path, scope)
        scope |= {expr.window[0]}
    for place, term in enumerate(expr.terms):
        yield from check_feature(term, (*path, place), scope)


def _part(expr: Part, path: Path, scope: Scope) -> Findings:
    yield from check_feature(expr.feature, (*path, 0), scope)
    yield from check_index(expr.part, (*path, 1), scope)
    yield from check_index(expr.parts, (*path, 2), scope)
    part, parts = expr.part, expr.parts
    if isinstance(parts, Integer) and parts < 1:
        yield Finding((*path, 2), f"A feature has no {parts} parts.", expected="1 or more")
    elif isinstance(part, Integer) and isinstance(parts, Integer) and not 1 <= part <= parts:
        yield Finding(
            (*path, 1),
            f"Split(..., {parts}) has no part {part}.",
            expected=f"1 to {parts}",
        )


def _zeros(expr: ZerosLike, path: Path, scope: Scope) -> Findings:
    yield from check_feature(expr.feature, (*path, 0), scope)


_CHECKS: Final[dict[type, Check]] = {
    StateAt: check_indices,
    Input: check_nothing,
    Applied: _applied,
    FeatureSum: _sum,
    FeatureScale: _scale,
    Concat: _listed,
    Mean: _listed,
    Hadamard: _gate,
    Part: _part,
    ZerosLike: _zeros,
    FeatureMisuse: check_misuse,
    Sum: in_ranges(check_feature),
    Piecewise: in_cases(check_feature),
}
