"""Evaluates structure: concatenations, parts, gates and zeros, as values of a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sympy

from formula2net.errors import FormulaError, Problem
from formula2net.ir.ops import Value
from formula2net.language.structure import Concat, Hadamard, Part, Windowed, ZerosLike
from formula2net.language.symbols import Input
from formula2net.passes.indices import index_value
from formula2net.passes.placement import Place, Term
from formula2net.passes.scope import Context
from formula2net.passes.windows import items

if TYPE_CHECKING:
    from formula2net.passes.evaluate import Evaluator


class Structure:
    """Adds concatenations, parts, gates and zeros to a builder.

    Args:
        evaluator: evaluates what they are made of.
    """

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.builder = evaluator.builder
        self.placement = evaluator.placement

    def value(self, expr: sympy.Expr, context: Context) -> Value:
        """The value of what is no sum."""
        match expr:
            case Concat():
                return self._concat(expr, context)
            case Part():
                return self._part(expr, context)
            case Hadamard():
                return self.gate(expr, context, None)
            case ZerosLike():
                return self.builder.zeros(self.evaluator.argument(expr.feature, context, expr))
            case Input():
                return context.scope.input
        raise FormulaError(Problem(f"{expr} is no feature.", expected="states and operators"))

    def gate(self, expr: Hadamard, context: Context, target: Place | None) -> Value:
        """A gate's arguments have one shape: the target's, or that of the latest among them."""
        terms = [self._factor(argument, context, expr) for argument in expr.arguments]
        return self.builder.hadamard(self.placement.together(terms, target))

    def parts(self, expr: Windowed, context: Context) -> list[tuple[sympy.Expr, Context]]:
        """What is listed, or in a window, each with the context that it is evaluated in.

        Raises:
            FormulaError: there is nothing.
        """
        parts = list(items(expr, context))
        if not parts:
            raise FormulaError(Problem(f"{expr} is empty.", expected="at least one value"))
        return parts

    def _concat(self, expr: Concat, context: Context) -> Value:
        parts = self.parts(expr, context)
        values = [self.evaluator.argument(item, inner, expr) for item, inner in parts]
        self.placement.check_concat(values, lambda k: str(parts[k][0].xreplace(parts[k][1].env)))
        return self.builder.concat(values)

    def _part(self, expr: Part, context: Context) -> Value:
        part, parts = (index_value(k, context.env) for k in (expr.part, expr.parts))
        if not 1 <= part <= parts:
            what = f"A split into {parts} has no part {part}."
            raise FormulaError(Problem(what, expected=f"1 to {parts}"))
        value = self.evaluator.argument(expr.feature, context, expr)
        self.placement.check_split(value, parts, str(expr.feature))
        return self.builder.slice(value, part, parts)

    def _factor(self, expr: sympy.Expr, context: Context, gate: Hadamard) -> Term:
        """An argument of a gate; a state goes by its own name, a sum by its equation's state."""
        terms = list(self.evaluator.terms.of(expr, context, 1))
        if len(terms) == 1 and terms[0].coefficient == 1:
            return terms[0]
        label = f"{context.owner}_step{context.place.step}"
        return Term(1, self.evaluator.argument(expr, context, gate), context.owner, label)
