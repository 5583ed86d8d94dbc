"""Which number the last step of a program has."""

from __future__ import annotations

from formula2net.ir.ops import Apply, Value
from formula2net.synthesis.rolling.steps import Steps


def last_step(steps: Steps, depth: int | None) -> int | None:
    """The number of the last step; None where it cannot be the depth that is given.

    Args:
        steps: the steps that are alike.
        depth: the number of steps, if it is known.
    """
    start = _without_blocks(steps)
    if depth is not None:
        fits = depth >= steps.count and start in (None, depth)
        return depth if fits else None
    if steps.period.told and (told := max(_told(steps))) >= steps.count:
        return told
    if start is not None:
        return start
    return steps.count + _before(steps)


def _told(steps: Steps) -> list[int]:
    """The steps of the blocks that are new in the last step."""
    wires, period = steps.wires, steps.period
    values = range(period.first, period.end)
    return [
        wires.step(op)
        for value in values
        if isinstance(op := wires.ops[value], Apply) and wires.uses[value][1][0] == value
    ]


def _without_blocks(steps: Steps) -> int | None:
    """How many steps before the last one the latest states are that hold no application."""
    holds: list[bool] = []
    for op in steps.wires.ops:
        holds.append(isinstance(op, Apply) or any(holds[read] for read in op.operands))
    initial: dict[int, list[Value]] = {}
    for (place, back), value in steps.values.items():
        if place in steps.states and back >= steps.count:
            initial.setdefault(back, []).append(value)
    free = [back for back, values in initial.items() if not any(holds[v] for v in values)]
    return min(free, default=None)


def _before(steps: Steps) -> int:
    """The greatest step of a block that the last initial values hold."""
    ops = steps.wires.ops
    stack = [
        v for (p, back), v in steps.values.items() if p in steps.states and back == steps.count
    ]
    seen = set(stack)
    while stack:
        fresh = set(ops[stack.pop()].operands) - seen
        seen |= fresh
        stack += fresh
    return max((steps.wires.step(op) for v in seen if isinstance(op := ops[v], Apply)), default=0)
