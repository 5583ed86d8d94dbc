"""Applications of blocks and letters: how their modules are called, and what they hand on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import sympy

from formula2net.ir import ops
from formula2net.ir.builder import Builder
from formula2net.ir.coefficient import reduced
from formula2net.ir.ops import Value, Width
from formula2net.ir.program import state_name
from formula2net.language.expressions import Applied, Compose, Identity
from formula2net.language.formula_operator import FormulaOperator
from formula2net.language.symbols import Activation, Norm, Operator
from formula2net.passes.indices import Env, branch_value, index_value
from formula2net.passes.placement import Place, Placement
from formula2net.passes.scope import Context

Inline = Callable[[FormulaOperator, str, str, Value, Place], Value]


class Applications:
    """Adds applications to a builder.

    Args:
        builder: takes the operations.
        placement: refuses a block that would read two shapes.
        inline: unrolls a formula that is used as a block, given its name, the same without
            indices, its argument and its place.
    """

    def __init__(self, builder: Builder, placement: Placement, inline: Inline) -> None:
        self.builder = builder
        self.placement = placement
        self.inline = inline
        self.names: set[str] = set()  # of the operators and norms that are applied
        self._places: dict[str, Place] = {}

    def place(self, name: str, context: Context) -> Place:
        """The place of a block or norm: that of the step which first applies it (design 13)."""
        return self._places.setdefault(name, context.place)

    def block(
        self,
        operator: Operator | FormulaOperator,
        name: str,
        arg: Value,
        context: Context,
        place: Place,
    ) -> Value:
        """One application of a block."""
        self.names.add(operator.name)
        path = context.scope.path + operator.name
        width = _width(operator, place)
        if isinstance(operator, FormulaOperator):
            return self.inline(operator, name, path, arg, replace(place, width=width))
        self.placement.check_block(name, arg)
        keeps = operator.stride == 1
        return self.builder.apply(ops.Apply(name, arg, place.step, place.stage, width, keeps, path))

    def letter(self, operator: Activation | Norm, arg: Value, context: Context) -> Value:
        """The value of an activation, which has no weights, or of a norm, which has."""
        if isinstance(operator, Activation):
            return self.builder.activation(operator.name, arg)
        self.names.add(operator.name)
        name = module_name(operator, context)
        place = self.place(name, context)
        self.placement.check_block(name, arg, "norm")
        path = context.scope.path + operator.name
        return self.builder.norm(ops.Norm(name, arg, place.step, place.stage, path))


def module_name(operator: Operator | FormulaOperator | Norm, context: Context) -> str:
    """The operator's name with its indices, after those of the blocks around it."""
    indices = (index_value(index, context.env) for index in operator.indices)
    return context.scope.prefix + state_name((operator.name, *indices))


def outermost(expr: sympy.Expr, env: Env) -> sympy.Expr:
    """The same value with what is applied last alone: (AB)(x) as A(B(x)), 1(x) as x.

    Of cases it is the one that holds, and 0 where none does.
    """
    while True:
        match expr:
            case sympy.Piecewise():
                expr = branch_value(expr, env)
            case Applied(operator=Identity()):
                expr = expr.argument
            case Applied(operator=Compose()):
                first, *rest = expr.operator.factors
                inner = Applied(rest[0] if len(rest) == 1 else Compose(*rest), expr.argument)
                expr = Applied(first, inner)
            case Applied(operator=sympy.Piecewise()):
                branch = branch_value(expr.operator, env)
                expr = Applied(branch, expr.argument) if branch != 0 else branch
            case _:
                return expr


def has_shape(operator: sympy.Expr) -> bool:
    """Whether an operator says what shape it hands on."""
    if isinstance(operator, FormulaOperator):
        return operator.width is not None
    return isinstance(operator, Operator) and operator.shaped


def _width(operator: Operator | FormulaOperator, place: Place) -> Width:
    """What a block hands on, in widths of its stage."""
    if operator.width is None:
        return place.width
    return reduced(Fraction(place.whole) * Fraction(operator.width.p, operator.width.q))
