"""What a user's function or formula gives: yes or no, and exact numbers."""

from __future__ import annotations

from math import isfinite
from typing import Any

from sympy import Basic, Float
from sympy.logic.boolalg import BooleanAtom

from formula2net.errors import FormulaError, Problem
from formula2net.language.checks.numbers import exact_spelling
from formula2net.language.printing import text_of

BOOLS = ("bool", "bool_")  # NumPy's are no Python bools, and NumPy need not be there


def verdict(value: Any) -> bool | None:
    """A yes or no of Python, SymPy or NumPy; None if it is neither."""
    answers = isinstance(value, BooleanAtom) or type(value).__name__ in BOOLS
    return bool(value) if answers else None


def check_exact(expr: Basic) -> None:
    """Refuses floats.

    Raises:
        FormulaError: there is one; it says how to write it.
    """
    for value in sorted(expr.atoms(Float)):
        what = f"{text_of(value)} is a float."
        raise FormulaError(Problem(what, text_of(expr), try_=exact(float(value))))


def exact(value: float) -> str:
    """What to write for a float; nothing if it is no number."""
    return f"write {exact_spelling(value)}" if isfinite(value) else ""
