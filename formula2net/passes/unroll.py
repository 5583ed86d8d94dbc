"""Recursion -> Program: one equation a step, in the order in which values are defined."""

from __future__ import annotations

from dataclasses import replace

from formula2net.errors import Formula2NetError, FormulaError, Problem, ShapeError
from formula2net.ir.builder import Builder
from formula2net.ir.ops import Value
from formula2net.ir.program import Program, StateKey
from formula2net.language.backbone import Backbone
from formula2net.language.equation import Equation
from formula2net.language.formula_operator import FormulaOperator
from formula2net.language.recursion import Recursion
from formula2net.passes.evaluate import Evaluator
from formula2net.passes.over_backbone import BackbonePlacement
from formula2net.passes.placement import Place, Placement
from formula2net.passes.schedule import Schedule, schedule_of, state_key
from formula2net.passes.scope import Context, Scope
from formula2net.passes.windows import slots


def unroll(recursion: Recursion, depth: int | Backbone) -> Program:
    """The program of a formula.

    Args:
        recursion: the formula.
        depth: number of steps, or a backbone: then values are adapted between its stages.

    Raises:
        FormulaError: values are missing, or the depth is less than 1.
        ShapeError: terms do not fit.
    """
    backbone = depth if isinstance(depth, Backbone) else None
    steps = depth.depth if isinstance(depth, Backbone) else depth
    builder = Builder()
    placement = BackbonePlacement(builder, backbone) if backbone else Placement(builder)
    unroller = _Unroller(placement)
    source = builder.input(unroller.schedule(recursion).input_name)
    output, scope = unroller.run(recursion, steps, source)
    unroller.check_dropped(recursion)
    return builder.finish(output, _keyed(scope))


class _Unroller:
    """Runs formulas, nested ones too, into one builder."""

    def __init__(self, placement: Placement) -> None:
        self.placement = placement
        self.evaluator = Evaluator(placement.builder, placement, self._inline)
        self._schedules: dict[int, Schedule] = {}

    def schedule(self, recursion: Recursion) -> Schedule:
        """The schedule of a formula; a nested one has the same for all its applications."""
        if id(recursion) not in self._schedules:  # the schedule keeps it alive
            self._schedules[id(recursion)] = schedule_of(recursion)
        return self._schedules[id(recursion)]

    def run(
        self,
        recursion: Recursion,
        depth: int,
        source: Value,
        place: Place | None = None,
        prefix: str = "",
        path: str = "",
    ) -> tuple[Value, Scope]:
        """Unrolls a formula.

        Args:
            recursion: the formula.
            depth: its number of steps.
            source: the value of its input.
            place: the place of the block that it is, or None for the outermost formula.
            prefix: what its block names start with.
            path: the same without indices.
        """
        if isinstance(depth, bool) or not isinstance(depth, int) or depth < 1:
            raise FormulaError(Problem(f"The depth is {depth!r}.", expected="an integer from 1 on"))
        schedule = self.schedule(recursion)
        scope = Scope(recursion, source, schedule.input_state, prefix, path)
        for step, equation, env in schedule.before():
            here = place or self.placement.place(step)
            self._define(equation, Context(scope, env, here, "", None), None)
        for step in range(1, depth + 1):
            here = place or self.placement.place(step)
            for equation, env in schedule.at(step):
                self._define(equation, Context(scope, env, here, "", here), here)
        last = place or self.placement.place(depth)
        context = Context(scope, {recursion.index: depth}, last, prefix + "output", last)
        scope.check()
        output = self.evaluator.right_side(recursion.output, context, None)
        scope.check()
        return output, scope

    def check_dropped(self, recursion: Recursion) -> None:
        """Refuses operators that vanish because their coefficient is 0 at every step.

        Raises:
            FormulaError: names them.
        """
        names = sorted(self.evaluator.terms.dropped - self.evaluator.applications.names)
        if names:
            raise FormulaError(
                Problem(
                    f"{', '.join(names)}: the coefficient is 0 at every step.",
                    formula=str(recursion),
                    expected="every block to be applied somewhere",
                )
            )

    def _define(self, equation: Equation, context: Context, target: Place | None) -> None:
        """Evaluates one equation and stores its state's value."""
        scope = context.scope
        context = replace(context, owner=scope.prefix + equation.lhs.name)
        try:
            scope.states[state_key(equation, context.env)] = self.evaluator.right_side(
                equation.rhs, context, target
            )
        except Formula2NetError as error:
            raise _placed(error, equation) from error

    def _inline(
        self, operator: FormulaOperator, name: str, path: str, arg: Value, place: Place
    ) -> Value:
        """The output of a formula that is used as a block."""
        places = slots(operator.recursion.output, {operator.recursion.index: operator.depth})
        inner = place.inside(places)
        prefix, path = f"{name}.", f"{path}."
        return self.run(operator.recursion, operator.depth, arg, inner, prefix, path)[0]


def _keyed(scope: Scope) -> dict[StateKey, Value]:
    """The states in order of their step, then as the formula defines them."""
    return dict(sorted(scope.states.items(), key=lambda item: int(item[0][1])))


def _placed(error: Formula2NetError, equation: Equation) -> Formula2NetError:
    """The same error with the equation it comes from."""
    if not isinstance(error, FormulaError | ShapeError):
        return ShapeError(Problem(str(error), formula=equation.text))
    return type(error)(
        *(p if p.formula else replace(p, formula=equation.text) for p in error.problems)
    )
