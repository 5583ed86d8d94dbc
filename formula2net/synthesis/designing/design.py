"""`design`: from the paths that are wanted to the recursions that have them.

The second entrance of Liao et al. (2021), Fig. 1: start with the general formula.
"""

from __future__ import annotations

from formula2net.errors import FormulaError, Problem
from formula2net.synthesis.designing.answers import Answers
from formula2net.synthesis.designing.for_every_span import for_every_span
from formula2net.synthesis.designing.from_the_input import from_the_input
from formula2net.synthesis.designing.targets import Target, read_target


def design(
    target: Target, source: int | None = None, lag: int | None = None, states: int | None = None
) -> Answers:
    """Finds the recursions whose paths are a target.

    Args:
        target: the general formula, as SymPy or text, in the free indices L (last) and m (span):
            the wanted dX_L/dX_{L-m}. Or a function of a tuple of booleans, W_L first, each saying
            whether a path uses the block: it returns whether the path is wanted, or its weight.
        source: None for every span m; 0 for dX_L/dX_0 only, where m is L.
        lag: the largest lag that an answer may have.
        states: the most values that an answer may carry from step to step.

    Returns:
        The answers, the best first. An empty sequence says in ``proof`` why there are none.

    Raises:
        FormulaError: the target is none, or a bound is no positive integer.
        NotationError: the target's text cannot be read.
    """
    for name, bound in (("lag", lag), ("states", states)):
        if bound is not None and (type(bound) is not int or bound < 1):
            raise FormulaError(Problem(f"{name} is {bound!r}.", expected="an integer from 1 on"))
    if source is not None and (type(source) is not int or source != 0):
        what = f"A target has no source {source!r}."
        raise FormulaError(Problem(what, expected="None for every span, or 0"))
    series, block = read_target(target, source, lag or 0)
    if source is None:
        return for_every_span(series, block, lag, states)
    return from_the_input(series, block, lag, states)
