"""Butcher tableaux: a Runge-Kutta method as frozen, exact data with derived facts.

A, b, c as in Hairer, Norsett, Wanner, Solving Ordinary Differential Equations I, II.1. An RK stage
is always written in full; a stage alone is a part of a backbone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sympy import Add, Expr, latex
from sympy.printing.printer import Printer

from formula2net.errors import Problem, TableauError
from formula2net.language.schemes.claims import misfits, square, wrong_claims
from formula2net.language.schemes.numbers import exact_numbers
from formula2net.language.schemes.order import Condition, OrderConditions
from formula2net.language.schemes.tableau_text import tableau_latex, tableau_text

if TYPE_CHECKING:
    from formula2net.language.recursion import Recursion


@dataclass(frozen=True, init=False, repr=False)
class ButcherTableau:
    """A Runge-Kutta method (A, b, c), exact, with its order proved when it is claimed.

    One step, with the step size in F, is `k_i = F_i(x + sum_j a_ij k_j)`, `x + sum_i b_i k_i`.
    Numbers may be integers, fractions, SymPy numbers made of roots, or text such as "sqrt(6)/4".
    Tableaux are equal when their numbers and orders are; name and source do not count.

    Args:
        A: One row for each RK stage: the entries below the diagonal (the first row is empty), or
            full rows.
        b: Weights, one for each RK stage.
        c: Abscissae; the row sums of A, which is checked when they are given.
        b_hat: Weights of the embedded method.
        order: The order of (A, b), checked exactly: the conditions up to it hold, one beyond it
            fails. None makes no claim, and then no network.
        embedded_order: The same for (A, b_hat).
        name: Short name.
        source: Where the numbers were published.

    Raises:
        TableauError: Lists every float and misfit; or names the first rooted tree whose condition
            fails.
    """

    A: tuple[tuple[Expr, ...], ...]
    b: tuple[Expr, ...]
    c: tuple[Expr, ...]
    b_hat: tuple[Expr, ...] | None
    order: int | None
    embedded_order: int | None
    name: str = field(compare=False)
    source: str = field(compare=False)

    def __init__(
        self,
        A: Iterable[Sequence[object]],
        b: Iterable[object],
        c: Iterable[object] | None = None,
        b_hat: Iterable[object] | None = None,
        *,
        order: int | None = None,
        embedded_order: int | None = None,
        name: str = "",
        source: str = "",
    ) -> None:
        problems: list[Problem] = []
        weights = exact_numbers(b, "b_", problems)
        rows = square(A, len(weights), problems)
        sums = exact_numbers((Add(*row) for row in rows), "c_", problems)
        facts = {
            "A": rows,
            "b": weights,
            "c": sums if c is None else exact_numbers(c, "c_", problems),
            "b_hat": None if b_hat is None else exact_numbers(b_hat, "b_hat_", problems),
            "order": order,
            "embedded_order": embedded_order,
            "name": name,
            "source": source,
        }
        for key, value in facts.items():
            object.__setattr__(self, key, value)
        problems = problems or misfits(self, sums) or wrong_claims(self)
        if problems:
            raise TableauError(*problems)

    @property
    def stages(self) -> int:
        """Number s of RK stages."""
        return len(self.b)

    @property
    def is_explicit(self) -> bool:
        """Whether every RK stage reads earlier ones only."""
        return not any(any(row[i:]) for i, row in enumerate(self.A))

    @property
    def used_stages(self) -> tuple[int, ...]:
        """RK stages, from 1, that b reads, itself or through others; the network has these."""
        found = {i for i, weight in enumerate(self.b) if weight}
        todo = list(found)
        while todo:
            row = self.A[todo.pop()]
            new = {j for j, entry in enumerate(row) if entry} - found
            found |= new
            todo += new
        return tuple(sorted(i + 1 for i in found))

    @property
    def unused_stages(self) -> tuple[int, ...]:
        """RK stages, from 1, that only b_hat or nothing reads: dropped from the network."""
        used = self.used_stages
        return tuple(i for i in range(1, self.stages + 1) if i not in used)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the fixed-step network leaves out, one sentence each."""
        return tuple(
            f"RK stage {i} is not used by b and is dropped from the fixed-step network."
            for i in self.unused_stages
        )

    def compute_order(self, max_order: int = 10) -> int:
        """The p for which all conditions up to p hold and one of order p + 1 fails.

        The answer is `max_order` if the conditions hold that far: order 10 has 719 of them, and
        each further order about 2.7 times as many.

        Args:
            max_order: The last order that is tried.
        """
        return OrderConditions(self.A).order(self.b, max_order)

    def order_conditions(self, order: int) -> tuple[Condition, ...]:
        """The conditions of exactly this order, with what b gives and what it should give.

        Args:
            order: 1, 2, ...; there is a condition for each rooted tree of so many nodes.
        """
        return tuple(OrderConditions(self.A).of_order(self.b, order))

    def recursion(self, state: str = "X", block: str = "F") -> Recursion:
        """One fixed step of this method as a step of a network.

        RK stage s of step i is the block F[i, s], and its output the state K<s>: a step has as
        many blocks as RK stages that b uses (`used_stages`). The others (`unused_stages`, the last
        one of dormand_prince54) serve step size control only, and are dropped. The step size is
        absorbed in the blocks.

        Args:
            state: Name of the state.
            block: Name of the blocks.

        Raises:
            TableauError: If the method is implicit, or claims no order.
        """
        from formula2net.language.schemes.networks import tableau_recursion

        return tableau_recursion(self, state, block)

    def __repr__(self) -> str:
        rows = [row[:i] for i, row in enumerate(self.A)] if self.is_explicit else self.A
        facts: dict[str, object] = {"b_hat": self.b_hat and _texts(self.b_hat)}
        facts |= {"order": self.order, "embedded_order": self.embedded_order}
        facts |= {"name": self.name or None, "source": self.source or None}
        given = "".join(f", {key}={fact!r}" for key, fact in facts.items() if fact is not None)
        return f"ButcherTableau({[_texts(row) for row in rows]}, {_texts(self.b)}{given})"

    def __str__(self) -> str:
        return tableau_text(self)

    def _latex(self, printer: Printer, *args: object) -> str:
        """SymPy's hook."""
        return tableau_latex(self, printer)

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {latex(self)}$"


def _texts(numbers: Iterable[Expr]) -> list[str]:
    return [str(number) for number in numbers]
