"""Evaluates one right-hand side: SymPy expressions in, values of a program out.

A sum is read as a list of terms (design 2: (A+B)(x) = A(x) + B(x), (cA)(x) = c A(x)); nothing else
is expanded. What a block is applied to is one value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import sympy

from formula2net.errors import FormulaError, Problem
from formula2net.ir.builder import Builder
from formula2net.ir.coefficient import Coefficient
from formula2net.ir.ops import Value
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
from formula2net.language.structure import Concat, Hadamard, Mean, Part, Windowed, ZerosLike
from formula2net.language.symbols import Activation, Input, Norm, Operator, StateAt
from formula2net.passes.applications import Applications, Inline, has_shape, module_name
from formula2net.passes.exact import branch_value, coefficient_value, index_value
from formula2net.passes.placement import Place, Placement, Term
from formula2net.passes.scope import Context
from formula2net.passes.windows import contexts, items


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
        self.dropped: set[str] = set()  # names of operators in terms whose coefficient is 0

    def right_side(self, expr: sympy.Expr, context: Context, target: Place | None) -> Value:
        """The value of a right-hand side: a sum, gate or activation has the step's shape.

        What says its own shape keeps it: a concatenation, a part, a block with a width or stride.
        """
        if isinstance(expr, Concat | Part):
            return self._leaf(expr, context)
        if isinstance(expr, Applied) and isinstance(expr.operator, Activation | Norm):
            arg = self.right_side(expr.argument, context, target)
            return self.applications.letter(expr.operator, arg, context)
        if isinstance(expr, Applied) and has_shape(expr.operator):
            return self.value(expr, context)
        if isinstance(expr, Hadamard):
            return self._gate(expr, context, target)
        return self.value(expr, context, target)

    def value(self, expr: sympy.Expr, context: Context, target: Place | None = None) -> Value:
        """The value of any feature; where there is no target, its latest term says its shape."""
        if isinstance(expr, StateAt) and target is None:
            return self._state(expr, context, 1).value
        return self.placement.sum(list(self.terms(expr, context, 1)), target)

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

    def terms(self, expr: sympy.Expr, context: Context, factor: Coefficient) -> Iterator[Term]:
        """The terms of a sum, flattened."""
        match expr:
            case FeatureSum():
                for term in expr.args:
                    yield from self.terms(term, context, factor)
            case FeatureScale():
                scale = self._scale(expr.coefficient, expr.feature, context)
                if scale != 0:
                    yield from self.terms(expr.feature, context, factor * scale)
            case Applied():
                yield from self._applied(expr.operator, expr.argument, context, factor)
            case sympy.Sum():
                for inner in contexts(expr.limits, context):
                    yield from self.terms(expr.function, inner, factor)
            case sympy.Piecewise() if sort_of(expr) == "feature":
                branch = branch_value(expr, context.env)
                yield from self.terms(branch, context, factor)
            case Mean():
                parts = self._parts(expr, context)
                scale = coefficient_value(sympy.Rational(1, len(parts)), {})
                for item, inner in parts:
                    yield from self.terms(item, inner, factor * scale)
            case _:
                yield from self._term(expr, context, factor)

    def _term(self, expr: sympy.Expr, context: Context, factor: Coefficient) -> Iterator[Term]:
        """What is no sum, as one term; a plain 0 is none."""
        match expr:
            case StateAt():
                term = self._state(expr, context, factor)
                if not self.builder.is_zero(term.value):
                    yield term
            case _ if sort_of(expr) == "number":
                scale = coefficient_value(expr, context.env)
                if scale != 0:
                    constant = self.builder.constant()
                    yield Term(factor * scale, constant, context.owner, context.owner)
            case _:
                label = f"{context.owner}_step{context.place.step}"
                term = Term(factor, self._leaf(expr, context), context.owner, label)
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
            case Identity():
                yield from self.terms(arg, context, factor)
            case Compose():
                first, *rest = operator.factors
                inner = Applied(rest[0] if len(rest) == 1 else Compose(*rest), arg)
                yield from self._applied(first, inner, context, factor)
            case sympy.Sum():
                for inner_context in contexts(operator.limits, context):
                    yield from self._applied(operator.function, arg, inner_context, factor)
            case sympy.Piecewise():
                branch = branch_value(operator, context.env)
                if branch != 0:
                    yield from self._applied(branch, arg, context, factor)
            case Activation(name=name) | Norm(name=name):
                value = self.applications.letter(
                    operator, self.argument(arg, context, name), context
                )
                yield Term(factor, value, context.owner, f"{context.owner}_{name}")
            case _:
                yield self._block(operator, arg, context, factor)

    def _scale(self, coefficient: sympy.Expr, term: sympy.Expr, context: Context) -> Coefficient:
        """A coefficient; where it is 0 its term is not there, and its blocks are noted."""
        value = coefficient_value(coefficient, context.env)
        if value == 0:
            self.dropped.update(atom.name for atom in term.atoms(Operator))
        return value

    def _block(
        self, operator: sympy.Expr, arg: sympy.Expr, context: Context, factor: Coefficient
    ) -> Term:
        """One application; a block belongs to the step that first applies it (design 13)."""
        if not isinstance(operator, Operator | FormulaOperator):
            raise FormulaError(Problem(f"{operator} is no operator.", expected="W[i]"))
        name = module_name(operator, context)
        place = self.applications.place(name, context)
        read = self.argument(arg, replace(context, reading=place), name)
        value = self.applications.block(operator, name, read, context, place)
        return Term(factor, value, context.owner, f"{context.owner}_{name}".replace(".", "_"))

    def _state(self, expr: StateAt, context: Context, factor: Coefficient) -> Term:
        scope = context.scope
        key: StateKey = (expr.name, *[index_value(index, context.env) for index in expr.indices])
        label = (scope.prefix + state_name(key)).replace(".", "_")
        return self._read(Term(factor, scope.read(key), scope.prefix + expr.name, label), context)

    def _read(self, term: Term, context: Context) -> Term:
        """With a layer between stages, a value is adapted before it is read in a later one."""
        place = context.reading
        if place is None or not self.placement.layered:
            return term
        if self.placement.stage(term.value) >= place.stage:
            return term
        return replace(term, value=self.placement.adapt(term, place))

    def _leaf(self, expr: sympy.Expr, context: Context) -> Value:
        """The value of what is no sum."""
        match expr:
            case Concat():
                return self._concat(expr, context)
            case Part():
                part, parts = (index_value(k, context.env) for k in (expr.part, expr.parts))
                if not 1 <= part <= parts:
                    raise FormulaError(
                        Problem(
                            f"A split into {parts} has no part {part}.", expected=f"1 to {parts}"
                        )
                    )
                value = self.argument(expr.feature, context, expr)
                self.placement.check_split(value, parts, str(expr.feature))
                return self.builder.slice(value, part, parts)
            case Hadamard():
                return self._gate(expr, context, None)
            case ZerosLike():
                return self.builder.zeros(self.argument(expr.feature, context, expr))
            case Input():
                return context.scope.input
        raise FormulaError(Problem(f"{expr} is no feature.", expected="states and operators"))

    def _concat(self, expr: Concat, context: Context) -> Value:
        parts = self._parts(expr, context)
        values = [self.argument(item, inner, expr) for item, inner in parts]
        self.placement.check_concat(values, lambda k: str(parts[k][0].xreplace(parts[k][1].env)))
        return self.builder.concat(values)

    def _parts(self, expr: Windowed, context: Context) -> list[tuple[sympy.Expr, Context]]:
        parts = list(items(expr, context))
        if not parts:
            raise FormulaError(Problem(f"{expr} is empty.", expected="at least one value"))
        return parts

    def _gate(self, expr: Hadamard, context: Context, target: Place | None) -> Value:
        """A gate's arguments have one shape: the target's, or that of the latest among them."""
        terms = [self._factor(argument, context, expr) for argument in expr.arguments]
        return self.builder.hadamard(self.placement.together(terms, target))

    def _factor(self, expr: sympy.Expr, context: Context, gate: Hadamard) -> Term:
        """An argument of a gate; a state goes by its own name, a sum by its equation's state."""
        terms = list(self.terms(expr, context, 1))
        if len(terms) == 1 and terms[0].coefficient == 1:
            return terms[0]
        label = f"{context.owner}_step{context.place.step}"
        return Term(1, self.argument(expr, context, gate), context.owner, label)
