"""What may stand in a coefficient or in an index."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import isfinite, sqrt

from sympy import Basic, Dummy, Expr, Float, NumberSymbol, S, Sum, Symbol, preorder_traversal

from formula2net.language.checks.finding import Finding
from formula2net.language.expressions import Term
from formula2net.language.printing import Path, text_of
from formula2net.language.symbols import Index, Scalar, ScalarAt, State

WHOLE = "i - 1, 2*i, i - 2**j, floor(i/2), ..."
SIMPLE = 10**6  # the largest denominator that is suggested for a float


def check_coefficient(number: Basic, path: Path, scope: frozenset[Symbol]) -> Iterator[Finding]:
    """An exact real number: integers, rationals, radicals, scalars and indices in scope."""
    if number.has(Term, State):
        expected = "a number: Scalars, indices, rationals and roots"
        yield _block_inside(number, path, "a coefficient", expected)
        return
    yield from _floats(number, path)
    yield from _unknown_symbols(number, path, scope)
    inner = scope | {limit[0] for inside in number.atoms(Sum) for limit in inside.limits}
    for scalar in number.atoms(ScalarAt):
        for index in scalar.indices:
            yield from check_index(index, path, inner)
    if number.has(S.ImaginaryUnit, S.NaN) or number.is_real is False or number.is_finite is False:
        zero = ": something is divided by 0" if number.has(S.ComplexInfinity) else ""
        yield Finding(path, f"{text_of(number)} is no real number{zero}.")
    for constant in number.atoms(NumberSymbol):
        if not constant.is_algebraic:
            yield Finding(
                path,
                f"{constant} is not algebraic.",
                expected="integers, rationals, roots such as sqrt(6), or a Scalar",
                try_=f'Scalar("{str(constant).lower()}")',
            )


def check_index(index: Basic, path: Path, scope: frozenset[Symbol]) -> Iterator[Finding]:
    """An integer expression of the indices in scope."""
    if index.has(Term, State):
        yield _block_inside(index, path, "an index", WHOLE)
        return
    if index.has(Float):
        yield from _floats(index, path)
        return
    unknown = list(_unknown_symbols(index, path, scope, integer=True))
    yield from unknown
    if not unknown and not _is_whole(index):
        yield Finding(
            path,
            f"The index {text_of(index)} is not an integer.",
            expected=WHOLE,
        )


def exact_spelling(value: float) -> str:
    """How to write the number that a float was probably meant to be: 1/6, sqrt(6), or decimals."""
    if value.is_integer():
        return str(int(value))
    fraction = Fraction(value).limit_denominator(SIMPLE)
    if float(fraction) == value:
        return f"Rational({fraction.numerator}, {fraction.denominator})"
    square = Fraction(value * value).limit_denominator(1000)
    if sqrt(square) == abs(value):
        whole = square.denominator == 1
        radicand = str(square) if whole else f"Rational{square.as_integer_ratio()}"
        return f"{'-' if value < 0 else ''}sqrt({radicand})"
    return f'Rational("{value!r}")'


def _floats(number: Basic, path: Path) -> Iterator[Finding]:
    for value in sorted(number.atoms(Float)):
        shown = text_of(value)
        if not isfinite(value):
            yield Finding(path, f"{shown} is no number.")
            continue
        spelling = exact_spelling(float(value))
        yield Finding(path, f"{shown} is a float.", try_=f"write {spelling}")


def _unknown_symbols(
    number: Basic, path: Path, scope: frozenset[Symbol], integer: bool = False
) -> Iterator[Finding]:
    for symbol in sorted(number.free_symbols - scope, key=str):
        name = str(symbol)
        if isinstance(symbol, Index):
            yield Finding(
                path,
                f"The index {name} has no value here.",
                expected=_choices(scope),
                try_=f"give its range: Sum(..., ({name}, 1, 4)) or (Eq(...), ({name}, 1, 4))",
            )
        elif isinstance(symbol, Scalar) and integer:
            yield Finding(path, f"The scalar {name} stands in an index, which is an integer.")
        elif not isinstance(symbol, Scalar) and integer:
            yield Finding(
                path, f"{name} is no Index.", try_=f'{name} = Index("{name}"), or put a number in'
            )
        elif not isinstance(symbol, Scalar):
            yield Finding(path, f"{name} is no Scalar.", try_=f'{name} = Scalar("{name}")')


def _choices(scope: frozenset[Symbol]) -> str:
    return " or ".join(sorted(map(str, scope))) or "numbers only"


def _is_whole(index: Expr) -> bool:
    """Whether SymPy can tell that the index is an integer when all indices are from 0 or 1 on."""
    for sign in ("nonnegative", "positive"):
        dummies = {s: Dummy(integer=True, **{sign: True}) for s in index.free_symbols}
        if index.xreplace(dummies).is_integer:
            return True
    return False


def _block_inside(number: Basic, path: Path, place: str, expected: str) -> Finding:
    parts = preorder_traversal(number)
    culprit = next(part for part in parts if isinstance(part, (Term, State)))
    return Finding(
        path,
        f"{text_of(culprit)} stands inside {place}.",
        got=text_of(number),
        expected=expected,
    )
