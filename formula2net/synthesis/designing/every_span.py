"""Targets for every span: dX_L/dX_{L-m} for all m has at most one form of finite lag.

With X_L = sum of A_k(L) X_{L-k}, the paths of span k are f(L, k) = sum of A_j(L) f(L-j, k-j) over
j = 1..k, f being 1 for span 0. So A_1(L) = f(L, 1), and A_k(L) follows from those before it. As
series over {skip, use}: f = 1/(1 - A). If f has a linear representation of dimension n, so has A;
then A_k = 0 for n values of k in a row means A_k = 0 for all that follow (Schuetzenberger 1961).
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Integer

from formula2net.language.recursion import Recursion
from formula2net.language.symbols import Operator
from formula2net.synthesis.designing.linear import Number
from formula2net.synthesis.designing.series import Series, Used, letters_of, number_of, words
from formula2net.synthesis.designing.spelling import Coefficients, forms_of


@dataclass(frozen=True)
class EverySpan:
    """The coefficients A_k as far as they were computed.

    Attributes:
        coefficients: for every k the words of A_k with their weights; empty where A_k is 0.
        reach: the last k that was computed.
        proved: whether A_k is 0 for all k beyond the last one that is not.
    """

    coefficients: Coefficients
    reach: int
    proved: bool

    @property
    def lag(self) -> int:
        """The last k for which A_k is not 0, as far as was computed."""
        return max((k for k, weights in self.coefficients.items() if weights), default=0)

    @property
    def ended(self) -> bool:
        """Whether the last A_k that was computed is 0."""
        return self.lag < self.reach


def every_span(series: Series, reach: int) -> EverySpan:
    """The coefficients A_1, ..., A_reach of the one form that a target has."""
    coefficients: dict[int, dict[Used, Number]] = {}
    for k in range(1, reach + 1):
        rest = list(series.table(k))
        for j, weights in coefficients.items():
            below = series.table(k - j)
            for word, weight in weights.items():
                start = number_of(word) << (k - j)
                for place, other in enumerate(below, start=start):
                    if other:
                        rest[place] -= weight * other
        coefficients[k] = {word: c for word, c in zip(words(k), rest, strict=True) if c}
    known = EverySpan(coefficients, reach, False)
    automaton = series.automaton
    zeros = reach - known.lag
    proved = automaton is not None and zeros >= automaton.dimension + (not series.empty)
    return EverySpan(coefficients, reach, proved)


def forms(found: EverySpan, block: Operator) -> list[Recursion]:
    """The form of a target, as it stands and with one application of W_i where that differs.

    Terms before X_0 are dropped, so the first steps are the initial values.
    """
    coefficients = {k: weights for k, weights in found.coefficients.items() if k <= found.lag}
    return forms_of(
        coefficients,
        block,
        lambda rule: [
            rule(coefficients, block, Integer(step), step) for step in range(1, found.lag)
        ],
    )


def first_word(found: EverySpan, k: int) -> str:
    """A word that A_k has, with its weight, for messages."""
    word, weight = next(iter(found.coefficients[k].items()))
    if not any(word):
        return str(weight)
    return f"{weight}*{letters_of(word)}" if weight != 1 else letters_of(word)
