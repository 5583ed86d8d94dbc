"""One formula of the literature: how to build it, where it comes from, what is known of it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

from sympy import Expr, Symbol

from formula2net.errors import FormulaError, Problem
from formula2net.language.recursion import Recursion

L: Final = Symbol("L")  # the depth, in the counts of an entry
k: Final = Symbol("k")  # the length of a path

CountKey = str | tuple[str, str]

LIAO: Final = (
    "Y. Liao, H. Wang, Z. Liu, H. Li and X. Liu (2021). "
    "Analyze and Design Network Architectures by Recursion Formulas"
)
HUANG: Final = (
    "Y. Huang, P. Ou, R. Wu and Z. Feng (2018). Sequentially Aggregated Convolutional Networks"
)


@dataclass(frozen=True, eq=False)
class Entry:
    """A formula with its name and its source.

    Attributes:
        name: What the command line and `get_formula` call it.
        title: What people call it.
        source: Paper and equation.
        summary: One sentence.
        build: Makes the recursion; keyword arguments are its parameters.
        counts: What is known of its paths from X_0 in the paper view: "wired", "words" or
            "total" in all, in the symbol L, or `("words", "length")` in L and the length k.
        steps: The parameter that is its depth, where it has a step for each part of something.
        beside: Name of the formula that it departs from: `formula2net show` sets the paths of both
            side by side.
    """

    name: str
    title: str
    source: str
    summary: str
    build: Callable[..., Recursion] = field(repr=False)
    counts: Mapping[CountKey, Expr] = field(default_factory=dict, repr=False)
    steps: str | None = None
    beside: str | None = None

    @cached_property
    def recursion(self) -> Recursion:
        """The formula, with the usual values of its parameters; built when it is asked for."""
        return self.build()

    @property
    def parameters(self) -> dict[str, int]:
        """Its parameters with their usual values, as the number of groups."""
        return {
            name: parameter.default
            for name, parameter in inspect.signature(self.build).parameters.items()
        }

    @property
    def depth(self) -> int | None:
        """The one depth that it has with the usual values; None where any depth will do."""
        return None if self.steps is None else self.parameters[self.steps]

    def with_parameters(self, **values: int) -> Recursion:
        """The formula with other values of its parameters.

        Raises:
            FormulaError: If there is no such parameter, or a value is no positive integer.
        """
        problems = [
            Problem(f"The formula {self.name} has no parameter {name!r}.", expected=self._expected)
            for name in values.keys() - self.parameters.keys()
        ]
        problems += [
            Problem(f"{name}={value!r} is no number of parts.", expected="a positive integer")
            for name, value in values.items()
            if type(value) is not int or value < 1
        ]
        if problems:
            raise FormulaError(*problems)
        return self.build(**values) if values else self.recursion

    @property
    def _expected(self) -> str:
        return ", ".join(self.parameters) or "none"


def formula(
    *,
    title: str,
    source: str,
    counts: Mapping[Any, Any] | None = None,
    steps: str | None = None,
    beside: str | None = None,
) -> Callable[[Callable[..., Recursion]], Entry]:
    """Makes an entry of the function that builds a formula.

    The function's name is the entry's name, and the first line of its docstring the summary.
    """

    def as_entry(build: Callable[..., Recursion]) -> Entry:
        summary = (inspect.getdoc(build) or "").partition("\n")[0]
        known = MappingProxyType(dict(counts or {}))
        return Entry(build.__name__, title, source, summary, build, known, steps, beside)

    return as_entry
