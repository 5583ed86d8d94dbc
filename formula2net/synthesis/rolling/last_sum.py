"""A last sum that should be two: code that reads a sum once says both in one.

A network with a velocity, V_i = a V_{i-1} + W_i X_{i-1} and X_i = X_{i-1} + V_i, reads V_i in the
next step, so V_i is a value. The last one is read by the last X alone: in a program that was read
off code the two are one sum, and the last step is not as those before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from formula2net.ir.coefficient import Coefficient
from formula2net.ir.ops import LinComb, Value
from formula2net.ir.program import Program

Term = tuple[Coefficient, Value]


def with_last_sum(program: Program) -> Program | None:
    """The program with its last sum in two, as a step before; None where that is not its sum."""
    last = program.ops[-1]
    if program.output != len(program.ops) - 1 or not isinstance(last, LinComb):
        return None
    return next(_splits(program, last), None)


def _splits(program: Program, last: LinComb) -> Iterator[Program]:
    """The programs with two sums in the place of the last one that mean the same."""
    for length in range(2, len(program.ops) // 2 + 1):
        outer = program.ops[len(program.ops) - length]  # with one value more it is a step before
        if not isinstance(outer, LinComb):
            continue
        for _, value in outer.terms:
            inner, place = program.ops[value], value + length
            if not isinstance(inner, LinComb) or place >= len(program.ops):
                continue
            new = {v: v + (v >= place) for v in range(len(program.ops))}
            wanted = {new[v]: c for c, v in last.terms}
            first = _later(inner.terms, length, wanted)
            second = _later(outer.terms, length, {**wanted, place: 1})
            if _put_in(second, place, first) == wanted:
                yield _with_sums(program, new, place, first, second)


def _later(terms: Iterable[Term], length: int, read: Mapping[Value, Coefficient]) -> list[Term]:
    """A sum a step later: of what is a step later if that is read, else of the same value."""
    return [(c, v + length if v + length in read else v) for c, v in terms]


def _put_in(outer: Iterable[Term], place: Value, inner: Iterable[Term]) -> dict[Value, Coefficient]:
    """The outer sum with the inner one written out."""
    total: dict[Value, Coefficient] = {}
    for weight, value in outer:
        for c, v in inner if value == place else [(1, value)]:
            total[v] = total.get(v, 0) + weight * c
    return {v: c for v, c in total.items() if c != 0}


def _with_sums(
    program: Program, new: Mapping[Value, Value], place: Value, inner: list[Term], outer: list[Term]
) -> Program:
    ops = [op.relabel(new) for op in program.ops[:-1]]
    ops.insert(place, LinComb(tuple(inner)))
    ops.append(LinComb(tuple(outer)))
    states = {key: new[v] for key, v in program.states.items() if v != program.output}
    return Program(tuple(ops), len(ops) - 1, states)
