"""The networks that schemes make: one fixed step is one step of a recursion.

The step size is absorbed in the blocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any

from sympy import Eq, Expr

from formula2net.errors import Problem, TableauError
from formula2net.language.recursion import Recursion
from formula2net.language.symbols import Index, Operator, State

if TYPE_CHECKING:
    from formula2net.language.schemes.multistep import LinearMultistep
    from formula2net.language.schemes.tableau import ButcherTableau


def tableau_recursion(tableau: ButcherTableau, state: str, block: str) -> Recursion:
    """One step of a Runge-Kutta method; see `ButcherTableau.recursion`."""
    _check_tableau(tableau)
    X, F, i = State(state), Operator(block), Index("i")
    k = {s: State(f"K{s}")[i] for s in tableau.used_stages}

    def moved(weights: Sequence[Expr]) -> Any:
        """The state of the step before plus its weighted RK stages, none with weight 0."""
        return sum((w * k[s] for s, w in enumerate(weights, start=1) if w), X[i - 1])

    equations = [Eq(k[s], F[i, s](moved(tableau.A[s - 1]))) for s in tableau.used_stages]
    return Recursion([*equations, Eq(X[i], moved(tableau.b))])


def multistep_recursion(method: LinearMultistep, state: str, block: str, initial: Any) -> Recursion:
    """One step of a multistep method; see `LinearMultistep.recursion`."""
    if not method.is_explicit:
        what = f"{method.name or 'The method'} is implicit: needs a solver, and makes no network."
        raise TableauError(Problem(what, got=f"beta_0 = {method.beta[0]}", expected="beta_0 = 0"))
    X, F, i = State(state), Operator(block), Index("i")
    lags = range(1, method.steps + 1)
    states = [-method.alpha[j] * X[i - j] for j in lags if method.alpha[j]]
    blocks = [method.beta[j] * F[i - j + 1](X[i - j]) for j in lags if method.beta[j]]
    if initial is None and method.steps > 1:
        initial = [Eq(X[m], X[m - 1] + F[m](X[m - 1])) for m in range(1, method.steps)]
    return Recursion(Eq(X[i], reduce(add, states + blocks)), initial=initial)


def _check_tableau(tableau: ButcherTableau) -> None:
    who = tableau.name or "The tableau"
    if not tableau.is_explicit:
        what = f"{who} is implicit: needs a solver, and makes no network."
        raise TableauError(Problem(what, expected="entries of A below the diagonal only"))
    if tableau.order is None:
        what = f"{who} claims no exact order and makes no network."
        order = tableau.compute_order()
        claim = f"order={order}" if order else "coefficients whose weights sum to 1 exactly"
        got = f"order=None; the conditions give {order}"
        raise TableauError(Problem(what, got=got, try_=claim))
