"""The step of a formula as a matrix, read off its first steps."""

from __future__ import annotations

from functools import lru_cache

from sympy import Eq

from formula2net.errors import Formula2NetError
from formula2net.ir.coefficient import Coefficient
from formula2net.ir.program import source_of
from formula2net.language.recursion import Recursion
from formula2net.language.symbols import State, StateAt
from formula2net.passes.unroll import unroll
from formula2net.paths.alike import has_like_steps, reach
from formula2net.paths.repeated import Weighted
from formula2net.paths.rows import total_rows, wired_rows, word_rows
from formula2net.paths.series import element_map
from formula2net.paths.transfer import Transfer, find_transfer

DEPTH = 24  # steps that a step is read off; a formula whose steps are alike shows it early


@lru_cache(maxsize=64)
def transfer_of(recursion: Recursion, of: str, depth: int = DEPTH) -> Transfer | None:
    """The matrix of one step, as of `Transfer`; None where steps are not alike.

    Args:
        recursion: the formula.
        of: ``"words"``, ``"wired"`` or ``"total"`` (design 6).
        depth: how many steps are unrolled.
    """
    try:
        single = _with_state_output(recursion)
        program = unroll(single, depth)
    except Formula2NetError:
        return None
    name = single.output.name
    sinks = [program.states[name, step] for step in range(1, depth + 1)]
    source = source_of(program)
    weighted: list[tuple[dict[int, Coefficient], int]]
    if of == "total":
        weighted = [(_collected(t), n) for t, n, _ in total_rows(program, "paper", source)]
    else:
        rows = wired_rows(program, source) if of == "wired" else word_rows(program, "paper", source)
        weighted = [(_collected(row.terms), row.length) for row in rows]
    weighted = _reached(weighted, source)
    domain, element = element_map(w for reads, _ in weighted for w in reads.values())
    converted: list[Weighted] = [
        ({read: element(w) for read, w in reads.items()}, n) for reads, n in weighted
    ]
    return find_transfer(converted, sinks, domain)


def settled_step(recursion: Recursion, of: str = "total") -> Transfer | None:
    """The matrix of one step of a formula whose steps are alike, read off beyond its reach.

    A block that is tied over steps adds to totals what a block of each step would.
    """
    if not has_like_steps(recursion, tied=of == "total"):
        return None
    far = reach(recursion)
    found = transfer_of(recursion, of, max(DEPTH, 3 * far + 4))
    # Before that a window may still be growing, and look like a sum over all values.
    return found if found is not None and found.start + far + 2 <= found.last else None


def _collected(terms: tuple[tuple[Coefficient, int], ...]) -> dict[int, Coefficient]:
    found: dict[int, Coefficient] = {}
    for weight, read in terms:
        found[read] = found[read] + weight if read in found else weight
    return found


def _reached(
    rows: list[tuple[dict[int, Coefficient], int]], source: int
) -> list[tuple[dict[int, Coefficient], int]]:
    """Without reads of values that no path from the source enters, as constants."""
    reached = {source}
    found = []
    for value, (reads, length) in enumerate(rows):
        kept = {read: weight for read, weight in reads.items() if read in reached}
        if kept:
            reached.add(value)
        found.append((kept, length))
    return found


def _with_state_output(recursion: Recursion) -> Recursion:
    """The formula with its output as a state of its own, so that one program has all depths."""
    output, index = recursion.output, recursion.index
    if isinstance(output, StateAt) and output.indices == (index,):
        return recursion
    name = next(n for n in ("O", "Output", "Output_") if n not in recursion.states)
    equations = [line.as_argument() for line in recursion.equations]
    initial = [line.as_argument() for line in recursion.initial]
    shown = Eq(State(name)[index], output)
    return Recursion([*equations, shown], initial or None, State(name))
