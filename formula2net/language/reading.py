"""What stands for a formula: the formula, its text, a scheme, an answer of `design`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from sympy import Equality

from formula2net.errors import FormulaError, Problem
from formula2net.language.notation import parse
from formula2net.language.recursion import Recursion

EXPECTED = "a Recursion, its text, a scheme such as a ButcherTableau, or an answer of design"


class Designed(Protocol):
    """What is a formula with more facts: an answer of `design`, what `search` has found."""

    @property
    def recursion(self) -> Recursion:
        """The formula."""


class Scheme(Protocol):
    """What has a formula: a `ButcherTableau`, a `LinearMultistep`."""

    def recursion(self) -> Recursion:
        """The formula of one step."""


Formula = Recursion | Scheme | Designed | str


def as_recursion(formula: Any, scalars: Iterable[str] = ()) -> Recursion:
    """The recursion that is meant.

    Args:
        formula: a `Recursion`, its text, or what has one: a scheme, an answer of `design`.
        scalars: names that are scalars, if it is a text.

    Raises:
        FormulaError: it is no formula.
        NotationError: its text cannot be read.
    """
    if isinstance(formula, str):
        return parse(formula, scalars)
    found = getattr(formula, "recursion", formula)
    if callable(found) and found is not formula and not isinstance(formula, type):
        found = found()
    if not isinstance(found, Recursion):
        raise FormulaError(_no_formula(formula))
    return found


def _no_formula(given: Any) -> Problem:
    shown = repr(given)
    if "\n" in shown:  # as that of a module
        shown = f"This {type(given).__name__}"
    hint = ""
    if isinstance(given, Equality):
        hint = "Recursion(...) of the equation"
    elif isinstance(given, Sequence) and given:
        hint = "one of them, as answers[0]"
    elif isinstance(getattr(given, "formula", None), Recursion):
        hint = "its formula, net.formula"
    return Problem(f"{shown} is no formula.", expected=EXPECTED, try_=hint)
