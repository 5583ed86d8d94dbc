"""Python's signs between expressions, each read as one function of both operands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

from sympy import Expr, S
from sympy.core.sympify import SympifyError, _sympify

Sign: TypeAlias = Literal["+", "-", "*", "/", "**"]
_Method: TypeAlias = Callable[["Overloads", Any], Expr]


def _both_ways(sign: Sign) -> tuple[_Method, _Method]:
    """`self sign other` and `other sign self`; what is no expression is left to the other side."""

    def forward(self: Overloads, other: Any) -> Expr:
        operand = _operand(other)
        return NotImplemented if operand is None else self._joined(sign, self, operand)

    def backward(self: Overloads, other: Any) -> Expr:
        operand = _operand(other)
        return NotImplemented if operand is None else self._joined(sign, operand, self)

    return forward, backward


def _operand(value: Any) -> Expr | None:
    """The other operand as SymPy reads it; None if it is no expression."""
    try:
        read = _sympify(value)
    except SympifyError:
        return None
    return read if isinstance(read, Expr) else None


class Overloads(Expr):  # type: ignore[misc]
    """An expression whose class says what a sign between two operands means."""

    __slots__ = ()
    _op_priority = 100.0
    __array_ufunc__ = None  # numpy leaves arithmetic with us to us

    def _joined(self, sign: Sign, left: Expr, right: Expr) -> Expr:
        raise NotImplementedError

    __add__, __radd__ = _both_ways("+")
    __sub__, __rsub__ = _both_ways("-")
    __mul__, __rmul__ = _both_ways("*")
    __truediv__, __rtruediv__ = _both_ways("/")
    __pow__, __rpow__ = _both_ways("**")

    def __neg__(self) -> Expr:
        return self._joined("*", S.NegativeOne, self)

    def __pos__(self) -> Expr:
        return self
