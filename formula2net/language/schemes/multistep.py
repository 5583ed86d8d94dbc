"""Linear multistep methods: exact data with a proved order, and the networks they make.

Conditions as in Hairer, Norsett, Wanner, Solving Ordinary Differential Equations I, III.2, with
coefficients counted by lag.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import count, zip_longest
from math import factorial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from sympy import Add, Expr, Integer, Symbol, latex
from sympy.printing.printer import Printer

from formula2net.errors import Problem, TableauError
from formula2net.language.schemes.numbers import exact_numbers

if TYPE_CHECKING:
    from formula2net.language.recursion import Recursion


@dataclass(frozen=True, init=False, repr=False)
class LinearMultistep:
    """The method `sum_j alpha_j X_{i-j} = sum_j beta_j F(X_{i-j})`, j = 0, 1, ..., exact.

    The step size is in F. Numbers may be integers, fractions, SymPy numbers made of roots, or text
    such as "3/2". They are divided by alpha_0, and zeros at the end are dropped, so that methods
    are equal when they compute the same.

    Args:
        alpha: Coefficients of the states by lag; alpha_0, that of X_i, is not 0.
        beta: Coefficients of the applications by lag; beta_0 is 0 in an explicit method.
        order: The order of accuracy, checked exactly; computed unless given.
        name: Short name.

    Raises:
        TableauError: Lists every float and misfit; or gives the first condition that fails.
    """

    alpha: tuple[Expr, ...]
    beta: tuple[Expr, ...]
    order: int
    name: str = field(compare=False)

    def __init__(
        self,
        alpha: Iterable[object],
        beta: Iterable[object],
        *,
        order: int | None = None,
        name: str = "",
    ) -> None:
        problems: list[Problem] = []
        states = exact_numbers(alpha, "alpha_", problems, first=0)
        blocks = exact_numbers(beta, "beta_", problems, first=0)
        if not problems and (not states or not states[0]):
            hint = "list the coefficients by lag: (1, -1) for X[i] - X[i - 1]"
            problems.append(Problem("alpha_0, the coefficient of X_i, is missing.", try_=hint))
        if not problems and not any((*states[1:], *blocks)):
            problems.append(Problem("X_i reads no value.", try_="alpha=(1, -1), beta=(0, 1)"))
        if order is not None and (type(order) is not int or order < 0):
            problems.append(Problem(f"order={order!r} is no order.", expected="0, 1, 2, ..."))
        if problems:
            raise TableauError(*problems)
        pairs = list(zip_longest(states, blocks, fillvalue=Integer(0)))
        while not any(pairs[-1]):
            pairs.pop()
        for key, values in zip(("alpha", "beta"), zip(*pairs, strict=True), strict=True):
            scaled = exact_numbers((value / states[0] for value in values), key, problems)
            object.__setattr__(self, key, scaled)
        object.__setattr__(self, "name", name)
        # Of at most twice as many steps, so the search ends (Dahlquist 1956).
        failing = next(q for q in count() if self.condition(q))
        object.__setattr__(self, "order", max(failing - 1, 0))
        if order is not None and order != self.order:
            raise TableauError(self._wrong_claim(order, failing))

    @classmethod
    def named(cls, name: str) -> LinearMultistep:
        """A method of the literature.

        Args:
            name: "adams_bashforth2", "adams_bashforth3", "adams_bashforth4" or "leapfrog".

        Raises:
            TableauError: If there is no such method.
        """
        if name not in METHODS:
            near = get_close_matches(str(name), METHODS) or list(METHODS)
            raise TableauError(Problem(f"There is no method {name!r}.", try_=", ".join(near)))
        return METHODS[name]

    @property
    def steps(self) -> int:
        """How many steps back the method reads."""
        return len(self.alpha) - 1

    @property
    def is_explicit(self) -> bool:
        """Whether X_i is given by earlier states alone."""
        return not self.beta[0]

    @property
    def is_consistent(self) -> bool:
        """Whether the order is 1 at least; then constants are kept and F has its full weight."""
        return self.order >= 1

    def condition(self, q: int) -> Expr:
        """C_q, exactly: `sum_j alpha_j t^q/q! - sum_j beta_j t^(q-1)/(q-1)!` with t = -j.

        The method has order p iff C_0 to C_p are 0 and C_{p+1} is not.

        Args:
            q: 0, 1, 2, ...
        """
        states = [a * Integer(-j) ** q / factorial(q) for j, a in enumerate(self.alpha)]
        blocks = [
            b * Integer(-j) ** (q - 1) / factorial(q - 1) for j, b in enumerate(self.beta) if q
        ]
        (total,) = exact_numbers([Add(*states) - Add(*blocks)], "C_", [])
        return total

    def recursion(self, state: str = "X", block: str = "F", initial: Any = None) -> Recursion:
        """The network whose steps are those of the method; the step size is in the blocks.

        Block F[j + 1] is applied to X[j], once, by the step that reads X[j] first; later steps read
        the same value again, so a step adds one block whatever the number of steps.

        Args:
            state: Name of the state.
            block: Name of the blocks.
            initial: Equations for X[1], ..., X[steps - 1]; forward Euler steps unless given.

        Raises:
            TableauError: If the method is implicit.
        """
        from formula2net.language.schemes.networks import multistep_recursion

        return multistep_recursion(self, state, block, initial)

    def _wrong_claim(self, order: int, failing: int) -> Problem:
        who = self.name or "The method"
        if failing > order:
            return Problem(f"{who} has a higher order than {order}.", try_=f"order={self.order}")
        got, hint = f"C_{failing} = {self.condition(failing)}", f"order={self.order}"
        what = f"{who} is not of order {order}: the condition C_{failing} fails."
        return Problem(what, got=got, expected=f"C_{failing} = 0", try_=hint)

    def _equation(self, x: Callable[[int], str], show: Callable[[Expr], str]) -> str:
        """The method solved for X_i; `x` spells a state by its lag, `show` prints a term."""
        states = [-a * Symbol(x(j)) for j, a in enumerate(self.alpha) if j and a]
        blocks = [b * Symbol(f"F({x(j)})") for j, b in enumerate(self.beta) if b]
        return f"{x(0)} = " + " + ".join(map(show, states + blocks)).replace("+ -", "- ")

    def __repr__(self) -> str:
        alpha, beta = [str(value) for value in self.alpha], [str(value) for value in self.beta]
        given = f", name={self.name!r}" if self.name else ""
        return f"LinearMultistep({alpha}, {beta}, order={self.order}{given})"

    def __str__(self) -> str:
        return self._equation(lambda j: f"X[i - {j}]" if j else "X[i]", str)

    def _latex(self, printer: Printer, *args: object) -> str:
        """SymPy's hook: the method as an equation."""
        return self._equation(lambda j: f"X_{{i - {j}}}" if j else "X_{i}", printer._print)

    def _repr_latex_(self) -> str:
        return rf"$\displaystyle {latex(self)}$"


def _adams_bashforth(order: int, *beta: str) -> LinearMultistep:
    return LinearMultistep((1, -1), (0, *beta), order=order, name=f"adams_bashforth{order}")


# Bashforth and Adams 1883 (Hairer, Norsett, Wanner I, III.1); leapfrog is the explicit midpoint
# rule over two steps.
METHODS: Final[Mapping[str, LinearMultistep]] = MappingProxyType(
    {
        method.name: method
        for method in (
            _adams_bashforth(2, "3/2", "-1/2"),
            _adams_bashforth(3, "23/12", "-16/12", "5/12"),
            _adams_bashforth(4, "55/24", "-59/24", "37/24", "-9/24"),
            LinearMultistep((1, 0, -1), (0, 2), order=2, name="leapfrog"),
        )
    }
)
