"""The operations of a program. ``ops[k]`` defines value ``k`` and names only smaller values.

Values are plain integers, so a program is acyclic by construction. Stages are integers too:
what an image is, only the backbone and the blocks know (design 13).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from formula2net.ir.coefficient import Coefficient, Polynomial

Value = int
Width = int | Fraction  # in widths of a stage


class Op:
    """Base of all operations."""

    __slots__ = ()

    @property
    def operands(self) -> tuple[Value, ...]:
        """The values that this operation reads, in order, with repetitions."""
        return ()

    def relabel(self, new: Mapping[Value, Value]) -> Op:
        """The same operation on renamed values."""
        return self

    def text(self, reads: Sequence[str]) -> str:
        """The operation in words, given the names of what it reads."""
        return f"{type(self).__name__.lower()}({', '.join(reads)})"


class Unary(Op):
    """Base of the operations on one value."""

    __slots__ = ()
    arg: Value

    @property
    def operands(self) -> tuple[Value, ...]:
        """The value that this operation reads."""
        return (self.arg,)

    def relabel(self, new: Mapping[Value, Value]) -> Op:
        """The same operation on a renamed value."""
        return replace(self, arg=new[self.arg])  # type: ignore[type-var]


class Nary(Op):
    """Base of the operations on several values."""

    __slots__ = ()
    args: tuple[Value, ...]

    @property
    def operands(self) -> tuple[Value, ...]:
        """The values that this operation reads, in order."""
        return self.args

    def relabel(self, new: Mapping[Value, Value]) -> Op:
        """The same operation on renamed values."""
        return replace(self, args=tuple(new[v] for v in self.args))  # type: ignore[type-var]


@dataclass(frozen=True, slots=True)
class Input(Op):
    """The stem's output: X_0 (or, for ``source=j``, the state that stands in its place).

    Attributes:
        name: what the formula calls it.
        layout: width in units, slots and whether they are even, as in ``ir.layout``: a state that
            stands in its place may be a concatenation.
    """

    name: str
    layout: tuple[Width, int, bool] = (1, 1, True)

    def text(self, reads: Sequence[str]) -> str:
        """``input X_0``."""
        return f"input {self.name}"


@dataclass(frozen=True, slots=True)
class Constant(Op):
    """The constant feature 1; only inside a gate (design 11). No path enters it."""

    def text(self, reads: Sequence[str]) -> str:
        """``1``."""
        return "1"


@dataclass(frozen=True, slots=True)
class Zeros(Unary):
    """A zero that has the shape of ``arg`` (design 9). No path enters it."""

    arg: Value


@dataclass(frozen=True, slots=True)
class Apply(Unary):
    """One application of a block to one value.

    Attributes:
        block: module name, from the formula (``W_3``, ``W_3.K_2``, a tied ``W``).
        arg: the value it is applied to.
        step: the step that the block belongs to.
        stage: the stage of that step: the block maps to that stage's shape.
        width: what it hands on, in widths of that stage.
        keeps: whether it keeps its argument's resolution, whatever that of the stage is.
        operator: the operator's name, after those of the formulas around it (``W.K``).
    """

    block: str
    arg: Value
    step: int = 0
    stage: int = 0
    width: Width = 1
    keeps: bool = False
    operator: str = ""

    def text(self, reads: Sequence[str]) -> str:
        """``W_3(X_2)``."""
        return f"{self.block}({reads[0]})"


@dataclass(frozen=True, slots=True)
class LinComb(Op):
    """A linear combination: distinct values, nonzero coefficients, in the formula's order."""

    terms: tuple[tuple[Coefficient, Value], ...]

    @property
    def operands(self) -> tuple[Value, ...]:
        """The values of the terms, in order."""
        return tuple(value for _, value in self.terms)

    def relabel(self, new: Mapping[Value, Value]) -> Op:
        """The same combination of renamed values."""
        return LinComb(tuple((c, new[value]) for c, value in self.terms))

    def text(self, reads: Sequence[str]) -> str:
        """``X_2 + 1/2*W_3``."""
        return sum_text((c, name) for (c, _), name in zip(self.terms, reads, strict=True))


@dataclass(frozen=True, slots=True)
class Concat(Nary):
    """Concatenation over channels."""

    args: tuple[Value, ...]

    def text(self, reads: Sequence[str]) -> str:
        """``[X_2, X_1]``."""
        return f"[{', '.join(reads)}]"


@dataclass(frozen=True, slots=True)
class Slice(Unary):
    """The ``part``-th (from 1) of ``parts`` equal channel parts."""

    arg: Value
    part: int
    parts: int

    def text(self, reads: Sequence[str]) -> str:
        """``split(X_2, 4)[1]``."""
        return f"split({reads[0]}, {self.parts})[{self.part}]"


@dataclass(frozen=True, slots=True)
class Hadamard(Nary):
    """A gate: the elementwise product."""

    args: tuple[Value, ...]

    def text(self, reads: Sequence[str]) -> str:
        """``T_1 * X_0``."""
        return " * ".join(reads)


@dataclass(frozen=True, slots=True)
class Activation(Unary):
    """An elementwise function without parameters: a letter of length 0 (design 7)."""

    name: str
    arg: Value

    def text(self, reads: Sequence[str]) -> str:
        """``relu(X_2)``."""
        return f"{self.name}({reads[0]})"


@dataclass(frozen=True, slots=True)
class Norm(Activation):
    """A trained letter of length 0: a norm, most often with its activation.

    Attributes:
        name: module name, from the formula (``norm_3``, ``S_1.norm_2_4``).
        arg: the value it is applied to.
        step: the step that it belongs to.
        stage: the stage of that step.
        operator: its name in the formula, after those of the formulas around it.
    """

    step: int = 0
    stage: int = 0
    operator: str = ""


@dataclass(frozen=True, slots=True)
class Transition(Unary):
    """Adapts a value to a stage's shape (design 13): a letter of length 0."""

    name: str
    arg: Value
    stage: int
    width: Width = 1

    def text(self, reads: Sequence[str]) -> str:
        """``transition_X_2_to_2(X_2)``."""
        return f"{self.name}({reads[0]})"


def sum_text(terms: Iterable[tuple[Coefficient, str]]) -> str:
    """A sum with its signs, as ``X_2 - 1/2*W_3``."""
    text = ""
    for coefficient, name in terms:
        negative = not isinstance(coefficient, Polynomial) and coefficient < 0
        size = -coefficient if negative else coefficient
        sign = (" - " if negative else " + ") if text else ("-" if negative else "")
        factor = "" if size == 1 else f"({size})*" if isinstance(size, Polynomial) else f"{size}*"
        text += f"{sign}{factor}{name}"
    return text or "0"
