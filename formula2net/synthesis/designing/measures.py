"""Facts of an answer, from its program: applications, values carried, paths by application."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from formula2net.errors import FormulaError, PathCountError, Problem
from formula2net.ir.program import Program
from formula2net.language.recursion import Recursion
from formula2net.passes.unroll import unroll
from formula2net.paths.polynomial import PathPolynomial
from formula2net.synthesis.designing.answers import DEPTH, Answer
from formula2net.synthesis.designing.cancellation import cancellation
from formula2net.synthesis.designing.linear import Number
from formula2net.synthesis.designing.series import Series, Used, letters_of, words

MORE = 2  # steps behind the first that reads as far back as the lag, which are compared as well
MOST_WORDS = 20_000  # that are compared at one depth; with more of them, at fewer depths


def measured(
    recursion: Recursion,
    series: Series,
    lag: int,
    evidence: str,
    proof: list[str],
    *,
    states: int | None = None,
    last_initial: int = 0,
    every_span: bool = False,
) -> Iterator[Answer]:
    """The answer that a recursion is; none if it makes no network, which ``proof`` says then.

    A block may have to read what cancels to nothing at some step. Other arguments are those of
    :func:`measure`.
    """
    try:
        yield measure(
            recursion,
            series,
            lag,
            evidence,
            states=states,
            last_initial=last_initial,
            every_span=every_span,
        )
    except FormulaError as error:
        shown = "; ".join(str(recursion).splitlines())
        proof.append(f"{shown} makes no network: {error.problems[0].what}")


def measure(
    recursion: Recursion,
    series: Series,
    lag: int,
    evidence: str,
    *,
    states: int | None = None,
    last_initial: int = 0,
    every_span: bool = False,
) -> Answer:
    """An answer with its figures; its words are compared with the target's one by one.

    Args:
        recursion: the formula.
        series: the target.
        lag: the formula's.
        evidence: for which depths it is known that the paths are the target's.
        states: how many values are carried; counted in the program unless given.
        last_initial: the last step that is given by itself.
        every_span: whether paths from all states count, or from X_0 only.

    Raises:
        PathCountError: the formula has other paths than the target.
        FormulaError: the formula makes no network.
    """
    formal = False
    for depth in range(1, max(DEPTH, lag + MORE) + 1):
        for source in _sources(depth, lag) if every_span else (0,):
            paths = recursion.paths(depth, source=source)
            if paths.words <= MOST_WORDS:
                formal |= _cancels(paths, series, depth, source)
    long = lag + DEPTH
    program, longer = unroll(recursion, long), unroll(recursion, long + 1)
    return Answer(
        recursion=recursion,
        states=_carried(program, lag + 3) if states is None else states,
        lag=lag,
        applications=_applications(longer) - _applications(program),
        wired=recursion.paths(DEPTH).wired,
        formal=formal,
        last_initial=last_initial,
        cancellation=cancellation(recursion, lag, formal),
        evidence=evidence,
    )


def _sources(depth: int, lag: int) -> list[int]:
    """The states that paths may start from: X_0, and those that no initial value is near.

    An initial value lacks the terms before X_0, so it may be the same value as a term of a later
    step: where X_1 = W_1(X_0), what reads W_1(X_0) reads X_1 (design 4), and paths from this X_1
    are others than those from any later state.
    """
    return [0, *range(2 * lag - 1, depth)]


def _cancels(paths: PathPolynomial, series: Series, depth: int, source: int) -> bool:
    """Whether applications of one block cancel; checks that what is left is the target.

    Raises:
        PathCountError: it is not.
    """
    blocks = range(depth, source, -1)
    total: dict[Used, Number] = {}
    size: dict[Used, Number] = {}
    for letters, coefficient in paths:
        used = _projected(letters, blocks)
        total[used] = total.get(used, 0) + coefficient
        size[used] = size.get(used, 0) + abs(coefficient)
    for word in words(len(blocks)):
        wanted = series.weight(word)
        if total.get(word, 0) != wanted:
            what = f"{letters_of(word, str(depth))} has the weight {total.get(word, 0)}."
            raise PathCountError(Problem(what, expected=str(wanted)))
    return any(size[word] != abs(total[word]) for word in total)


def _projected(word: Iterable[str], blocks: range) -> Used:
    """Which blocks a word of applications uses: ``W_3@2`` is an application of W_3."""
    used = {int(letter.partition("@")[0].rpartition("_")[2]) for letter in word}
    return tuple(block in used for block in blocks)


def _applications(program: Program) -> int:
    """How many applications all steps have, whether or not this depth's output depends on them."""
    return sum(1 for _ in program.applications())


def _carried(program: Program, step: int) -> int:
    """How many values of a step and those before it are read behind it."""
    last = max(value for key, value in program.states.items() if key[1] == step)
    reads = {read for op in program.ops[last + 1 :] for read in op.operands}
    return sum(1 for read in reads | {program.output} if read <= last)
