"""What contradicts a tableau: lengths, abscissae, and orders that it does not have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sympy import Expr, Integer

from formula2net.errors import Problem
from formula2net.language.schemes.numbers import exact_numbers
from formula2net.language.schemes.order import OrderConditions
from formula2net.language.schemes.tableau_text import short

if TYPE_CHECKING:
    from formula2net.language.schemes.tableau import ButcherTableau

Rows = tuple[tuple[Expr, ...], ...]


def square(A: Iterable[Sequence[object]], stages: int, problems: list[Problem]) -> Rows:
    """The rows of A in exact numbers, filled up with zeros.

    Args:
        A: One row for each RK stage, full or below the diagonal.
        stages: Number of RK stages.
        problems: Takes what is wrong.
    """
    rows = [tuple(row) for row in A]
    if len(rows) != stages:
        expected = f"{stages}, one for each entry of b"
        hint = "the first row of an explicit method is empty: A=[[], [1]]"
        problems.append(Problem(f"A has {len(rows)} rows.", expected=expected, try_=hint))
    for i, row in enumerate(rows):
        if len(rows) == stages and len(row) not in (i, stages):
            expected = f"{i} (those below the diagonal) or {stages}"
            problems.append(Problem(f"Row {i + 1} of A has {len(row)} entries.", expected=expected))
    exact = [exact_numbers(row, f"a_{i},", problems) for i, row in enumerate(rows, start=1)]
    return tuple(row + (Integer(0),) * (stages - len(row)) for row in exact)


def misfits(tableau: ButcherTableau, sums: tuple[Expr, ...]) -> list[Problem]:
    """Lengths and abscissae that contradict A, whose rows have these sums; claims that are none."""
    problems = []
    if not tableau.b:
        problems.append(Problem(f"{_who(tableau)} has no RK stages.", try_="A=[[]], b=[1]"))
    for name, values in {"c": tableau.c, "b_hat": tableau.b_hat}.items():
        if values is not None and len(values) != tableau.stages:
            what = f"{name} has {len(values)} entries."
            problems.append(Problem(what, expected=f"{tableau.stages}, one for each RK stage"))
    for i, (got, total) in enumerate(zip(tableau.c, sums, strict=False), start=1):
        if got != total:
            what = f"c_{i} is not the sum of row {i} of A."
            problems.append(Problem(what, got=short(got), expected=short(total)))
    orders = {"order": tableau.order, "embedded_order": tableau.embedded_order}
    for name, order in orders.items():
        if order is not None and (type(order) is not int or order < 0):
            problems.append(Problem(f"{name}={order!r} is no order.", expected="0, 1, 2, ..."))
    if tableau.embedded_order is not None and tableau.b_hat is None:
        problems.append(Problem(f"embedded_order={tableau.embedded_order} has no b_hat."))
    return problems


def wrong_claims(tableau: ButcherTableau) -> list[Problem]:
    """What contradicts the orders that a tableau claims."""
    conditions, who = OrderConditions(tableau.A), _who(tableau)
    claims = [
        (who, tableau.b, tableau.order),
        (f"b_hat of {who}", tableau.b_hat, tableau.embedded_order),
    ]
    found = [
        _wrong_claim(conditions, whose, b, order)
        for whose, b, order in claims
        if b is not None and order is not None
    ]
    return [problem for problem in found if problem]


def _wrong_claim(
    conditions: OrderConditions, who: str, b: Sequence[Expr], order: int
) -> Problem | None:
    """What contradicts the claim that (A, b) has exactly this order; None if nothing does."""
    for n in range(1, order + 1):
        failure = conditions.first_failure(b, n)
        if failure:
            what = f"{who} is not of order {order}: the condition of the tree {failure.tree} fails."
            weight = f"sum {failure.tree.weight_text()} = {failure.expected}"
            off = f"{short(failure.got)} (off by {(failure.got - failure.expected).evalf(3)})"
            hint = f"correct the coefficients; as they are, the order is {n - 1}"
            return Problem(what, weight, got=off, expected=short(failure.expected), try_=hint)
    if conditions.first_failure(b, order + 1) is None:
        held = conditions.order(b, order + 3)
        return Problem(
            f"{who} has a higher order than {order}.", got=f"order={order}", try_=f"order={held}"
        )
    return None


def _who(tableau: ButcherTableau) -> str:
    return tableau.name or "The tableau"
