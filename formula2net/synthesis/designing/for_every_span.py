"""Design for every span: the one form that a target has, if its lag is finite."""

from __future__ import annotations

from formula2net.language.symbols import Operator
from formula2net.synthesis.designing.answers import Answer, Answers, plural
from formula2net.synthesis.designing.every_span import EverySpan, every_span, first_word, forms
from formula2net.synthesis.designing.measures import measured
from formula2net.synthesis.designing.series import Series

ONE = "A target for every span has at most one form X_L = sum of A_k(L) X_{L-k}"


def for_every_span(series: Series, block: Operator, lag: int | None, states: int | None) -> Answers:
    """The answers for every span; arguments as of `design`."""
    found = every_span(series, series.known_to)
    if not found.lag:
        return Answers((), f"No path is wanted up to span {found.reach}.")
    if not found.ended or (lag is not None and found.lag > lag):
        return Answers((), _too_long(found))
    evidence = _evidence(found, series)
    answers, notes, first = list[Answer](), list[str](), found.lag - 1
    for form in forms(found, block):
        answers += measured(
            form, series, found.lag, evidence, notes, last_initial=first, every_span=True
        )
    within = [answer for answer in answers if states is None or answer.states <= states]
    proof = " ".join([f"{ONE}. Here A_{found.lag} is the last that is not 0: {evidence}.", *notes])
    if answers and not within:
        least = plural(min(answer.states for answer in answers), "value")
        proof += f" The form carries {least}, and states={states}."
    return Answers(within, proof)


def _evidence(found: EverySpan, series: Series) -> str:
    zeros = f"A_k is 0 for k = {found.lag + 1}..{found.reach}"
    if series.automaton is None or not found.proved:
        return f"{zeros}, checked and not proved beyond"
    size = series.automaton.dimension + (not series.empty)
    return f"{zeros}, and {size} in a row prove it for every span"


def _too_long(found: EverySpan) -> str:
    """Why there is no form of finite lag, or of the one that is asked for."""
    k = found.lag
    size = len(found.coefficients[k])
    count = "the one word" if size == 1 else f"{size} words, such as"
    text = (
        f"{ONE}, and its lag is p only if A_k = 0 for all k > p. A_{k} has {count} "
        f"{first_word(found, k)}, so no form has a lag up to {k - 1}."
    )
    return f"{text} The form has lag {k}." if found.ended else text
