"""What an author hands to `Recursion`, read into equations; what is none is a problem."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from sympy import Basic, Equality, Expr, Integer, S, Tuple
from sympy.core.sympify import SympifyError, _sympify
from sympy.logic.boolalg import BooleanAtom

from formula2net.errors import Problem
from formula2net.language.equation import Equation, Family
from formula2net.language.printing import text_of
from formula2net.language.rewriting import read
from formula2net.language.symbols import Index

KEYS: Final = (
    *("wired", "words", "total"),
    *(("wired", "length"), ("words", "length"), ("total", "length")),
)


def given_equations(given: Any) -> tuple[list[Equation], list[Problem]]:
    """One `Eq`, a family, or a list of both, as equations; and what is wrong with the others."""
    equations: list[Equation] = []
    problems: list[Problem] = []
    for item in _items(given):
        equation, *ranges = item if isinstance(item, (tuple, Tuple)) and item else (item,)
        if not isinstance(equation, Equality):
            problems.append(_no_equation(item))
            continue
        families, wrong = _families(equation, ranges)
        problems += wrong
        equations.append(Equation(read(equation.lhs), read(equation.rhs), families))
    return equations, problems


def given_output(output: Any) -> tuple[Basic | None, list[Problem]]:
    """The output as it was written: a state, an expression in states, or None."""
    if output is None:
        return None, []
    try:
        return read(_sympify(output)), []
    except SympifyError:
        what = f"The output {output!r} is no expression."
        return None, [Problem(what, expected="a state X, or an expression such as X[i]")]


def given_expects(expects: Mapping[Any, Any] | None) -> Mapping[Any, Expr]:
    """The promised counts as SymPy expressions, read-only."""
    return MappingProxyType({key: _sympify(value) for key, value in (expects or {}).items()})


def expects_problems(expects: Mapping[Any, Any] | None) -> list[Problem]:
    """Keys and values of `expects` that name no count."""
    problems = []
    for key, value in (expects or {}).items():
        if key not in KEYS:
            problems.append(
                Problem(
                    f"expects has an unknown key {key!r}.",
                    expected='"wired", "words", "total", or one of them as ("words", "length")',
                )
            )
        elif not _is_count(value):
            problems.append(Problem(f"expects[{key!r}] is {value!r}, which is no exact count."))
    return problems


def _is_count(value: Any) -> bool:
    try:
        read_value = _sympify(value)
    except SympifyError:
        return False
    return isinstance(read_value, Expr) and not read_value.is_Float


def _items(given: Any) -> list[Any]:
    """A list of equations and families; a tuple is a family if only its first is an equation."""
    if given is None:
        return []
    if isinstance(given, Tuple):
        given = tuple(given)
    if isinstance(given, list):
        return given
    if isinstance(given, tuple) and not _is_family(given):
        return list(given)
    return [given]


def _is_family(given: tuple[Any, ...]) -> bool:
    others = (Equality, BooleanAtom, bool)
    return len(given) > 1 and isinstance(given[0], others) and not isinstance(given[1], others)


def _no_equation(item: Any) -> Problem:
    first = item[0] if isinstance(item, tuple) and item else item
    if isinstance(first, (bool, BooleanAtom)):
        return Problem(
            f"An equation is {first}: SymPy has evaluated Eq before it could be read.",
            expected="a state on the left-hand side",
            try_="Eq(X[i], W[i](X[i - 1]))",
        )
    if isinstance(first, str):
        return Problem(f"{first!r} is text.", try_="formula2net.parse(text) reads a formula")
    shown = text_of(first) if isinstance(first, Basic) else repr(first)
    example = "Eq(X[i], W[i](X[i - 1])) or a list of these"
    return Problem(f"{shown} is no equation.", expected=example)


def _families(equation: Equality, ranges: list[Any]) -> tuple[tuple[Family, ...], list[Problem]]:
    families, problems = [], []
    for item in ranges:
        family, known = _family(item)
        families += [family] if family else []
        if not known:
            problems.append(
                Problem(
                    f"{item} is no range of an index.",
                    text_of(equation),
                    expected="(k, 1, 4): an Index, the first and the last number",
                )
            )
    return tuple(families), problems


def _family(item: Any) -> tuple[Family | None, bool]:
    """The range, and whether it is one; ends that are no numbers are taken for 1."""
    try:
        index, first, last = map(_sympify, item)
    except (SympifyError, TypeError, ValueError):
        return None, False
    if not isinstance(index, Index):
        return None, False
    if isinstance(first, Integer) and isinstance(last, Integer):
        return Family(index, first, last), True
    return Family(index, S.One, S.One), False
