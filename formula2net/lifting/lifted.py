"""A program that was read from a module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from formula2net.errors import FormulaError
from formula2net.ir.ops import Value
from formula2net.ir.program import Program
from formula2net.language.recursion import Recursion
from formula2net.paths.polynomial import PathPolynomial
from formula2net.synthesis.rolling.roll import roll


@dataclass(frozen=True, repr=False)
class Lifted(Program):
    """The program of a module.

    Attributes:
        modules: for each block, norm and transition the names of the modules that it stands for.
    """

    modules: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def recursion(self) -> Recursion | None:
        """The recursion that it came from, in canonical form; None if its steps are not alike.

        What it lacks, `formula2net.synthesis.rolling.roll.roll` says.
        """
        try:
            return roll(self)
        except FormulaError:
            return None

    def paths(self, source: Value | None = None, **options: Any) -> PathPolynomial:
        """The path polynomial, from the input unless another value is given.

        Args:
            source: the value that paths start from.
            options: `view`, `letters` and `limit`, as of `PathPolynomial`.
        """
        return PathPolynomial(self, source, **options)
