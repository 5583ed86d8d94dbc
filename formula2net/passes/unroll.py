"""Recursion -> Program: one equation a step, in the order in which values are defined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from formula2net.errors import Formula2NetError, FormulaError, Problem, ShapeError
from formula2net.ir.builder import Builder
from formula2net.ir.ops import Value
from formula2net.ir.program import Program, StateKey
from formula2net.language.backbone import Backbone
from formula2net.language.equation import Equation
from formula2net.language.formula_operator import FormulaOperator
from formula2net.language.recursion import Recursion
from formula2net.passes.evaluate import Evaluator
from formula2net.passes.exact import Env, index_value
from formula2net.passes.over_backbone import BackbonePlacement
from formula2net.passes.placement import Place, Placement
from formula2net.passes.reads import first_step, input_state
from formula2net.passes.scope import Context, Scope
from formula2net.passes.windows import ranges, slots


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


@dataclass(frozen=True)
class _Schedule:
    """Which equation defines what, when: explicit ones at one step, general ones from a step on."""

    recursion: Recursion
    explicit: Mapping[tuple[str, int], list[tuple[Equation, Env]]]
    general: list[tuple[Equation, int]]
    input_state: str | None

    @property
    def input_name(self) -> str:
        """``X_0``, or the name of the ``Input`` that the formula reads."""
        if self.recursion.inputs:
            return self.recursion.inputs[0]
        return f"{self.input_state}_0" if self.input_state else "input"

    def before(self) -> Iterator[tuple[int, Equation, Env]]:
        """The initial values up to index 0, in the order of their index."""
        rows = sorted(
            (
                (step, number, row)
                for number, ((_, step), rows) in enumerate(self.explicit.items())
                for row in rows
                if step <= 0
            ),
            key=lambda item: item[:2],
        )
        return ((step, *row) for step, _, row in rows)

    def at(self, step: int) -> Iterator[tuple[Equation, Env]]:
        """The equations of one step; one for just this step, or lane, replaces the general one."""
        ruled = {equation.lhs.name for equation, _ in self.general}
        for (state, index), rows in self.explicit.items():
            if index == step and state not in ruled:
                yield from rows
        given: set[StateKey] = set()
        for equation, first in self.general:
            for row in self.explicit.get((equation.lhs.name, step), ()):
                if _key(*row) not in given:
                    given.add(_key(*row))
                    yield row
            if step >= first:
                for env in ranges(equation.families, {self.recursion.index: step}):
                    if _key(equation, env) not in given:
                        yield equation, env


class _Unroller:
    """Runs formulas, nested ones too, into one builder."""

    def __init__(self, placement: Placement) -> None:
        self.placement = placement
        self.evaluator = Evaluator(placement.builder, placement, self._inline)
        self._schedules: dict[int, _Schedule] = {}

    def schedule(self, recursion: Recursion) -> _Schedule:
        """The schedule of a formula; a nested one has the same for all its applications."""
        if id(recursion) not in self._schedules:  # the schedule keeps it alive
            self._schedules[id(recursion)] = _schedule(recursion)
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
            scope.states[_key(equation, context.env)] = self.evaluator.right_side(
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


def _key(equation: Equation, env: Env) -> StateKey:
    """The state that an equation defines."""
    return equation.lhs.name, *(index_value(index, env) for index in equation.lhs.indices)


def _schedule(recursion: Recursion) -> _Schedule:
    explicit: dict[tuple[str, int], list[tuple[Equation, Env]]] = {}
    general: list[Equation] = []
    for equation in (*recursion.initial, *recursion.equations):
        if equation.step_index is not None:
            general.append(equation)
            continue
        for env in ranges(equation.families, {}):
            step = index_value(equation.lhs.indices[0], env)
            explicit.setdefault((equation.lhs.name, step), []).append((equation, env))
    given = set(explicit)
    state = input_state(recursion, given)
    known = given | {(state, 0)} if state else given
    firsts = [(equation, first_step(equation, recursion.index, known)) for equation in general]
    return _Schedule(recursion, explicit, firsts, state)


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
