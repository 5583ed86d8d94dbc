"""Structure of values: concatenation, means, gates, parts and zeros."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

from sympy import Basic, Expr, Integer, Symbol, Tuple
from sympy.core.sympify import converter
from sympy.logic.boolalg import true

from formula2net.errors import FormulaError, Problem
from formula2net.language.expressions import Feature
from formula2net.language.naming import as_expression
from formula2net.language.symbols import State


class Windowed(Feature):
    """A list of features, `Concat(x, y)`, or one over a window, `Concat(X[j], (j, a, b))`.

    Args:
        values: The features; or one feature and (index, first, last), both ends included.
        clip: Leave out what has no value yet: the window reaches as far back as there is.

    Raises:
        FormulaError: if there is no value, or if a window has more than one.

    Attributes:
        terms: The features as written; the one function of the index for a window.
        window: (index, first, last), or None for a list.
        clip: Whether the window reaches only as far back as there are values.
    """

    __slots__ = ()

    def __new__(cls, *values: Any, clip: bool = False) -> Windowed:
        read = [as_expression(value) for value in values]
        terms = [value for value in read if isinstance(value, (Expr, State))]
        limits = [value for value in read if isinstance(value, Tuple)]
        clipped = [true] if clip or true in read else []  # true: rebuilt from its arguments
        name = cls.__name__
        if not terms or len(terms) + len(limits) + (true in read) < len(read):
            raise FormulaError(f"{name} takes features, or one feature and (j, first, last).")
        if limits and (len(terms) != 1 or len(limits) != 1 or len(limits[0]) != 3):
            example = f"{name}(X[j], (j, i - 3, i - 1))"
            raise FormulaError(f"A window of {name} has one feature and one range: {example}.")
        if clipped and not limits:
            raise FormulaError(f"{name}(..., clip=True) needs a window (j, first, last).")
        return super().__new__(cls, *terms, *limits, *clipped)

    @property
    def terms(self) -> tuple[Expr, ...]:
        return self.args[:1] if self.window else self.args  # type: ignore[no-any-return]

    @property
    def window(self) -> tuple[Symbol, Expr, Expr] | None:
        limits = self.args[1] if len(self.args) > 1 else None
        return tuple(limits) if isinstance(limits, Tuple) else None

    @property
    def clip(self) -> bool:
        return self.args[-1] is true

    @property
    def bound_symbols(self) -> list[Symbol]:
        return [self.window[0]] if self.window else []

    @property
    def free_symbols(self) -> set[Basic]:
        if self.window is None:
            return super().free_symbols  # type: ignore[no-any-return]
        index, first, last = self.window
        inner = self.args[0].free_symbols - {index}
        return inner | first.free_symbols | last.free_symbols  # type: ignore[no-any-return]

    def _eval_subs(self, old: Basic, new: Basic) -> Basic | None:
        return self if old in self.bound_symbols else None


class Concat(Windowed):
    """Features side by side, in order: along the channels of a network.

    `Concat(x, y)`, or over a window, `Concat(X[j], (j, i - 3, i - 1))`.

    Args:
        values: The features; or one feature and a window (index, first, last), ends included.
        clip: Whether the window leaves out what has no value yet, before the first step.

    Raises:
        FormulaError: if there is no value, or if a window has more than one.
    """

    __slots__ = ()


class Mean(Windowed):
    """The mean of features of one shape.

    `Mean(x, y)`, or over a window, `Mean(X[j], (j, 0, i - 1))`.

    Args:
        values: The features; or one feature and a window (index, first, last), ends included.
        clip: Whether the window leaves out what has no value yet, before the first step.

    Raises:
        FormulaError: if there is no value, or if a window has more than one.
    """

    __slots__ = ()


class Hadamard(Feature):
    """The elementwise product of two or more features, in any order: a gate.

    An argument may be a number plus a feature, `Hadamard(1 - T[i](x), x)`: there the number is
    the constant feature of that value.

    Args:
        arguments: The features.

    Raises:
        FormulaError: if there are fewer than two arguments.
    """

    __slots__ = ()

    def __new__(cls, *arguments: Any) -> Hadamard:
        if len(arguments) < 2:
            raise FormulaError("Hadamard takes two features or more: Hadamard(x, y).")
        return super().__new__(cls, *arguments)

    @property
    def arguments(self) -> tuple[Expr, ...]:
        return self.args  # type: ignore[no-any-return]


class Part(Feature):
    """Part number `part`, from 1, of `parts` equal parts of a feature; see `Split`."""

    __slots__ = ()

    @property
    def feature(self) -> Expr:
        return self.args[0]

    @property
    def part(self) -> Expr:
        return self.args[1]

    @property
    def parts(self) -> Expr:
        return self.args[2]


class Split:
    """A feature cut into equal parts along its channels: `Split(x, n)[k]` for k = 1, ..., n.

    Iterating gives all parts in order: `a, b = Split(x, 2)`. The whole is no value.

    Args:
        feature: What is cut; or a concatenation, between its values.
        parts: How many parts.

    Raises:
        FormulaError: if the whole stands where a value must: take a part.
    """

    __slots__ = ("_feature", "_parts")

    def __init__(self, feature: Any, parts: Any) -> None:
        self._feature = as_expression(feature)
        self._parts = as_expression(parts)

    def __getitem__(self, part: Any) -> Part:
        return Part(self._feature, part, self._parts)

    def __len__(self) -> int:
        if not isinstance(self._parts, Integer):
            raise FormulaError(f"The number of parts {self._parts} is not known here.")
        return int(self._parts)

    def __iter__(self) -> Iterator[Part]:
        return (self[part] for part in range(1, len(self) + 1))

    def __repr__(self) -> str:
        return f"Split({self._feature}, {self._parts})"

    def _refuse(self, *_: Any) -> NoReturn:
        what = f"{self} is cut into parts, and is no value itself."
        raise FormulaError(Problem(what, expected="one of its parts", try_=f"{self}[1]"))

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _refuse
    __truediv__ = __rtruediv__ = __pow__ = __neg__ = _refuse


converter[Split] = Split._refuse  # SymPy asks it wherever an expression must stand


class ZerosLike(Feature):
    """A zero with the shape of a feature, adapted to other stages as that feature would be.

    Args:
        feature: What it is like.
    """

    __slots__ = ()

    def __new__(cls, feature: Any) -> ZerosLike:
        return super().__new__(cls, feature)

    @property
    def feature(self) -> Expr:
        return self.args[0]
