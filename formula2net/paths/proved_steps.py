"""Whether the matrix of one step is that of every step.

How a total follows from others is written in the formula. How words and walks do depends besides on
which letters a value has, and on which applications and gates are one; and that on numbers, which
may agree at a late depth only: 2^i X_0 and 1024 X_0 are one value at i = 10. So it must be known
that what the first steps show goes on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from sympy import QQ

from formula2net.ir.coefficient import Coefficient, evaluate, scalars_of
from formula2net.ir.ops import Hadamard, LinComb
from formula2net.ir.program import Program
from formula2net.language.recursion import Recursion
from formula2net.language.structure import Part, Windowed
from formula2net.passes.unroll import unroll
from formula2net.paths.steps import DEPTH, settled_step
from formula2net.paths.transfer import Transfer

POWERS: Final = 16  # of the identity part, until one is like an earlier one
POSITIVE: Final = 1e-9  # coefficients above it, where every Scalar is 1/2


def proved_step(recursion: Recursion, of: str) -> Transfer | None:
    """The matrix of one step where it is that of every step; None where that is not proved.

    Args:
        recursion: the formula.
        of: ``"words"``, ``"wired"`` or ``"total"`` (design 6).
    """
    found = settled_step(recursion, of)
    if found is None or (of == "total" and not _has(recursion, Part)):
        return found
    if _carries_one_value(recursion) or _letters_keep_their_share(recursion):
        return found
    program = unroll(recursion, DEPTH)
    if not _are_apart(program):
        return None
    return found if of == "wired" or _never_cancels(recursion, program) else None


def _carries_one_value(recursion: Recursion) -> bool:
    """Whether steps hand on one value: all else is new in each of them."""
    walks = settled_step(recursion, "wired")
    return walks is not None and walks.size == 1 and not walks.goes_on


def _letters_keep_their_share(recursion: Recursion) -> bool:
    """Whether the coefficients of all letters of a value repeat, but for a common factor.

    Without its blocks a step is a matrix M(0); M(0)^n says what is left of a letter n steps later.
    """
    step = settled_step(recursion, "total")
    if step is None or step.polynomials.domain != QQ:
        return False
    if _has(recursion, Windowed) and not _is_positive(step):
        return False
    return _powers_repeat(step, lambda entry, lead: entry / lead)


def _are_apart(program: Program) -> bool:
    """Whether each block has one application, and there are no gates: what could become one?"""
    times = Counter(op.block for _, op in program.applications())
    return max(times.values(), default=0) <= 1 and not any(
        isinstance(op, Hadamard) for op in program.ops
    )


def _never_cancels(recursion: Recursion, program: Program) -> bool:
    """Whether a letter never leaves a value by cancelling, and which ones a value has repeats.

    Coefficients are positive where every Scalar is 1/2; so a letter's is not 0 there, and as a
    polynomial even less. It is enough that the same entries of M(0)^n are 0.
    """
    sums = (op for op in program.ops if isinstance(op, LinComb))
    if not all(_number(weight) > POSITIVE for op in sums for weight, _ in op.terms):
        return False
    kinds = ("total",) if _has(recursion, Part) else ("total", "wired")
    steps = (settled_step(recursion, kind) for kind in kinds)
    return any(
        step is not None and _is_positive(step) and _powers_repeat(step, lambda entry, _: entry > 0)
        for step in steps
    )


def _powers_repeat(step: Transfer, kept: Callable[[Any, Any], object]) -> bool:
    """Whether what is kept of the entries of a power of M(0) is that of an earlier power."""
    identity = step.at(QQ(0))
    seen: list[tuple[object, ...]] = []
    power = identity
    for _ in range(POWERS):
        entries = [entry for row in power.to_list() for entry in row]
        lead = next((entry for entry in entries if entry), QQ(1))
        shape = tuple(kept(entry, lead) for entry in entries)
        if shape in seen:
            return True
        seen.append(shape)
        power = power * identity
    return False


def _is_positive(step: Transfer) -> bool:
    """Whether the matrix has rational entries, and none has a negative coefficient."""
    entries = (entry for row in step.matrix.to_list() for entry in row)
    return step.polynomials.domain == QQ and all(c >= 0 for e in entries for c in e.coeffs())


def _number(weight: Coefficient) -> float:
    return evaluate(weight, dict.fromkeys(scalars_of(weight), 0.5))


def _has(recursion: Recursion, kind: type) -> bool:
    return any(line.rhs.has(kind) for line in recursion.lines)
