"""Names whose indices follow the step, as a formula gives them: `W_3`, `F_3_1`, `W_3_m1`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sympy import Expr, Integer

FORMULA_NAME: Final = re.compile(r"([A-Za-z]\w*?)((?:_m?\d+)*)")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A name whose indices depend on the step: the step plus a number, or a number alone."""

    stem: str
    shifts: tuple[int | None, ...]
    numbers: tuple[int, ...]

    def indices(self, step: Expr | int) -> tuple[Expr, ...]:
        """The indices at a step."""
        return tuple(
            Integer(number) if shift is None else step + Integer(shift)
            for shift, number in zip(self.shifts, self.numbers, strict=True)
        )


def split(name: str) -> tuple[str, tuple[int, ...]]:
    """A name and its indices: `W_3_m1` is W[3, -1]."""
    match = FORMULA_NAME.fullmatch(name)
    if match is None:
        return name, ()
    numbers = match[2].split("_")[1:]
    return match[1], tuple(int(number.replace("m", "-")) for number in numbers)


def agree(names: Mapping[int, str]) -> bool:
    """Whether the names of one place are one name whose indices follow the step."""
    pattern = pattern_of(names)
    spelled = {
        step: (pattern.stem, tuple(map(int, pattern.indices(Integer(step))))) for step in names
    }
    follows = any(shift is not None for shift in pattern.shifts)
    return follows and spelled == {step: split(name) for step, name in names.items()}


def pattern_of(names: Mapping[int, str]) -> Pattern:
    """The pattern of the names of one place, read off two of its steps."""
    (one, name), (two, other) = list(names.items())[:2]
    stem, numbers = split(name)
    moved = [a - b == one - two for a, b in zip(numbers, split(other)[1], strict=False)]
    moved += [False] * (len(numbers) - len(moved))
    shifts = tuple(n - one if m else None for n, m in zip(numbers, moved, strict=True))
    return Pattern(stem, shifts, numbers)
