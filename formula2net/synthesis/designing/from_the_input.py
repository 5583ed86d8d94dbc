"""Design for source 0: the minimal system, and forms with one State symbol."""

from __future__ import annotations

from collections.abc import Iterator

from formula2net.language.symbols import Operator
from formula2net.paths.compare import compare
from formula2net.synthesis.designing import one_state_forms
from formula2net.synthesis.designing.answers import Answer, Answers, plural
from formula2net.synthesis.designing.equations import equations
from formula2net.synthesis.designing.hankel import Hankel, Rows, find_rows
from formula2net.synthesis.designing.measures import measured
from formula2net.synthesis.designing.realisation import (
    System,
    automaton_of,
    by_columns,
    by_differences,
    by_rows,
)
from formula2net.synthesis.designing.series import Series, words

LAG = 3  # of forms with one State symbol, unless it is given
LATER = 2  # last initial steps beyond the first that may save values


def from_the_input(series: Series, block: Operator, lag: int | None, states: int | None) -> Answers:
    """The answers for source 0; other arguments as of `design`."""
    known = series.known_to
    wanted = [length for length in range(1, known + 1) if any(series.table(length))]
    if not wanted or wanted[-1] < known // 2:
        beyond = wanted[-1] + 1 if wanted else 1
        return Answers((), f"No path is wanted at depths {beyond} to {known}.")
    of_rank, of_form = list[str](), list[str]()
    forms = list(_one_state(series, block, LAG if lag is None else lag, of_form))
    answers: list[Answer] = []
    for answer in sorted((*forms, *_systems(series, block, of_rank)), key=lambda a: a.rank):
        if not any(_same(answer, other) for other in answers):
            answers.append(answer)
    within = [answer for answer in answers if states is None or answer.states <= states]
    proof = [*of_rank, *of_form]
    if answers and not within:
        least = min(answer.states for answer in answers)
        proof.append(f"Every answer carries {plural(least, 'value')} or more, and states={states}.")
    return Answers(within, " ".join(proof))


def _same(answer: Answer, other: Answer) -> bool:
    """Whether two answers are the same network, and reach back as far."""
    alike = (answer.states, answer.lag, answer.last_initial)
    if alike != (other.states, other.lag, other.last_initial):
        return False
    return compare(answer.recursion, other.recursion, depth=6).equal_network


def _systems(series: Series, block: Operator, proof: list[str]) -> Iterator[Answer]:
    """Minimal systems: from the first depth on, and with later initial steps where these save."""
    least: int | None = None
    for first in range(series.first, series.first + 1 + LATER):
        hankel = Hankel(series, first)
        rows = find_rows(hankel)
        size = len(rows.basis)
        if least is not None and size >= least:
            continue
        if not _realises(series, rows, first):
            if least is None:
                proof.append(_grows(hankel))
                return
            continue
        least = size
        proof.append(_rank(hankel, rows))
        yield from _in_bases(by_rows(series, rows, first), series, block, proof)


def _in_bases(system: System, series: Series, block: Operator, proof: list[str]) -> list[Answer]:
    """A system in the bases that are known to give short, or exact, equations."""

    def answers(each: System) -> Iterator[Answer]:
        recursion, size = equations(each, series, block), len(each.keep)
        evidence, last = _evidence(series), each.first
        return measured(recursion, series, 1, evidence, proof, states=size, last_initial=last)

    found = list(answers(system))
    if system.first <= 1:
        found += answers(by_columns(system))
    if all(answer.formal for answer in found):
        found += [answer for answer in answers(by_differences(system)) if not answer.formal]
    return found


def _realises(series: Series, rows: Rows, first: int) -> bool:
    """Whether a basis of rows gives all words that are known."""
    if not rows.closed or not rows.basis:  # what is wanted from some depth on has no rows before
        return False
    if series.automaton is not None:
        return True
    automaton = automaton_of(series, rows)
    columns = [tuple(series.weight((*word, *v)) for word in rows.basis) for v in words(first)]
    for length in range(first, series.known_to + 1):
        if [column[0] for column in columns] != list(series.table(length)):
            return False
        columns = automaton.longer(columns)
    return True


def _one_state(series: Series, block: Operator, lag: int, proof: list[str]) -> Iterator[Answer]:
    """Forms with one State symbol, of the least lag and degree."""
    first, last = series.first, None
    for last in one_state_forms.attempts(series, first, lag):
        if last.coefficients is not None:
            for form in one_state_forms.forms(last, series, block, first):
                lag, given = max(last.coefficients), last.lag + first - 1
                evidence = _evidence(series)
                yield from measured(form, series, lag, evidence, proof, last_initial=given)
            return
    if last is not None:
        beyond = f" Words up to depth {series.known_to} do not decide about lag {last.lag + 1}"
        proof.append(
            f"No form with one State symbol has a lag up to {last.lag} and coefficients of any "
            "degree in the blocks of those steps, the same in every step, from "
            f"i = {last.lag + first} on: "
            f"{plural(last.equations, 'linear equation')} on words contradict each other."
            + (f"{beyond} and more." if last.lag < lag else "")
        )


def _rank(hankel: Hankel, rows: Rows) -> str:
    """What the ranks say of a target that has a system."""
    size, most, cuts = len(rows.basis), rows.applications, hankel.cuts(hankel.series.known_to)
    known = hankel.series.known_to
    where = "at every depth" if hankel.proved else f"for all words up to depth {known}"
    return (
        f"The Hankel matrix f(u·v), over columns of length {hankel.first} and more, has rank "
        f"{size}, and f(u·use·v) has rank {most}. So, with {hankel.first} as the last initial "
        f"step, {plural(size, 'value')} and {plural(most, 'application')} a step suffice {where}, "
        "and with coefficients that do not depend on the index fewer do not. Columns of one "
        f"length have rank {max(cuts)}: with coefficients that depend on the index no less than "
        f"{plural(max(cuts), 'value')} will do."
    )


def _grows(hankel: Hankel) -> str:
    """The ranks of a target for which no end is seen."""
    known = hankel.series.known_to
    ranks, cuts = hankel.ranks(known), hankel.cuts(known)
    last = hankel.first + len(cuts) - 1
    return (
        f"The Hankel matrix f(u·v) grows: with rows up to length 0, 1, ..., {len(ranks) - 1} its "
        f"ranks are {', '.join(map(str, ranks))}. With coefficients that do not depend "
        f"on the index fewer than {plural(ranks[-1], 'value')} do not suffice, "
        f"and no end is seen among all words up to depth {known}. Columns of one length "
        f"{hankel.first}, ..., {last} have the ranks {', '.join(map(str, cuts))}: these bound "
        "coefficients that depend on the index as well."
    )


def _evidence(series: Series) -> str:
    if series.automaton is not None:
        return "proved for every depth"
    return f"checked for all words up to depth {series.known_to}"
