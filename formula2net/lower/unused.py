"""Blocks and norms that are on no walk from the input to the output (exact view, design 7).

Such a block has parameters that never learn: they make DDP wait for gradients that do not come,
and a dead one's vanish from the checkpoint. So a formula that has one is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from formula2net.errors import FormulaError, Problem
from formula2net.ir.elements import Element
from formula2net.ir.generic import generic
from formula2net.ir.ops import Apply, Input, Norm, Value
from formula2net.ir.program import Program
from formula2net.ir.reduce import Atom, Reducer, Step
from formula2net.lower.names import NORM

SHOWN = 8  # names that a message lists
DEAD = "is never reached: the output does not depend on it"
CANCELS = "cancels: whatever it computes is subtracted again"
CONSTANT = "is applied to constants only: no path from the input enters it"


def unused_blocks(program: Program) -> dict[str, str]:
    """The blocks and norms on no walk from the input to the output, and why each is not."""
    steps = list(Reducer(generic(program).ops, "exact").steps())
    used = _used(steps, program.output)
    reached = _reached(program, steps)
    dead = _read_by_states(program) - program.live  # what no state reads has left its own sum
    reasons: dict[str, set[str]] = {}
    for value, op in enumerate(program.ops):
        if not isinstance(op, Apply | Norm):
            continue
        step = steps[value]
        same = step.same if isinstance(step, Atom) else value
        why = DEAD if value in dead else CANCELS if same not in used else CONSTANT
        on_walk = same in used and same in reached
        name = op.block if isinstance(op, Apply) else op.name
        reasons.setdefault(name, set()).add("" if on_walk else why)
    return {block: max(why) for block, why in reasons.items() if "" not in why}


def check_used(program: Program) -> None:
    """Refuses a program with unused blocks.

    Raises:
        FormulaError: names them, and says why.
    """
    unused = unused_blocks(program)
    by_reason: dict[str, list[str]] = {}
    for block, why in unused.items():
        by_reason.setdefault(why, []).append(block)
    if unused:
        raise FormulaError(*(_problem(blocks, why) for why, blocks in by_reason.items()))


def _problem(blocks: Sequence[str], why: str) -> Problem:
    more = f" and {len(blocks) - SHOWN} more" if len(blocks) > SHOWN else ""
    names = ", ".join(blocks[:SHOWN]) + more
    if len(blocks) == 1:
        kind = "norm" if NORM.search(names) else "block"
        return Problem(f"The {kind} {names} {why}.", expected="a path through every block")
    return Problem(f"Each of the blocks {names} {why}.", expected="a path through every block")


def _read_by_states(program: Program) -> set[Value]:
    """The values that the formula's states depend on, whether the output does or not."""
    seen = set(program.states.values())
    for value in range(len(program.ops) - 1, -1, -1):
        if value in seen:
            seen.update(program.ops[value].operands)
    return seen


def _used(steps: Sequence[Step], output: Value) -> set[Value]:
    """The atoms in the form of the output, in those of their arguments, and so on.

    Forms are not listed, only how each differs from the one it is built on: for every value is
    counted how many forms that matter are built on it, itself included. The number of forms that
    hold an element is then the sum of these counts over the values where it appears, minus those
    where it goes.
    """
    built: Counter[Value] = Counter({output: 1})
    holds: Counter[Value] = Counter()
    used: set[Value] = set()
    for value in range(len(steps) - 1, -1, -1):
        step = steps[value]
        if isinstance(step, Atom):
            holds[step.same] += built[value]
            if step.same == value and holds[value] > 0:
                used.add(value)
                built.update(step.args)
            continue
        if step.base is not None:
            built[step.base] += built[value]
        holds.update({atom: n * built[value] for atom, n in _counts(step.added).items()})
        holds.subtract({atom: n * built[value] for atom, n in _counts(step.removed).items()})
    return used


def _reached(program: Program, steps: Sequence[Step]) -> set[Value]:
    """The atoms that a walk from the input enters."""
    size: list[int] = []  # how many reached elements each form has
    reached: set[Value] = set()
    for value, step in enumerate(steps):
        if isinstance(step, Atom):
            if isinstance(program.ops[value], Input) or any(size[arg] for arg in step.args):
                reached.add(value)
            size.append(int(step.same in reached))
            continue
        new = sum(atom in reached for atom, _, _ in step.added)
        gone = sum(atom in reached for atom, _, _ in step.removed)
        size.append(new - gone + (0 if step.base is None else size[step.base]))
    return reached


def _counts(elements: Iterable[Element]) -> Counter[Value]:
    return Counter(atom for atom, _, _ in elements)
