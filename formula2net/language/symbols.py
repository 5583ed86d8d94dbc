"""The symbols of a formula: indices, states, operators, norms, activations, scalars, inputs."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final, NoReturn, TypeAlias

from sympy import Basic, Expr, Float, Rational, Symbol
from sympy.core.symbol import Str
from sympy.core.sympify import _sympify

from formula2net.errors import FormulaError
from formula2net.language.expressions import Feature, OperatorExpr, as_expression
from formula2net.language.naming import as_indices, as_name, as_width

NORM_NAME: Final = re.compile(r"norm\d*")

Start: TypeAlias = "int | Fraction | Rational | Callable[..., Any] | None"


class Index(Symbol):  # type: ignore[misc]
    """An integer index: the step `i` of a recursion, or the bound index of a window."""

    __slots__ = ()

    def __new__(cls, name: str, integer: bool = True) -> Index:
        return super().__new__(cls, as_name(name).name, integer=True)  # type: ignore[no-any-return]


class State(Basic):  # type: ignore[misc]
    """A state X of a recursion. Alone it is no value; `X[i - 1]` is one, `X[i, k]` its lane k."""

    __slots__ = ()
    __iter__ = None  # else `list(X)` would ask for X[0], X[1], ... without end
    __array_ufunc__ = None

    def __new__(cls, name: str | Str) -> State:
        return super().__new__(cls, as_name(name))  # type: ignore[no-any-return]

    @property
    def name(self) -> str:
        return str(self.args[0].name)

    def __getitem__(self, indices: Any) -> StateAt:
        return StateAt(self, *as_indices(self.name, indices))

    def _refuse(self, *_: Any) -> NoReturn:
        raise FormulaError(f"{self.name} alone is no value: write {self.name}[i - 1].")

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _refuse
    __truediv__ = __rtruediv__ = __pow__ = __neg__ = __call__ = _refuse

    def _sympystr(self, printer: Any) -> str:
        return self.name

    _latex = _sympystr


class StateAt(Feature):
    """The value of a state at a step, `X[i - 1]`, or of one of its lanes, `X[i - 1, k]`."""

    __slots__ = ()

    @property
    def state(self) -> State:
        return self.args[0]  # type: ignore[no-any-return]

    @property
    def name(self) -> str:
        return self.state.name

    @property
    def indices(self) -> tuple[Expr, ...]:
        return self.args[1:]  # type: ignore[no-any-return]


class Operator(OperatorExpr):
    """A trainable block. `W[i]` is the block of step i; `W` alone is one block for all steps.

    Args:
        name: What the formula calls it.
        width: What it hands on, in widths of its stage; in a formula that is used as a block, in
            widths of what that formula hands on. Unless it is given, the block hands on all of
            that width, or one slot of it where that formula's output is a concatenation.
        stride: 1 says that it keeps the resolution of its argument, whatever that of its stage.

    Raises:
        FormulaError: If the width is no positive exact number, or the stride is not 1.
    """

    __slots__ = ("stride", "width")
    __iter__ = None
    width: Rational | None
    stride: int | None

    def __new__(
        cls, name: str | Str, *indices: Any, width: Any = None, stride: int | None = None
    ) -> Operator:
        operator = super().__new__(cls, as_name(name), *indices)
        operator.width = as_width(operator.name, width)
        if stride not in (None, 1):
            what = f"{operator.name} cannot have stride={stride!r}: strides follow from the stages."
            raise FormulaError(what + " Write stride=1 for a block that keeps the resolution.")
        operator.stride = None if stride is None else 1
        return operator

    def __getnewargs_ex__(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return self.args, {"width": self.width, "stride": self.stride}

    def _hashable_content(self) -> tuple[Any, ...]:
        # As text, which has an order: SymPy sorts by what differs.
        return (*super()._hashable_content(), str(self.width), str(self.stride))

    @property
    def func(self) -> Callable[..., Operator]:
        """Rebuilds from arguments and keeps width and stride."""
        return self._like if self.shaped else Operator

    def _like(self, *args: Any) -> Operator:
        return Operator(*args, width=self.width, stride=self.stride)

    @property
    def name(self) -> str:
        return str(self.args[0].name)

    @property
    def indices(self) -> tuple[Expr, ...]:
        return self.args[1:]  # type: ignore[no-any-return]

    @property
    def shaped(self) -> bool:
        """Whether it says what shape it hands on."""
        return self.width is not None or self.stride is not None

    def __getitem__(self, indices: Any) -> Operator:
        if self.indices:
            raise FormulaError(f"{self} has its indices already: write {self.name}[i, s].")
        return self.func(self.args[0], *as_indices(self.name, indices))

    def _sympyrepr(self, printer: Any) -> str:
        given = {"width": self.width, "stride": self.stride}
        parts = [printer._print(argument) for argument in self.args]
        parts += [f"{key}={printer._print(v)}" for key, v in given.items() if v is not None]
        return f"Operator({', '.join(parts)})"


class Norm(OperatorExpr):
    """A trained norm, most often with its activation: a letter of length 0, and no block.

    `norm[i]` is that of step i. In the paper view it is the identity, as an activation is.

    Args:
        name: "norm", or "norm" and a number.

    Raises:
        FormulaError: If it has another name.
    """

    __slots__ = ()
    __iter__ = None

    def __new__(cls, name: str | Str = "norm", *indices: Any) -> Norm:
        if not NORM_NAME.fullmatch(as_name(name).name):
            what = f"{as_name(name).name} is no name of a norm: by its name a norm is known."
            raise FormulaError(what + " Write Norm() or Norm('norm2').")
        return super().__new__(cls, as_name(name), *indices)

    @property
    def name(self) -> str:
        return str(self.args[0].name)

    @property
    def indices(self) -> tuple[Expr, ...]:
        return self.args[1:]  # type: ignore[no-any-return]

    def __getitem__(self, indices: Any) -> Norm:
        if self.indices:
            raise FormulaError(f"{self} has its indices already: write {self.name}[i, s].")
        return Norm(self.args[0], *as_indices(self.name, indices))


class Activation(OperatorExpr):
    """A parameter-free function by name, as "relu": a letter of length 0."""

    __slots__ = ()

    def __new__(cls, name: str | Str) -> Activation:
        return super().__new__(cls, as_name(name))

    @property
    def name(self) -> str:
        return str(self.args[0].name)


class Input(Feature):
    """The stem's output under a name, for initial values that are parts or functions of it."""

    __slots__ = ()

    def __new__(cls, name: str | Str) -> Input:
        return super().__new__(cls, as_name(name))

    @property
    def name(self) -> str:
        return str(self.args[0].name)


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
