"""Whether a tableau has the order that is claimed for it; its first failing tree where not."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Expr

from formula2net.errors import Problem
from formula2net.language.schemes.order import OrderConditions
from formula2net.language.schemes.tableau_text import short


def wrong_claim(
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
