"""What a formula is written with: names, indices, widths and expressions, as SymPy keeps them."""

from __future__ import annotations

from typing import Any

from sympy import Expr, Rational
from sympy.core.symbol import Str
from sympy.core.sympify import SympifyError, _sympify

from formula2net.errors import FormulaError


def as_name(name: str | Str) -> Str:
    """The name as SymPy keeps it.

    Raises:
        FormulaError: if it is no identifier; module and parameter names are made from it.
    """
    text = name.name if isinstance(name, Str) else name
    if not isinstance(text, str) or not text.isidentifier():
        raise FormulaError(f"{text!r} is no name: use letters, digits and _, as in 'W_1'.")
    return Str(text)


def as_indices(name: str, indices: Any) -> tuple[Expr, ...]:
    """What stands in brackets, as SymPy expressions.

    Raises:
        FormulaError: if there is nothing, or something that is no expression.
    """
    written = indices if isinstance(indices, tuple) else (indices,)
    try:
        read = tuple(_sympify(index) for index in written)
    except SympifyError as error:
        raise FormulaError(f"{name}[{written[0]!r}] has an index that is no integer.") from error
    if not read or not all(isinstance(index, Expr) for index in read):
        raise FormulaError(f"{name}[...] needs an index: write {name}[i - 1].")
    return read


def as_width(name: str, width: Any) -> Rational | None:
    """A width in widths of a stage, as SymPy keeps it; None for the usual one.

    Raises:
        FormulaError: if it is no positive exact number.
    """
    if width is None:
        return None
    try:
        value = _sympify(width)
    except SympifyError:
        value = None
    if not (isinstance(value, Rational) and value > 0):
        raise FormulaError(
            f"The width {width} of {name} is no positive exact number: use Rational(1, 16)."
        )
    return value


def as_expression(value: Any) -> Any:
    """The value as SymPy reads it.

    Raises:
        FormulaError: if SymPy does not know it, as a string or a list.
    """
    try:
        return _sympify(value)
    except SympifyError as error:
        raise FormulaError(f"{value!r} is no expression: write X[i - 1], W[i](x), ...") from error
