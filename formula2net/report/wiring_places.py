"""Columns and rows of the values in a picture of a wiring."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Final

from formula2net.ir.ops import Apply, Slice, Value, Zeros
from formula2net.ir.program import Program, StateKey

CLEAR: Final = 0.75  # two values of one column are at least so far apart
STEP: Final = 0.8  # to the next row that is tried

Columns = dict[Value, int]
Rows = dict[Value, float]


def columns_of(program: Program, shown: Sequence[Value]) -> Columns:
    """The number of values on the longest way to each value."""
    columns: Columns = {}
    for value in shown:
        reads = program.ops[value].operands
        columns[value] = 1 + max((columns[read] for read in reads if read in columns), default=-1)
    return columns


def rows_of(program: Program, shown: Sequence[Value], columns: Columns) -> Rows:
    """A row for each state, 0 for the output's; other values stand between what they connect."""
    wanted = _rows_of_states(program, shown)
    readers = {read: value for value in reversed(shown) for read in program.ops[value].operands}
    zeros = {value for value in shown if isinstance(program.ops[value], Zeros)}
    rows: Rows = {}
    taken: dict[int, list[float]] = {}
    for value in sorted(shown, key=lambda v: (v not in wanted, v in zeros, v)):
        neighbours = (*program.ops[value].operands[:1], readers.get(value, -1))
        known = [rows[v] for v in neighbours if v in rows] or [0.0]
        row = wanted.get(value, sum(known) / len(known))
        used = taken.setdefault(columns[value], [])
        rows[value] = next(y for y in _around(row) if all(abs(y - t) >= CLEAR for t in used))
        used.append(rows[value])
    return rows | _sorted_parts(program, shown, rows)


def _rows_of_states(program: Program, shown: Sequence[Value]) -> Rows:
    """0, -1, -2, ... by name and lane.

    A state that only names the output of a block, as a stage of a Runge-Kutta method, has none.
    """
    lanes = [
        _lane(key)
        for key, value in program.states.items()
        if not isinstance(program.ops[value], Apply | Zeros)
    ]
    last = program.state_of(program.output)
    first = [_lane(last)] if last else []
    rows = {lane: -float(row) for row, lane in enumerate(dict.fromkeys([*first, *lanes]))}
    keys = {value: program.state_of(value) for value in shown}
    return {value: rows[_lane(key)] for value, key in keys.items() if key and _lane(key) in rows}


def _lane(key: StateKey) -> StateKey:
    """The name of a state and its lane, without the step."""
    return (key[0], *key[2:])


def _around(row: float) -> Iterator[float]:
    """The row, and the rows around it, the nearest first."""
    yield row
    for distance in count(1):
        yield row - STEP * distance
        yield row + STEP * distance


def _sorted_parts(program: Program, shown: Sequence[Value], rows: Rows) -> Rows:
    """The rows of the parts of one value, the first part on top."""
    cuts: dict[Value, list[tuple[int, Value]]] = {}
    for value in shown:
        op = program.ops[value]
        if isinstance(op, Slice):
            cuts.setdefault(op.arg, []).append((op.part, value))
    found: Rows = {}
    for parts in cuts.values():
        heights = sorted((rows[value] for _, value in parts), reverse=True)
        found |= {value: y for (_, value), y in zip(sorted(parts), heights, strict=True)}
    return found
