"""Whether every value that an equation reads can be there when it is computed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sympy import Expr, Integer

from formula2net.language.checks.finding import Finding
from formula2net.language.equation import Equation
from formula2net.language.printing import text_of
from formula2net.language.references import Reference, references
from formula2net.language.symbols import StateAt


def check_order(
    equation: Equation, earlier: Sequence[Equation], later: Sequence[Equation]
) -> Iterator[Finding]:
    """Problems of what an equation reads.

    Args:
        equation: One equation, as it was written.
        earlier: The equations of the same list before it: their values of this step are there.
        later: The equations of the same list after it.
    """
    step = equation.lhs.indices[0]
    for reference in references(equation.rhs, (1,)):
        ahead = reference.ahead(step)
        if ahead is None or (ahead > 0 and _is_input(reference.value, (*earlier, *later))):
            continue
        read, defined = text_of(reference.value), text_of(equation.lhs)
        if ahead > 0:
            what = f"{defined} reads {read}, which is computed later."
            yield _finding(reference, equation, ahead, what)
        elif _same_value(reference.value, equation.lhs):
            solver = "an implicit scheme needs a solver; see docs/notation.md"
            yield _finding(reference, equation, 0, f"{defined} is defined by itself.", solver)
        elif _defined_by(later, reference) and not _defined_by(earlier, reference):
            yield Finding(
                reference.path,
                f"{defined} reads {read}, which a later equation defines.",
                try_=f"put the equation of {read} first",
            )


def _finding(
    reference: Reference, equation: Equation, ahead: int, what: str, try_: str = ""
) -> Finding:
    step, *lanes = equation.lhs.indices
    back = [text_of(StateAt(reference.value.state, step - lag, *lanes)) for lag in (1, 2)]
    return Finding(
        reference.path,
        what,
        got=f"lag {-ahead}",
        expected=f"{back[0]}, {back[1]}, ...",
        try_=try_,
    )


def _is_input(value: StateAt, others: Sequence[Equation]) -> bool:
    """Whether a state is read at 0 and no equation defines it there: it is the stem's output."""
    return value.indices[0] == 0 and not any(
        line.name == value.name and (line.lhs.indices[0] == 0 or bool(line.families))
        for line in others
        if isinstance(line.lhs, StateAt)
    )


def _same_value(read: StateAt, defined: StateAt) -> bool:
    return read.state == defined.state and read.indices[1:] == defined.indices[1:]


def _defined_by(equations: Sequence[Equation], reference: Reference) -> bool:
    """Whether one of the equations defines the value; indices that are not numbers may be any."""
    value = reference.value
    return any(
        line.name == value.name and _may_agree(line.lhs.indices, value.indices)
        for line in equations
        if isinstance(line.lhs, StateAt)
    )


def _may_agree(some: Sequence[Expr], others: Sequence[Expr]) -> bool:
    return all(
        one == other or not (isinstance(one, Integer) and isinstance(other, Integer))
        for one, other in zip(some, others, strict=False)
    )
