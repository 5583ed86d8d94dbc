"""What stands for numbers: scalars, one for all steps or one a step."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, TypeAlias

from sympy import Expr, Float, Rational, Symbol
from sympy.core.sympify import _sympify

from formula2net.errors import FormulaError
from formula2net.language.naming import as_expression, as_indices, as_name

Start: TypeAlias = "int | Fraction | Rational | Callable[..., Any] | None"


class Scalar(Symbol):  # type: ignore[misc]
    """A number of the formula: bound to an exact value at compile, or trainable.

    Args:
        name: What the formula calls it. `a` is one number for all steps, `a[i]` one a step.
        start: Its value before training: an exact number, or a function of the indices.

    Raises:
        FormulaError: if `start` is a float; write `Rational(1, 2)` or `Fraction(1, 2)`.
    """

    __slots__ = ("start",)
    __iter__ = None
    start: Any

    def __new__(cls, name: str, start: Start = None) -> Scalar:
        # Not from SymPy's cache: that would return the first scalar of this name, with its start.
        scalar = Symbol.__xnew__(cls, as_name(name).name, real=True)
        scalar.start = start if start is None or callable(start) else _exact(name, start)
        return scalar  # type: ignore[no-any-return]

    def __getnewargs_ex__(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (self.name, self.start), {}

    def _hashable_content(self) -> tuple[Any, ...]:
        # SymPy's caches are keyed by `==`, so what differs in start must differ for SymPy.
        return (*super()._hashable_content(), repr(self.start))

    def __getitem__(self, indices: Any) -> ScalarAt:
        return ScalarAt(self, *as_indices(self.name, indices))

    def _sympyrepr(self, printer: Any) -> str:
        if self.start is None:
            return f"Scalar({self.name!r})"
        start = repr(self.start) if callable(self.start) else printer._print(self.start)
        return f"Scalar({self.name!r}, start={start})"


class ScalarAt(Expr):  # type: ignore[misc]
    """A scalar with indices, `a[i]`: an ordinary commutative number to SymPy."""

    __slots__ = ()
    is_commutative = True
    is_real = True
    is_number = False

    def __new__(cls, scalar: Scalar, *indices: Any) -> ScalarAt:
        return super().__new__(cls, scalar, *map(_sympify, indices))  # type: ignore[no-any-return]

    @property
    def scalar(self) -> Scalar:
        return self.args[0]  # type: ignore[no-any-return]

    @property
    def name(self) -> str:
        return str(self.scalar.name)

    @property
    def indices(self) -> tuple[Expr, ...]:
        return self.args[1:]  # type: ignore[no-any-return]

    def _sympystr(self, printer: Any) -> str:
        return f"{self.name}[{', '.join(printer._print(index) for index in self.indices)}]"

    def _latex(self, printer: Any) -> str:
        indices = ", ".join(printer._print(index) for index in self.indices)
        return f"{printer._print(Symbol(self.name))}_{{{indices}}}"


def _exact(name: str, start: Any) -> Expr:
    value = as_expression(start)
    if not isinstance(value, Expr) or not value.is_real or value.free_symbols or value.has(Float):
        raise FormulaError(f"The start value {start} of {name} is not exact: use Rational(1, 2).")
    return value
