"""A whole formula used as one block of another formula."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sympy import Atom, Expr, Integer, Rational, srepr
from sympy.core.symbol import Str

from formula2net.errors import FormulaError
from formula2net.language.expressions import OperatorExpr
from formula2net.language.naming import as_expression, as_indices, as_name, as_width

if TYPE_CHECKING:
    from formula2net.language.recursion import Recursion


class FormulaAtom(Atom):  # type: ignore[misc]
    """A recursion as a leaf of an expression; nothing is ever substituted inside it."""

    __slots__ = ("recursion",)
    recursion: Recursion

    def __new__(cls, recursion: Recursion) -> FormulaAtom:
        atom = super().__new__(cls)
        atom.recursion = recursion
        return atom  # type: ignore[no-any-return]

    def __getnewargs__(self) -> tuple[Any, ...]:
        return (self.recursion,)

    def _hashable_content(self) -> tuple[Any, ...]:
        # By spelling: recursions are equal by meaning, and SymPy's caches would mix them up.
        return (self.recursion.spelling,)

    def compare(self, other: Any) -> int:
        """By text, since spellings have no order."""
        if not isinstance(other, FormulaAtom) or self == other:
            return int(super().compare(other))
        return 1 if srepr(self) > srepr(other) else -1

    def sort_key(self, order: Any = None) -> Any:
        return Str(str(self.recursion)).sort_key(order)

    def _sympystr(self, printer: Any) -> str:
        return str(self.recursion)

    def _sympyrepr(self, printer: Any) -> str:
        return f"FormulaAtom({printer._print(self.recursion)})"


class FormulaOperator(OperatorExpr):
    """The operator that runs `depth` steps of a recursion on its argument.

    `F[i]` is the block of step i, `F` alone is one block for all steps.

    Args:
        name: What the outer formula calls it; the blocks inside are named `F_3.K_2`.
        recursion: The inner formula; its input is the argument.
        depth: The number of its steps, at least 1.
        indices: Indices as of `Operator`.
        width: What it hands on, as of `Operator`.

    Raises:
        FormulaError: if the depth is not 1, 2, ..., or the width no positive exact number.
    """

    __slots__ = ("width",)
    __iter__ = None
    width: Rational | None

    def __new__(
        cls, name: Any, recursion: Any, depth: Any, *indices: Any, width: Any = None
    ) -> FormulaOperator:
        depth = as_expression(depth)
        if not (isinstance(depth, Integer) and depth >= 1):
            raise FormulaError(f"The depth of {as_name(name).name} is {depth}, not 1 or more.")
        atom = recursion if isinstance(recursion, FormulaAtom) else FormulaAtom(recursion)
        operator = super().__new__(cls, as_name(name), atom, depth, *indices)
        operator.width = as_width(operator.name, width)
        return operator

    def __getnewargs_ex__(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return self.args, {"width": self.width}

    def _hashable_content(self) -> tuple[Any, ...]:
        return (*super()._hashable_content(), str(self.width))

    @property
    def func(self) -> Callable[..., FormulaOperator]:
        """Rebuilds from arguments and keeps the width."""
        return FormulaOperator if self.width is None else self._like

    def _like(self, *args: Any) -> FormulaOperator:
        return FormulaOperator(*args, width=self.width)

    @property
    def name(self) -> str:
        return str(self.args[0].name)

    @property
    def recursion(self) -> Recursion:
        return self.args[1].recursion  # type: ignore[no-any-return]

    @property
    def depth(self) -> int:
        return int(self.args[2])

    @property
    def indices(self) -> tuple[Expr, ...]:
        return self.args[3:]  # type: ignore[no-any-return]

    def __getitem__(self, indices: Any) -> FormulaOperator:
        return self.func(*self.args[:3], *as_indices(self.name, indices))

    def _sympyrepr(self, printer: Any) -> str:
        parts = [printer._print(argument) for argument in self.args]
        parts += [] if self.width is None else [f"width={printer._print(self.width)}"]
        return f"FormulaOperator({', '.join(parts)})"
