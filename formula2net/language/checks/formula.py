"""All that can be wrong with a formula before its depth is known, found at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sympy import Basic, Integer, S

from formula2net.errors import Problem
from formula2net.language.checks.finding import Finding, problems_in
from formula2net.language.checks.numbers import check_index
from formula2net.language.checks.order import check_order
from formula2net.language.checks.terms import check_feature
from formula2net.language.checks.together import check_together, counted
from formula2net.language.equation import Equation
from formula2net.language.given import expects_problems
from formula2net.language.printing import print_with_spans, text_of
from formula2net.language.references import references
from formula2net.language.symbols import Index, State, StateAt


def find_problems(
    equations: Sequence[Equation],
    initial: Sequence[Equation],
    output: Basic | None,
    expects: Mapping[Any, Any] | None,
) -> list[Problem]:
    """Every problem of a formula as it was written, in the order of its lines.

    Not found here is what depends on the depth or a backbone: missing initial values, values of
    growing windows, parts of unequal width.
    """
    problems = []
    for group, general in ((equations, True), (initial, False)):
        for place, equation in enumerate(group):
            findings = list(_check_left(equation, general))
            if not findings:
                findings += check_order(equation, group[:place], group[place + 1 :])
            findings += _check_right(equation)
            problems += problems_in(equation, findings)
    lines = [line for line in equations if isinstance(line.lhs, StateAt)]
    lines += [line for line in initial if isinstance(line.lhs, StateAt) and not line.step_index]
    problems += check_together(lines)
    problems += _check_output(output, lines)
    return problems + expects_problems(expects)


def _check_left(equation: Equation, general: bool) -> Iterator[Finding]:
    """The left-hand side is a state at i, i + 1, ... or at a fixed step."""
    lhs: Basic = equation.lhs
    if not isinstance(lhs, StateAt):
        what = f"{text_of(lhs)} is no state."
        yield Finding((0,), what, expected="X[i], X[i, k] or X[0] on the left-hand side")
        return
    own = equation.step_index
    scope = frozenset(family.index for family in equation.families)
    if own is not None and not general:
        what = f"The initial value of {lhs.name} is not for a fixed step."
        yield Finding((0,), what, expected=f"{lhs.name}[0], {lhs.name}[1], ...")
        return
    if own is not None and not isinstance(lhs.indices[0] - own, Integer):
        yield Finding((0,), f"{text_of(lhs)} is no step.", expected=f"{lhs.name}[{own}]")
    steps = scope if own is None else scope | {own}
    for place, index in enumerate(lhs.indices, start=1):
        yield from check_index(index, (0, place), steps if place == 1 else scope)


def _check_right(equation: Equation) -> Iterator[Finding]:
    scope = frozenset(family.index for family in equation.families)
    lhs: Basic = equation.lhs
    if not isinstance(lhs, StateAt):  # said already; so any index may be the step's
        scope |= {s for s in equation.rhs.free_symbols if isinstance(s, Index)}
    elif equation.step_index is not None:
        scope |= {equation.step_index}
    elif equation.rhs is S.Zero:  # a state may start at nothing
        return
    yield from check_feature(equation.rhs, (1,), scope)


def _check_output(output: Basic | None, lines: Sequence[Equation]) -> Iterator[Problem]:
    defined = {line.name: len(line.lhs.indices) for line in lines}
    if isinstance(output, State):
        output = output[Index("L")]
    if output is None:
        yield from _default_output(lines)
        return
    text, spans = print_with_spans(output)
    lead = "output = "
    spans = {path: (start + len(lead), end + len(lead)) for path, (start, end) in spans.items()}
    ends = sorted((s for s in output.free_symbols if isinstance(s, Index)), key=str)
    findings = list(check_feature(output, (), frozenset(ends[:1])))
    for reference in references(output):
        name, count = reference.value.name, len(reference.value.indices)
        if name not in defined:
            findings.append(Finding(reference.path, f"{name} has no equation."))
        elif count != defined[name]:
            what = f"{text_of(reference.value)} has {counted(count)}, and {name} has "
            findings.append(Finding(reference.path, f"{what}{counted(defined[name])} elsewhere."))
        elif ends and reference.ahead(ends[0]):
            what = f"{text_of(reference.value)} is after the last step {ends[0]}."
            findings.append(Finding(reference.path, what))
    for finding in findings:
        yield finding.problem(lead + text, spans)


def _default_output(lines: Sequence[Equation]) -> Iterator[Problem]:
    general = [line for line in lines if line.step_index]
    last = general[-1] if general else None
    if last is not None and len(last.lhs.indices) > 1:
        yield Problem(
            f"{last.name} has lanes, so the output has to be given.",
            try_=f"output=Sum({last.name}[i, k], (k, 1, 4))",
        )
