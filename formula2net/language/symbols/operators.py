"""What stands for maps: operators, which are blocks, and the letters of length 0."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, Self

from sympy import Expr, Rational
from sympy.core.symbol import Str

from formula2net.errors import FormulaError
from formula2net.language.expressions import OperatorExpr
from formula2net.language.naming import as_indices, as_name, as_width

NORM_NAME: Final = re.compile(r"norm\d*")


class IndexedOperator(OperatorExpr):
    """An operator with a name, and with the indices of its step where it has one a step."""

    __slots__ = ()
    __iter__ = None

    @property
    def name(self) -> str:
        return str(self.args[0].name)

    @property
    def indices(self) -> tuple[Expr, ...]:
        return self.args[1:]  # type: ignore[no-any-return]

    def __getitem__(self, indices: Any) -> Self:
        if self.indices:
            raise FormulaError(f"{self} has its indices already: write {self.name}[i, s].")
        found: Self = self.func(self.args[0], *as_indices(self.name, indices))
        return found


class Operator(IndexedOperator):
    """A trainable block. `W[i]` is the block of step i; `W` alone is one block for all steps.

    Args:
        name: What the formula calls it.
        indices: Those of its step; `W[i]` is how they are written.
        width: What it hands on, in widths of its stage; in a formula that is used as a block, in
            widths of what that formula hands on. Unless it is given, the block hands on all of
            that width, or one slot of it where that formula's output is a concatenation.
        stride: 1 says that it keeps the resolution of its argument, whatever that of its stage.

    Raises:
        FormulaError: If the width is no positive exact number, or the stride is not 1.
    """

    __slots__ = ("stride", "width")
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
    def shaped(self) -> bool:
        """Whether it says what shape it hands on."""
        return self.width is not None or self.stride is not None

    def _sympyrepr(self, printer: Any) -> str:
        given = {"width": self.width, "stride": self.stride}
        parts = [printer._print(argument) for argument in self.args]
        parts += [f"{key}={printer._print(v)}" for key, v in given.items() if v is not None]
        return f"Operator({', '.join(parts)})"


class Norm(IndexedOperator):
    """A trained norm, most often with its activation: a letter of length 0, and no block.

    `norm[i]` is that of step i. In the paper view it is the identity, as an activation is.

    Args:
        name: "norm", or "norm" and a number.
        indices: Those of its step; `norm[i]` is how they are written.

    Raises:
        FormulaError: If it has another name.
    """

    __slots__ = ()

    def __new__(cls, name: str | Str = "norm", *indices: Any) -> Norm:
        if not NORM_NAME.fullmatch(as_name(name).name):
            what = f"{as_name(name).name} is no name of a norm: by its name a norm is known."
            raise FormulaError(what + " Write Norm() or Norm('norm2').")
        return super().__new__(cls, as_name(name), *indices)


class Activation(OperatorExpr):
    """A parameter-free function by name, as "relu": a letter of length 0.

    Args:
        name: That of a function of `torch.nn.functional`, or "global_pool".

    Raises:
        FormulaError: If it is no identifier.
    """

    __slots__ = ()

    def __new__(cls, name: str | Str) -> Activation:
        return super().__new__(cls, as_name(name))

    @property
    def name(self) -> str:
        return str(self.args[0].name)
