"""Whether an expression is an operator, and what operators and features are checked for alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from sympy import Basic, Piecewise, Sum, Symbol, Tuple

from formula2net.language.checks.finding import Finding
from formula2net.language.checks.numbers import check_coefficient, check_index
from formula2net.language.checks.spelling import misspelled
from formula2net.language.expressions import (
    Compose,
    FeatureMisuse,
    Identity,
    OperatorMisuse,
    OperatorScale,
    OperatorSum,
    sort_of,
)
from formula2net.language.formula_operator import FormulaOperator
from formula2net.language.printing import Path, text_of
from formula2net.language.symbols import Activation, Index, Norm, Operator

Scope: TypeAlias = frozenset[Symbol]
Findings: TypeAlias = Iterator[Finding]
Check: TypeAlias = Callable[[Basic, Path, Scope], Findings]


def check_operator(expr: Basic, path: Path, scope: Scope) -> Findings:
    """Problems of an expression where an operator is needed."""
    check = check_for(expr, _OPERATOR_CHECKS)
    if check is not None:
        yield from check(expr, path, scope)
    elif sort_of(expr) == "operator":
        yield misspelled(expr, path)
    else:
        yield Finding(path, f"{text_of(expr)} is no operator.", expected="a block such as W[i]")


def check_for(expr: Basic, checks: Mapping[type, Check]) -> Check | None:
    """The check of the first kind that an expression is of."""
    return next((check for kind, check in checks.items() if isinstance(expr, kind)), None)


def check_indices(expr: Basic, path: Path, scope: Scope) -> Findings:
    """Indices of states, operators and formulas stand last among the arguments."""
    first = len(expr.args) - len(expr.indices)
    for place, index in enumerate(expr.indices, start=first):
        yield from check_index(index, (*path, place), scope)


def check_nothing(expr: Basic, path: Path, scope: Scope) -> Findings:
    """A leaf that is always right."""
    yield from ()


def check_misuse(expr: FeatureMisuse | OperatorMisuse, path: Path, scope: Scope) -> Findings:
    """A product or power that has no meaning."""
    yield misspelled(expr, path)


def check_limits(limits: tuple[Tuple, ...], path: Path, scope: Scope) -> Findings:
    """Ranges: an `Index`, and integers or index expressions."""
    for place, (index, *bounds) in enumerate(limits, start=1):
        if not isinstance(index, Index):
            shown = f'{index} = Index("{index}")'
            yield Finding((*path, place), f"{index} is no Index.", try_=shown)
        for position, bound in enumerate(bounds, start=1):
            yield from check_index(bound, (*path, place, position), scope)


def in_ranges(check: Check) -> Check:
    """The check of a sum whose body is checked by `check`."""

    def checked(expr: Sum, path: Path, scope: Scope) -> Findings:
        indices = frozenset(index for index, *_ in expr.limits)
        yield from check_limits(expr.limits, path, scope | indices)
        yield from check(expr.function, (*path, 0), scope | indices)

    return checked


def in_cases(check: Check) -> Check:
    """The check of a `Piecewise` whose branches are checked by `check`."""

    def checked(expr: Piecewise, path: Path, scope: Scope) -> Findings:
        for place, (branch, condition) in enumerate(expr.args):
            yield from check(branch, (*path, place, 0), scope)
            yield from check_coefficient(condition, (*path, place, 1), scope)

    return checked


def _operator_scale(expr: OperatorScale, path: Path, scope: Scope) -> Findings:
    yield from check_coefficient(expr.coefficient, (*path, 0), scope)
    yield from check_operator(expr.operator, (*path, 1), scope)


def _operators(expr: OperatorSum | Compose, path: Path, scope: Scope) -> Findings:
    for place, part in enumerate(expr.args):
        yield from check_operator(part, (*path, place), scope)


_OPERATOR_CHECKS: Final[dict[type, Check]] = {
    Operator: check_indices,
    FormulaOperator: check_indices,
    Norm: check_indices,
    Activation: check_nothing,
    Identity: check_nothing,
    OperatorSum: _operators,
    Compose: _operators,
    OperatorScale: _operator_scale,
    OperatorMisuse: check_misuse,
    Sum: in_ranges(check_operator),
    Piecewise: in_cases(check_operator),
}
