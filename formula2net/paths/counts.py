"""Counts as users see them: Python integers where whole, SymPy numbers elsewhere."""

from __future__ import annotations

from typing import Any, NamedTuple

from formula2net.ir.coefficient import Coefficient
from formula2net.passes.exact import to_sympy

Number = Any  # int, or a SymPy expression where it is no integer; SymPy has no types


class Counts(NamedTuple):
    """The three counts (design 6)."""

    wired: int
    words: int
    total: Number


def number(value: Coefficient) -> Number:
    """A coefficient as an integer, or in SymPy."""
    return value if isinstance(value, int) else to_sympy(value)
