"""Evaluates one right-hand side: SymPy expressions in, values of a program out.

A sum is a list of terms, each adapted to where the sum stands; what a block is applied to is one
value.
"""

from __future__ import annotations

import sympy

from formula2net.errors import FormulaError, Problem
from formula2net.ir.builder import Builder
from formula2net.ir.ops import Value
from formula2net.language.expressions import Applied
from formula2net.language.structure import Concat, Hadamard, Part
from formula2net.language.symbols import Activation, Norm, StateAt
from formula2net.passes.applications import Applications, Inline, has_shape, outermost
from formula2net.passes.placement import Place, Placement
from formula2net.passes.scope import Context
from formula2net.passes.structure import Structure
from formula2net.passes.terms import Terms


class Evaluator:
    """Evaluates expressions into a builder.

    Args:
        builder: takes the operations.
        placement: adapts terms to where they stand.
        inline: unrolls a formula that is used as a block.
    """

    def __init__(self, builder: Builder, placement: Placement, inline: Inline) -> None:
        self.builder = builder
        self.placement = placement
        self.applications = Applications(builder, placement, inline)
        self.structure = Structure(self)
        self.terms = Terms(self)

    def right_side(self, expr: sympy.Expr, context: Context, target: Place | None) -> Value:
        """The value of a right-hand side: a sum, gate or activation has the step's shape.

        What says its own shape keeps it: a concatenation, a part, a block with a width or stride.
        What has been pooled stays so.
        """
        expr = outermost(expr, context.env)
        match expr:
            case Concat() if len(parts := self.structure.parts(expr, context)) == 1:
                return self.right_side(*parts[0], target)  # one value side by side is that value
            case Concat() | Part():
                return self.structure.value(expr, context)
            case Hadamard():
                return self.structure.gate(expr, context, target)
            case Applied(operator=Activation() | Norm()):
                arg = self.right_side(expr.argument, context, target)
                return self.applications.letter(expr.operator, arg, context)
            case Applied() if has_shape(expr.operator):
                return self.value(expr, context)
        return self.value(expr, context, target)

    def value(self, expr: sympy.Expr, context: Context, target: Place | None = None) -> Value:
        """The value of any feature; where there is no target, its latest term says its shape."""
        if isinstance(expr, StateAt) and target is None:
            return self.terms.state(expr, context, 1).value
        return self.placement.sum(list(self.terms.of(expr, context, 1)), target)

    def argument(self, expr: sympy.Expr, context: Context, reader: object) -> Value:
        """The value that a block, a gate or a concatenation reads; a plain 0 is none."""
        value = self.value(expr, context)
        if self.builder.is_zero(value):
            raise FormulaError(
                Problem(
                    f"{reader} reads {expr}, which is 0 here and has no shape.",
                    got="0",
                    expected="a feature; a plain 0 may only be a term of a sum",
                    try_="ZerosLike(X[0]), a zero that has a shape",
                )
            )
        return value
