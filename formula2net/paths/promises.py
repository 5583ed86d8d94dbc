"""Path counts that the author of a formula promises, against those that it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sympy

from formula2net.errors import FormulaError, PathCountError, Problem
from formula2net.ir.program import Program
from formula2net.language.backbone import Backbone
from formula2net.language.recursion import Recursion
from formula2net.passes.unroll import unroll
from formula2net.paths.polynomial import PathPolynomial
from formula2net.paths.zero import is_zero

SHOWN = 24  # lengths that a message shows

Table = Mapping[int, sympy.Expr]


def check_promises(recursion: Recursion, depth: int | Backbone | Program) -> None:
    """Checks ``expects`` at one depth, in the paper view from source 0.

    A promise is an expression in L, the depth, and, where it is by length, k; symbols are matched
    by name. A promise by length speaks of k = 0, ..., L and of every greater length that the
    formula has: a length without paths has the count 0 and must be promised so.

    Args:
        recursion: the formula.
        depth: a depth, a backbone, or the formula's program.

    Raises:
        FormulaError: a promise has other symbols.
        PathCountError: a promise is broken; shows what was promised beside what was found.
    """
    if not recursion.expects:
        return
    program = depth if isinstance(depth, Program) else unroll(recursion, depth)
    steps = max(int(key[1]) for key in program.states)
    paths = PathPolynomial(program)
    problems: list[Problem] = []
    for key, promise in recursion.expects.items():
        _check_symbols(recursion, key, promise)
        if isinstance(key, str):
            problems += _sum_problems(key, promise, steps, getattr(paths, key))
        else:
            found = {k: getattr(counts, key[0]) for k, counts in paths.by_length().items()}
            problems += _table_problems(key[0], promise, steps, found)
    if problems:
        raise PathCountError(*problems)


def _check_symbols(recursion: Recursion, key: Any, promise: sympy.Expr) -> None:
    known = {"L"} | {scalar.name for scalar in recursion.scalars}
    known |= set() if isinstance(key, str) else {"k"}
    unknown = sorted(s.name for s in promise.free_symbols if s.name not in known)
    if unknown:
        raise FormulaError(
            Problem(
                f"{_named(key)} = {promise} has {', '.join(unknown)}, which stands for nothing.",
                expected=" and ".join(sorted(known)),
            )
        )


def _sum_problems(of: str, promise: sympy.Expr, steps: int, found: Any) -> Iterator[Problem]:
    promised = _at(promise, {"L": steps})
    if not is_zero(promised - found):
        yield Problem(
            f"{_named(of)} = {promise} does not hold at L = {steps}.",
            got=str(found),
            expected=str(promised),
        )


def _table_problems(
    of: str, promise: sympy.Expr, steps: int, found: Mapping[int, Any]
) -> Iterator[Problem]:
    lengths = range(max(steps, *found, 0) + 1)
    promised = {k: _at(promise, {"L": steps, "k": k}) for k in lengths}
    counts = {k: sympy.sympify(found.get(k, 0)) for k in lengths}
    wrong = [k for k in lengths if not is_zero(promised[k] - counts[k])]
    if wrong:
        yield Problem(
            f"{_named((of, 'length'))} = {promise} does not hold at L = {steps}.",
            formula=_side_by_side(promised, counts, wrong),
        )


def _at(promise: sympy.Expr, numbers: Mapping[str, int]) -> sympy.Expr:
    values = {s: numbers[s.name] for s in promise.free_symbols if s.name in numbers}
    return sympy.sympify(promise.subs(values))


def _named(key: str | tuple[str, str]) -> str:
    inside = f'"{key}"' if isinstance(key, str) else ", ".join(f'"{part}"' for part in key)
    return f"expects[{inside}]"


def _side_by_side(promised: Table, found: Table, wrong: list[int]) -> str:
    """Both tables; where they are long, only the lengths at which they differ."""
    lengths = list(found) if len(found) <= SHOWN else wrong
    rows = [("length", "promised", "found", "")]
    rows += [
        (str(k), str(promised[k]), str(found[k]), "*" if k in wrong else "")
        for k in lengths[:SHOWN]
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    left = len(lengths) - SHOWN
    return "\n".join([*lines, *([f"and {left} more lengths that differ"] if left > 0 else [])])
