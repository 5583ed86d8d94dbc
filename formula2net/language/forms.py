"""Linear forms: what sums and multiples of atoms come to, with exact coefficients."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, Final, TypeAlias

from sympy import (
    Add,
    Basic,
    Expr,
    Integer,
    PolynomialError,
    Pow,
    S,
    Sum,
    Symbol,
    cancel,
    expand,
    radsimp,
)

from formula2net.language.rewriting import rebuild, substitute
from formula2net.language.symbols import Index, Scalar

Atom: TypeAlias = tuple[Any, ...]
Form: TypeAlias = dict[Atom, Expr]
Names: TypeAlias = Mapping[Basic, Basic]

LONG: Final = 256  # terms up to which a range of known length is written out


def frozen(form: Form) -> frozenset[tuple[Atom, Expr]]:
    """A form as a hashable value."""
    return frozenset(form.items())


def total(forms: Iterable[tuple[Form, Expr]]) -> Form:
    """The sum of scaled forms; what cancels is gone."""
    collected: Form = {}
    for form, scale in forms:
        for atom, coefficient in form.items():
            term = coefficient if scale is S.One else normal(scale * coefficient)
            collected[atom] = normal(collected[atom] + term) if atom in collected else term
    return {atom: number for atom, number in collected.items() if number is not S.Zero}


def over(
    index: Symbol, first: Expr, last: Expr, names: Names, body: Callable[[Names], Form]
) -> Form:
    """The sum of a form over a range: term by term, or one atom a term if its length varies."""
    start, size = extent(first, last, names)
    if size is not None:
        steps = ({**names, index: normal(start + k)} for k in range(size))
        return total((body(inner), S.One) for inner in steps)
    bound = bound_index(names)
    form: Form = {}
    for atom, coefficient in body({**names, index: bound}).items():
        outside, inside = coefficient.as_independent(bound, as_Add=False)
        summed = ("sum", start, number(last, names), bound, atom, inside)
        form = total([(form, S.One), ({summed: S.One}, outside)])
    return form


def extent(first: Expr, last: Expr, names: Names) -> tuple[Expr, int | None]:
    """The first index of a range, and how many there are if that is known and small."""
    start, end = number(first, names), number(last, names)
    size = normal(end - start + 1)
    if isinstance(size, Integer) and size <= LONG:
        return start, max(int(size), 0)
    return start, None


def bound_index(names: Names) -> Index:
    """The next name of a bound index: _0 is the step, _1 what is bound next, ..."""
    depths = (int(value.name[1:]) for value in names.values() if isinstance(value, Index))
    return Index(f"_{max(depths, default=-1) + 1}")


def number(expr: Basic, names: Names) -> Expr:
    """A number or index, renamed and in normal form."""
    if isinstance(expr, Integer):
        return expr
    value = substitute(expr, names)
    return normal(_added_up(value).as_dummy() if value.has(Sum) else value)


def _added_up(expr: Basic) -> Basic:
    """The expression with sums of known length written out."""
    if not isinstance(expr, Sum):
        return rebuild(expr, _added_up) if expr.has(Sum) else expr
    *inner, (index, first, last) = expr.limits
    start, size = extent(first, last, {})
    if size is None:
        return rebuild(expr, _added_up)
    body = Sum(expr.function, *inner) if inner else expr.function
    return Add(*(_added_up(substitute(body, {index: start + k})) for k in range(size)))


@lru_cache(maxsize=4096)
def normal(value: Expr) -> Expr:
    """The normal form of an exact number: a reduced fraction of expanded polynomials."""
    if value.is_Rational:
        return value
    scalars = {s: Scalar(s.name) for s in value.atoms(Scalar) if s.start is not None}
    value = expand(value.xreplace(scalars))
    if value.is_Rational or value.is_Symbol or not value.has(Pow):
        return value
    try:
        return expand(cancel(radsimp(value)))
    except PolynomialError:  # a Piecewise is no polynomial
        return value
