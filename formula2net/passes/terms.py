"""What a sum is made of: its terms, flattened (design 2).

(A+B)(x) = A(x) + B(x) and (cA)(x) = c A(x); nothing else is expanded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import sympy

from formula2net.errors import FormulaError, Problem
from formula2net.ir.coefficient import Coefficient
from formula2net.ir.program import StateKey, state_name
from formula2net.language.expressions import (
    Applied,
    Compose,
    FeatureScale,
    FeatureSum,
    Identity,
    OperatorScale,
    OperatorSum,
    sort_of,
)
from formula2net.language.formula_operator import FormulaOperator
from formula2net.language.structure import Mean
from formula2net.language.symbols import Activation, Input, Norm, Operator, StateAt
from formula2net.passes.applications import module_name, outermost
from formula2net.passes.exact import coefficient_value
from formula2net.passes.indices import index_value
from formula2net.passes.placement import Term
from formula2net.passes.scope import Context
from formula2net.passes.windows import contexts

if TYPE_CHECKING:
    from formula2net.passes.evaluate import Evaluator


class Terms:
    """Lists the terms of expressions.

    Args:
        evaluator: evaluates what blocks are applied to.

    Attributes:
        dropped: names of operators in terms whose coefficient is 0.
    """

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.dropped: set[str] = set()

    def of(self, expr: sympy.Expr, context: Context, factor: Coefficient) -> Iterator[Term]:
        """The terms of a sum, flattened."""
        match expr:
            case FeatureSum():
                for term in expr.args:
                    yield from self.of(term, context, factor)
            case FeatureScale():
                scale = self._scale(expr.coefficient, expr.feature, context)
                if scale != 0:
                    yield from self.of(expr.feature, context, factor * scale)
            case Applied():
                yield from self._applied(expr.operator, expr.argument, context, factor)
            case sympy.Sum():
                for inner in contexts(expr.limits, context):
                    yield from self.of(expr.function, inner, factor)
            case sympy.Piecewise() if sort_of(expr) == "feature":
                yield from self.of(outermost(expr, context.env), context, factor)
            case Mean():
                parts = self.evaluator.structure.parts(expr, context)
                scale = coefficient_value(sympy.Rational(1, len(parts)), {})
                for item, inner in parts:
                    yield from self.of(item, inner, factor * scale)
            case _:
                yield from self._term(expr, context, factor)

    def _term(self, expr: sympy.Expr, context: Context, factor: Coefficient) -> Iterator[Term]:
        """What is no sum, as one term; a plain 0 is none."""
        match expr:
            case StateAt():
                term = self.state(expr, context, factor)
                if not self.evaluator.builder.is_zero(term.value):
                    yield term
            case _ if sort_of(expr) == "number":
                scale = coefficient_value(expr, context.env)
                if scale != 0:
                    constant = self.evaluator.builder.constant()
                    yield Term(factor * scale, constant, context.owner, context.owner)
            case _:
                label = f"{context.owner}_step{context.place.step}"
                value = self.evaluator.structure.value(expr, context)
                term = Term(factor, value, context.owner, label)
                # What a concatenation, a part or a gate is made of has been adapted already.
                yield self._read(term, context) if isinstance(expr, Input) else term

    def _applied(
        self, operator: sympy.Expr, arg: sympy.Expr, context: Context, factor: Coefficient
    ) -> Iterator[Term]:
        match operator:
            case OperatorSum():
                for term in operator.args:
                    yield from self._applied(term, arg, context, factor)
            case OperatorScale():
                scale = self._scale(operator.coefficient, operator.operator, context)
                if scale != 0:
                    yield from self._applied(operator.operator, arg, context, factor * scale)
            case Identity() | Compose() | sympy.Piecewise():
                applied = outermost(Applied(operator, arg), context.env)
                yield from self.of(applied, context, factor)
            case sympy.Sum():
                for inner_context in contexts(operator.limits, context):
                    yield from self._applied(operator.function, arg, inner_context, factor)
            case Activation(name=name) | Norm(name=name):
                read = self.evaluator.argument(arg, context, name)
                value = self.evaluator.applications.letter(operator, read, context)
                yield Term(factor, value, context.owner, f"{context.owner}_{name}")
            case _:
                yield self._block(operator, arg, context, factor)

    def _scale(self, coefficient: sympy.Expr, term: sympy.Expr, context: Context) -> Coefficient:
        """A coefficient; where it is 0 its term is not there, and its blocks are noted."""
        value = coefficient_value(coefficient, context.env)
        if value == 0:
            self.dropped.update(atom.name for atom in term.atoms(Operator, FormulaOperator, Norm))
        return value

    def _block(
        self, operator: sympy.Expr, arg: sympy.Expr, context: Context, factor: Coefficient
    ) -> Term:
        """One application; a block belongs to the step that first applies it (design 13)."""
        if not isinstance(operator, Operator | FormulaOperator):
            raise FormulaError(Problem(f"{operator} is no operator.", expected="W[i]"))
        name = module_name(operator, context)
        place = self.evaluator.applications.place(name, context)
        read = self.evaluator.argument(arg, replace(context, reading=place), name)
        value = self.evaluator.applications.block(operator, name, read, context, place)
        return Term(factor, value, context.owner, f"{context.owner}_{name}".replace(".", "_"))

    def state(self, expr: StateAt, context: Context, factor: Coefficient) -> Term:
        """The value of a state, which is adapted by a transition of its own."""
        scope = context.scope
        key: StateKey = (expr.name, *[index_value(index, context.env) for index in expr.indices])
        label = (scope.prefix + state_name(key)).replace(".", "_")
        return self._read(Term(factor, scope.read(key), scope.prefix + expr.name, label), context)

    def _read(self, term: Term, context: Context) -> Term:
        """With a layer between stages, a value is adapted before it is read in a later one."""
        place = context.reading
        if place is None or self.evaluator.placement.is_ready(term.value, place):
            return term
        return replace(term, value=self.evaluator.placement.adapt(term, place))
