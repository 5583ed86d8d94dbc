"""What a step of a formula multiplies by, in sentences."""

from __future__ import annotations

from typing import Final

from sympy import Poly, expand

from formula2net.language.recursion import Recursion
from formula2net.language.schemes.stability import zeta
from formula2net.paths.growth import is_power_bounded, step_polynomial
from formula2net.paths.steps import settled_step

CARRIED: Final = 8  # values; more of them have no polynomial that is worth a line
LONGEST: Final = 120  # characters of a polynomial that is printed

UNBOUNDED: Final = (
    "Note: without its blocks a step is not power-bounded, so what it carries may grow with depth "
    "before any block has changed it."
)


def step_notes(recursion: Recursion) -> list[str]:
    """What blocks that multiply by z make of a step, and whether it is bounded without them."""
    step = settled_step(recursion)
    if step is None or step.size > CARRIED:
        return []
    notes, polynomial = [], Poly(step_polynomial(recursion), zeta)
    factor = expand(zeta - polynomial.as_expr())
    if polynomial.degree() == 1 and len(str(factor)) <= LONGEST:
        notes.append(f"A step multiplies by R(z) = {factor}, where each block multiplies by z.")
    if is_power_bounded(recursion) is False:
        notes.append(UNBOUNDED)
    return notes
