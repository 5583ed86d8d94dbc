"""Tables of fractions: numerators by length over one denominator, in lowest terms.

Denominators of RK stages mostly cancel in the step that they belong to: those of dormand_prince87
grow by 1,290 bits a step, and all but 111 of them cancel. So each table is reduced, and it is a
list: in one integer its fields would have to hold what cancels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

from formula2net.ir.coefficient import reduced

Number = int | Fraction


@dataclass(frozen=True, slots=True)
class Quotients:
    """A fraction for each length 0, 1, ...

    Attributes:
        numerators: by length.
        denominator: of all of them; no factor of it divides all numerators.
    """

    numerators: Sequence[int]
    denominator: int

    def longer(self, by: int) -> Quotients:
        """The same fractions for greater lengths."""
        return Quotients([*[0] * by, *self.numerators], self.denominator) if by else self

    def by_length(self) -> dict[int, Number]:
        """The fractions that are not 0."""
        pairs = enumerate(self.numerators)
        return {k: reduced(Fraction(n, self.denominator)) for k, n in pairs if n}


def weighted_sum(terms: Sequence[tuple[Number, Quotients]]) -> Quotients:
    """The sum of tables, each times a number, in lowest terms."""
    if len(terms) == 1 and terms[0][0] == 1:
        return terms[0][1]
    below = lcm(*(weight.denominator * table.denominator for weight, table in terms))
    total = [0] * max((len(table.numerators) for _, table in terms), default=0)
    for weight, table in terms:
        factor = weight.numerator * (below // (weight.denominator * table.denominator))
        for k, numerator in enumerate(table.numerators):
            total[k] += factor * numerator
    common = gcd(below, *total)
    if common == 1:
        return Quotients(total, below)
    return Quotients([numerator // common for numerator in total], below // common)
