"""Where values stand, and whose transition would adapt them (design 13)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from formula2net.ir.builder import Builder, Combination
from formula2net.ir.coefficient import Coefficient, reduced
from formula2net.ir.ops import Value, Width


@dataclass(frozen=True, slots=True)
class Place:
    """What a right-hand side, or a block, hands on: a stage's shape, or a part of its width.

    Attributes:
        step: the step.
        stage: its stage.
        width: of a right-hand side, in widths of the stage.
        whole: of what the formula hands on in all, which differs inside a formula used as a block.
    """

    step: int
    stage: int
    width: Width = 1
    whole: Width = 1

    def inside(self, slots: int) -> Place:
        """The place of the values in a formula that stands here as a block."""
        share = self.width if slots == 1 else reduced(Fraction(self.width) / slots)
        return Place(self.step, self.stage, share, self.width)


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a sum: its coefficient, its value, and whose transition would adapt it."""

    coefficient: Coefficient
    value: Value
    owner: str
    label: str


class Placement:
    """Sums of a program without a backbone: every value has one shape."""

    def __init__(self, builder: Builder) -> None:
        self.builder = builder

    def place(self, step: int) -> Place:
        """The place of a step."""
        return Place(step, 0)

    def sum(self, terms: Sequence[Term], target: Place | None) -> Value:
        """The value of a sum.

        Args:
            terms: its terms, in the formula's order.
            target: the place it must have; None in an argument, where the latest stage among the
                terms decides.
        """
        total: Combination = {}
        for term in terms:
            value = term.value if target is None else self.adapt(term, target)
            total[value] = total.get(value, 0) + term.coefficient
        return self.builder.combine(total)

    def adapt(self, term: Term, target: Place) -> Value:
        """The term's value in the target's shape: itself, or a transition of it."""
        return term.value

    def together(self, terms: Sequence[Term], target: Place | None) -> list[Value]:
        """The values of a gate's arguments, in one shape: the target's, or the latest's."""
        return [term.value for term in terms]

    def check_concat(self, values: Sequence[Value], text: Callable[[int], str]) -> None:
        """Refuses to concatenate values of different resolution, by the text of each term."""

    def check_split(self, value: Value, parts: int, text: str) -> None:
        """Refuses a split that does not cut between concatenated values, by the value's text."""

    def check_block(self, name: str, arg: Value, kind: str = "block") -> None:
        """Refuses a block, or a norm, that is applied to two shapes."""

    def is_ready(self, value: Value, place: Place) -> bool:
        """Whether a block of this place may read the value as it is."""
        return True
