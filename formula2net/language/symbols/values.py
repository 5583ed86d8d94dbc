"""What stands for values: indices, states and the input."""

from __future__ import annotations

from typing import Any, NoReturn

from sympy import Basic, Expr, Symbol
from sympy.core.symbol import Str

from formula2net.errors import FormulaError
from formula2net.language.expressions import Feature
from formula2net.language.naming import as_indices, as_name


class Index(Symbol):  # type: ignore[misc]
    """An integer index: the step `i` of a recursion, or the bound index of a window.

    Args:
        name: What the formula calls it.
        integer: Always true: SymPy gives it when it builds the index anew.

    Raises:
        FormulaError: if the name is no identifier.
    """

    __slots__ = ()

    def __new__(cls, name: str, integer: bool = True) -> Index:
        return super().__new__(cls, as_name(name).name, integer=True)  # type: ignore[no-any-return]


class State(Basic):  # type: ignore[misc]
    """A state X of a recursion. Alone it is no value; `X[i - 1]` is one, `X[i, k]` its lane k.

    Args:
        name: What the formula calls it.

    Raises:
        FormulaError: if the name is no identifier, or the state alone stands for a value.
    """

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

    def _latex(self, printer: Any) -> str:
        return str(printer._print(Symbol(self.name)))


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


class Input(Feature):
    """The stem's output under a name, for initial values that are parts or functions of it.

    Args:
        name: What the formula calls it.

    Raises:
        FormulaError: if the name is no identifier.
    """

    __slots__ = ()

    def __new__(cls, name: str | Str) -> Input:
        return super().__new__(cls, as_name(name))

    @property
    def name(self) -> str:
        return str(self.args[0].name)
