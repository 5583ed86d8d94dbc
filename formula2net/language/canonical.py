"""The meaning of a formula as nested tuples: equal tuples are equal recursions.

Every feature becomes a linear form: a frozen set of (atom, coefficient) pairs, in which an atom is
a state, an application to a form, a gate, ... Sums are collected and multiples multiplied out on
every level; a block's argument stays whole, since A(x + y) is not A(x) + A(y). Indices are renamed
to _0 for the step and _1, _2, ... for bound ones; ranges of known length are written out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

from sympy import Basic, Integer, Piecewise, S, Sum

from formula2net.language.equation import Equation
from formula2net.language.expressions import (
    Applied,
    Compose,
    FeatureScale,
    FeatureSum,
    Identity,
    OperatorScale,
    OperatorSum,
)
from formula2net.language.forms import (
    Atom,
    Form,
    Names,
    bound_index,
    extent,
    frozen,
    normal,
    number,
    over,
    total,
)
from formula2net.language.formula import Formula
from formula2net.language.formula_operator import FormulaOperator
from formula2net.language.rewriting import substitute
from formula2net.language.structure import Concat, Hadamard, Mean, Part, Windowed, ZerosLike
from formula2net.language.symbols import Input, Operator, StateAt


def canonical(formula: Formula) -> tuple[Any, ...]:
    """What a formula means, whatever its index is called and however its sums are nested."""
    names: Names = {formula.index: bound_index({})}
    lines: set[Any] = set()
    for equation in formula.lines:
        lines.update(_lines(equation, names))
    return frozenset(lines), frozen(_feature(formula.output, names))


def _lines(equation: Equation, names: Names) -> Iterator[tuple[Any, ...]]:
    """One line for each member of the families."""
    ranges = [range(int(first), int(last) + 1) for _, first, last in equation.families]
    for numbers in product(*ranges):
        indices = (family.index for family in equation.families)
        inner = {**names, **dict(zip(indices, map(Integer, numbers), strict=True))}
        yield _named(equation.lhs, inner), frozen(_feature(equation.rhs, inner))


def _feature(expr: Basic, names: Names) -> Form:
    """The linear form of a feature."""
    match expr:
        case StateAt() | Input():
            return {_named(expr, names): S.One}
        case FeatureSum():
            return total((_feature(term, names), S.One) for term in expr.terms)
        case FeatureScale():
            scale = number(expr.coefficient, names)
            return total([(_feature(expr.feature, names), scale)])
        case Applied():
            return _apply(expr.operator, _feature(expr.argument, names), names)
        case Sum():
            return _summed(expr, names, _feature)
        case Mean():
            return _mean(expr, names)
        case Concat():
            return _concat(expr, names)
        case Hadamard():
            forms = Counter(frozen(_feature(argument, names)) for argument in expr.arguments)
            return {("gate", frozenset(forms.items())): S.One}
        case Part():
            place = (number(expr.part, names), number(expr.parts, names))
            return {("part", frozen(_feature(expr.feature, names)), *place): S.One}
        case ZerosLike():
            return {("zeros", frozen(_feature(expr.feature, names))): S.One}
        case Piecewise():
            return _cases(expr, names, _feature)
    return {("one",): number(expr, names)}


def _apply(operator: Basic, argument: Form, names: Names) -> Form:
    """The form of an operator's value: (A + B)(x) = A(x) + B(x), (AB)(x) = A(B(x))."""
    match operator:
        case Identity():
            return argument
        case OperatorSum():
            return total((_apply(term, argument, names), S.One) for term in operator.terms)
        case OperatorScale():
            scale = number(operator.coefficient, names)
            return total([(_apply(operator.operator, argument, names), scale)])
        case Compose():
            for factor in reversed(operator.factors):
                argument = _apply(factor, argument, names)
            return argument
        case Sum():
            return _summed(operator, names, lambda part, inner: _apply(part, argument, inner))
        case Piecewise():
            return _cases(operator, names, lambda part, inner: _apply(part, argument, inner))
    return {("apply", _named(operator, names), frozen(argument)): S.One}


def _named(expr: Basic, names: Names) -> Atom:
    """A state, input or operator by kind, name and indices; a nested formula by its meaning."""
    indices = tuple(number(index, names) for index in getattr(expr, "indices", ()))
    kind = type(expr).__name__
    if isinstance(expr, FormulaOperator):
        inner = canonical(expr.recursion)
        return (kind, expr.name, expr.depth, expr.width, inner, *indices)
    if isinstance(expr, Operator):
        return (kind, expr.name, expr.width, expr.stride, *indices)
    return (kind, expr.name, *indices)


def _summed(expr: Sum, names: Names, read: Callable[[Basic, Names], Form]) -> Form:
    """A sum over ranges; one of known length term by term, else one atom a term of the body."""
    *rest, (index, first, last) = expr.limits  # the last range is the outermost
    if rest:
        body = Sum(expr.function, *rest)
        return over(index, first, last, names, lambda inner: _summed(body, inner, read))
    return over(index, first, last, names, lambda inner: read(expr.function, inner))


def _mean(expr: Mean, names: Names) -> Form:
    if expr.window is None:
        share = S.One / len(expr.terms)
        return total((_feature(term, names), share) for term in expr.terms)
    if expr.clip:
        return {("mean", *_items(expr, names)): S.One}
    index, first, last = expr.window
    form = over(index, first, last, names, lambda inner: _feature(expr.terms[0], inner))
    size = normal(number(last, names) - number(first, names) + 1)
    return total([(form, normal(S.One / size))]) if size is not S.Zero else {}


def _concat(expr: Concat, names: Names) -> Form:
    """Nested concatenations are one; that of a single value is the value."""
    items = tuple(_items(expr, names))
    if len(items) == 1 and items[0][0] == "item":
        return dict(items[0][1])
    return {("concat", *items): S.One}


def _items(expr: Windowed, names: Names) -> Iterator[Atom]:
    if expr.window is None:
        for term in expr.terms:
            yield from _item(_feature(term, names))
        return
    index, first, last = expr.window
    start, size = extent(first, last, names)
    if size is not None and not expr.clip:
        for step in range(size):
            yield from _item(_feature(expr.terms[0], {**names, index: normal(start + step)}))
        return
    bound = bound_index(names)
    form = _feature(expr.terms[0], {**names, index: bound})
    yield ("window", start, number(last, names), expr.clip, bound, frozen(form))


def _item(form: Form) -> Iterator[Atom]:
    """One place of a concatenation, or the places of one inside it."""
    atoms = list(form.items())
    if len(atoms) == 1 and atoms[0][0][0] == "concat" and atoms[0][1] is S.One:
        yield from atoms[0][0][1:]
    else:
        yield ("item", frozen(form))


def _cases(expr: Piecewise, names: Names, read: Callable[[Basic, Names], Form]) -> Form:
    cases = tuple((frozen(read(b, names)), substitute(c, names)) for b, c in expr.args)
    return {("cases", *cases): S.One}
