"""Sequences with a linear recurrence: found from their values, solved by their roots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import sympy
from sympy.polys.matrices import DomainMatrix

from formula2net.paths.roots import roots_of
from formula2net.paths.series import Domain, Element

FITTED = 0.6  # share of the values that a recurrence is found from; it must hold for all of them
SPARE = 4  # values among those beyond the two that each coefficient needs
LATE = 2  # a recurrence may begin so many values late


@dataclass(frozen=True)
class Recurrence:
    """``a(n) = c_1 a(n-1) + ... + c_d a(n-d)`` for all n from d + 1 on.

    Attributes:
        coefficients: c_1, ..., c_d.
        domain: their field.
    """

    coefficients: tuple[Element, ...]
    domain: Domain

    @property
    def late(self) -> int:
        """How many first values do not obey the roots: trailing zero coefficients."""
        rest = list(self.coefficients)
        while rest and rest[-1] == self.domain.zero:
            rest.pop()
        return len(self.coefficients) - len(rest)

    def holds(self, values: Sequence[Element]) -> bool:
        """Whether a sequence obeys it everywhere."""
        order = len(self.coefficients)
        return all(
            values[n]
            == sum(
                (c * values[n - 1 - j] for j, c in enumerate(self.coefficients)), self.domain.zero
            )
            for n in range(order, len(values))
        )

    def __str__(self) -> str:
        terms = [
            self.domain.to_sympy(c) * sympy.Symbol(f"a(L - {j})")
            for j, c in enumerate(self.coefficients, start=1)
        ]
        return f"a(L) = {sympy.Add(*terms)}"


def find_recurrence(values: Sequence[Element], domain: Domain) -> Recurrence | None:
    """The shortest recurrence of the first values, if all the others obey it too."""
    fitted = values[: int(FITTED * len(values))]
    found = Recurrence(_shortest(fitted, domain), domain)
    if 2 * len(found.coefficients) + SPARE > len(fitted) or not found.holds(values):
        return None
    return found


def solve(recurrence: Recurrence, values: Sequence[Element], n: sympy.Symbol) -> sympy.Expr | None:
    """The n-th value, from n = 1 on, as an expression; None where the roots have no simple one."""
    late, domain = recurrence.late, recurrence.domain
    if late > LATE:
        return None
    order = len(recurrence.coefficients) - late
    roots = roots_of(recurrence.coefficients[:order], domain)
    if roots is None:
        return None
    indices = range(late + 1, late + order + 1)
    columns = [column for root in roots for column in root.basis(indices)]
    weights = iter(_solved(columns, [values[k - 1] for k in indices], domain))
    general = sympy.S.Zero
    for root in roots:
        general += root.term(list(islice(weights, root.width)), n)
    first = [(domain.to_sympy(values[k]), sympy.Eq(n, k + 1)) for k in range(late)]
    return sympy.Piecewise(*first, (general, True)) if first else general


def _solved(
    columns: Sequence[Sequence[Element]], right: Sequence[Element], domain: Domain
) -> list[Element]:
    size = len(right)
    if not size:
        return []
    matrix = DomainMatrix([list(column) for column in columns], (size, size), domain).transpose()
    solution = matrix.lu_solve(DomainMatrix([[value] for value in right], (size, 1), domain))
    return [row[0] for row in solution.to_list()]


def _shortest(values: Sequence[Element], domain: Domain) -> tuple[Element, ...]:
    """Berlekamp-Massey: the shortest recurrence that a list of values obeys."""
    current, before = [domain.one], [domain.one]
    order, gap, last = 0, 1, domain.one
    for n, _ in enumerate(values):
        miss = sum((c * values[n - j] for j, c in enumerate(current) if j <= n), domain.zero)
        if miss == domain.zero:
            gap += 1
            continue
        factor = miss / last
        fixed = current + [domain.zero] * max(0, len(before) + gap - len(current))
        for j, c in enumerate(before):
            fixed[j + gap] -= factor * c
        if 2 * order <= n:
            order, before, last, gap = n + 1 - order, current, miss, 1
        else:
            gap += 1
        current = fixed
    current += [domain.zero] * (order + 1 - len(current))
    return tuple(-c for c in current[1 : order + 1])
