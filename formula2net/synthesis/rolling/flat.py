"""A program as rolling reads it: one stage, live values only, in its own order or as needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import prod

from formula2net.ir.coefficient import Coefficient, monomials, scalar
from formula2net.ir.ops import Apply, LinComb, Norm, Op, Transition, Value
from formula2net.ir.program import Program


def one_stage(program: Program) -> Program:
    """The values that the output depends on, without transitions (the paper view, design 7)."""
    new: dict[Value, Value] = {}
    ops: list[Op] = []
    for value in sorted(program.live):
        op = program.ops[value]
        if isinstance(op, Transition):
            new[value] = new[op.arg]
            continue
        flat = _collected(op, new) if isinstance(op, LinComb) else op.relabel(new)
        if isinstance(flat, LinComb) and len(flat.terms) == 1 and flat.terms[0][0] == 1:
            new[value] = flat.terms[0][1]
            continue
        new[value] = len(ops)
        ops.append(replace(flat, stage=0) if isinstance(flat, Apply | Norm) else flat)
    states = {key: new[value] for key, value in program.states.items() if value in new}
    return Program(tuple(ops), new[program.output], states)


def as_needed(program: Program) -> Program:
    """The same program in another order: every value right before the first that needs it.

    Where the last step computes less than the others, because nothing reads the rest, this order
    is regular and the program's own is not.
    """
    new: dict[Value, Value] = {}
    order: list[Value] = []
    stack = [program.output]
    while stack:
        value = stack[-1]
        missing = [read for read in program.ops[value].operands if read not in new]
        if missing:
            stack.append(missing[0])
            continue
        stack.pop()
        if value not in new:
            new[value] = len(order)
            order.append(value)
    ops = tuple(program.ops[value].relabel(new) for value in order)
    states = {key: new[value] for key, value in program.states.items()}
    return Program(ops, new[program.output], states)


def _collected(op: LinComb, new: dict[Value, Value]) -> LinComb:
    """The sum of what is left; two terms may meet where a transition was."""
    total: dict[Value, Coefficient] = {}
    for coefficient, value in op.terms:
        total[new[value]] = total.get(new[value], 0) + coefficient
    return LinComb(tuple((c, value) for value, c in total.items() if c != 0))


def with_scalars(program: Program, names: Mapping[str, str]) -> Program:
    """The program with other names of its scalars."""
    ops = tuple(
        LinComb(tuple((_renamed(c, names), v) for c, v in op.terms))
        if isinstance(op, LinComb)
        else op
        for op in program.ops
    )
    return Program(ops, program.output, {})


def _renamed(coefficient: Coefficient, names: Mapping[str, str]) -> Coefficient:
    total: Coefficient = 0
    for number, scalars in monomials(coefficient):
        total = total + prod((scalar(names.get(name, name)) for name in scalars), start=number)
    return total
