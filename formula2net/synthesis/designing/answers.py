"""What a design answers: recursions, measured and ranked, and what is proved of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import overload

from formula2net.language.recursion import Recursion

DEPTH = 6  # at which answers are measured


@dataclass(frozen=True)
class Answer:
    """A recursion that has the wanted paths. `compile` and `compare` take it as its recursion.

    Attributes:
        recursion: the formula.
        states: how many values are carried from step to step.
        lag: how many states back a term reaches.
        applications: how often W_i is applied in a step.
        wired: number of wired paths at depth 6.
        formal: whether the target comes out only where different applications of one block cancel,
            as they do on paper and not in a network.
        last_initial: the last step that is given by itself; 0 where only X_0 is.
        cancellation: where terms cancel, and whether they do so in a network.
        evidence: for which depths this is known.
    """

    recursion: Recursion
    states: int
    lag: int
    applications: int
    wired: int
    formal: bool
    last_initial: int
    cancellation: str
    evidence: str

    @property
    def rank(self) -> tuple[bool, int, int, int, int, int]:
        """What answers are sorted by, the best first.

        Formal ones are last. Fewer values may do where more steps are given, so answers are ranked
        by their cost among those with the same last initial step.
        """
        cost = self.states, self.lag, self.applications, self.wired
        return self.formal, self.last_initial, *cost

    def __str__(self) -> str:
        facts = [
            plural(self.states, "state"),
            f"lag {self.lag}",
            plural(self.applications, "application") + " a step",
            plural(self.wired, "wired path") + f" at depth {DEPTH}",
        ]
        return f"{self.recursion}\n  {', '.join(facts)}\n  {self.cancellation}; {self.evidence}"

    __repr__ = __str__

    def _repr_latex_(self) -> str:
        return self.recursion._repr_latex_()


class Answers(Sequence[Answer]):
    """Answers, the best first.

    Args:
        answers: in any order.
        proof: what was found out, in words and figures: why there are no others, or none at all.
    """

    def __init__(self, answers: Iterable[Answer], proof: str) -> None:
        self._answers = sorted(answers, key=lambda answer: answer.rank)
        self.proof = proof

    def __len__(self) -> int:
        return len(self._answers)

    @overload
    def __getitem__(self, place: int) -> Answer: ...
    @overload
    def __getitem__(self, place: slice) -> list[Answer]: ...
    def __getitem__(self, place: int | slice) -> Answer | list[Answer]:
        """An answer, or several.

        Raises:
            IndexError: there are not so many; says why.
        """
        try:
            return self._answers[place]
        except IndexError:
            what = f"There is no answer {place} of {len(self)}: {self.proof}"
            raise IndexError(what) from None

    def __str__(self) -> str:
        return "\n".join([*map(str, self._answers), self.proof])

    def __repr__(self) -> str:
        return f"<{plural(len(self), 'answer')}: {self.proof}>"


def plural(number: int, noun: str) -> str:
    """A number with its noun."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
