"""Program -> Recursion: rolls up what `unroll` has unrolled.

A program is read as it would be at one stage (the paper view, design 7). `docs/rolling.md` says
which of the recursions that have its program is the answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from formula2net.errors import Formula2NetError, FormulaError, Problem
from formula2net.ir.ops import Apply
from formula2net.ir.program import Program
from formula2net.language.recursion import Recursion
from formula2net.passes.unroll import unroll
from formula2net.paths.isomorphism import isomorphism
from formula2net.paths.structure import wiring
from formula2net.synthesis.rolling.depth import last_step
from formula2net.synthesis.rolling.flat import as_needed, one_stage, with_scalars
from formula2net.synthesis.rolling.last_sum import with_last_sum
from formula2net.synthesis.rolling.lines import Lines, reads_input
from formula2net.synthesis.rolling.period import Period, periods
from formula2net.synthesis.rolling.states import Choice
from formula2net.synthesis.rolling.steps import Steps
from formula2net.synthesis.rolling.wires import Wires

TRIES = 4  # periods of an order that are tried, the best first


@dataclass(frozen=True)
class Rolled:
    """A recursion, and where it has the program that it was rolled up from.

    Attributes:
        recursion: the recursion.
        depth: the depth at which its program is the given one.
        first: the first step of the general equations; steps before it have equations of their own.
        lag: how many steps back a step reads.
    """

    recursion: Recursion
    depth: int
    first: int
    lag: int


def roll(program: Program, depth: int | None = None) -> Recursion:
    """The recursion that a program came from, in canonical form.

    Its program at one stage is the given one, without transitions: both are compared before it is
    returned.

    Args:
        program: a program whose steps are alike, but for the first ones.
        depth: how many steps it has. Unless given, the steps of its blocks say it, as `Apply.step`
            or as the first index of their names; else a step is as short as can be, and the last
            values that are computed without a block are those of step 0.

    Raises:
        FormulaError: says why there is none, or none that is sure.
    """
    return rolled(program, depth).recursion


def rolled(program: Program, depth: int | None = None) -> Rolled:
    """The same, with the depth at which the recursion has this program.

    Raises:
        FormulaError: as `roll`.
    """
    flat = one_stage(program)
    answer = _best([flat, as_needed(flat)], depth)  # the program's own order first
    split = with_last_sum(flat)
    if isinstance(answer, Problem) and split is not None:
        whole = _best([split], depth)
        answer = whole if isinstance(whole, Rolled) else answer
    if isinstance(answer, Problem):
        raise FormulaError(answer)
    return answer


def _best(programs: Sequence[Program], depth: int | None) -> Rolled | Problem:
    """The recursion of the first period that has one, or what is wrong with the best period."""
    orders = map(Wires, programs)
    found = [(period, wires) for wires in orders for period in periods(wires)[:TRIES]]
    problems = [
        Problem(
            "The program has no period.",
            got=f"{len(programs[0].ops)} values, and no two steps in a row that are alike",
            expected="steps that are alike: constant coefficients, and a bounded lag",
        )
    ]
    told = [pair for pair in found if pair[0].told]  # another step would have another depth
    for period, wires in told or found:
        answer = _rolled(period, wires, depth)
        if isinstance(answer, Rolled):
            return answer
        problems.append(answer)
    return problems[:2][-1]


def _rolled(period: Period, wires: Wires, depth: int | None) -> Rolled | Problem:
    """The recursion of one period, or what is wrong with it."""
    steps = Steps(wires, period, frozenset(Choice(wires, period).states))
    if steps.count < period.lag + 2:
        return Problem(
            f"The program is too shallow: {steps.count} steps are alike.",
            got=f"steps that read {period.lag} steps back",
            expected=f"at least {period.lag + 2} steps that are alike",
            try_="a greater depth",
        )
    held, blocks = _blocks(steps)
    if 3 * held < blocks:
        return Problem(
            f"Most of the program is no step: steps that are alike hold {held} of {blocks} blocks.",
            expected="at least a third of them",
        )
    last = last_step(steps, depth)
    if last is None:
        return Problem(
            f"The program does not have {depth} steps.", got=f"{steps.count} steps that are alike"
        )
    for first in range(last - steps.count + 1, last - steps.count + 2 + period.lag):
        for lines in _spellings(steps, last, first):
            recursion = _checked(lines)
            if recursion is not None:
                return Rolled(recursion, last, first, period.lag)
    return Problem(
        "The program's steps are alike, but no recursion was found that has this program.",
        got=f"{steps.count} steps of {period.length} values",
    )


def _blocks(steps: Steps) -> tuple[int, int]:
    """How many applications are in the steps that are alike, and how many there are."""
    ops = steps.wires.ops
    inside = {value for (_, back), value in steps.values.items() if back < steps.count}
    return (
        sum(isinstance(ops[value], Apply) for value in inside),
        sum(isinstance(op, Apply) for op in ops),
    )


def _spellings(steps: Steps, last: int, first: int) -> Iterator[Lines]:
    """With a state as the input at step 0, where one is; else with a symbol for the input."""
    if reads_input(steps, last):
        yield Lines(steps, last, first, named_input=False)
    yield Lines(steps, last, first, named_input=True)


def _checked(lines: Lines) -> Recursion | None:
    """The recursion, if it is one and has the program."""
    try:
        recursion = lines.recursion()
        own = one_stage(unroll(recursion, lines.last))
    except Formula2NetError:
        return None
    program = with_scalars(lines.wires.program, lines.names.scalars)
    same = isomorphism(wiring(program), wiring(own)) is not None
    return recursion if same else None
