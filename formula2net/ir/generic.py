"""Programs with numbers in place of their symbolic scalars.

Products of symbolic coefficients grow exponentially with depth; numbers do not. What cancels at a
random point of 61 bits cancels everywhere, but for a chance of about 2**-61 a zero.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from formula2net.ir.coefficient import Coefficient, Polynomial, collect
from formula2net.ir.ops import LinComb, Op
from formula2net.ir.program import Program
from formula2net.ir.residues import random_value

Values = Callable[[str], int | Fraction]


def generic(program: Program) -> Program:
    """The program at a fixed random point: the one that ``residues.modular`` uses, too."""
    return with_values(program, random_value)


def with_values(program: Program, values: Values) -> Program:
    """The program with exact numbers for its scalars; itself where it has none."""
    if not any(isinstance(op, LinComb) and _is_symbolic(op) for op in program.ops):
        return program
    return replace(program, ops=tuple(_bound(op, values) for op in program.ops))


def bound(value: Coefficient, values: Values) -> Coefficient:
    """A coefficient with exact numbers for its scalars."""
    if not isinstance(value, Polynomial):
        return value
    total: Coefficient = 0
    for monomial, rational in value.terms:
        number = rational
        for generator, exponent in monomial:
            if isinstance(generator, str):
                number *= Fraction(values(generator)) ** int(exponent)
        radicals = tuple((g, e) for g, e in monomial if not isinstance(g, str))
        total = total + collect({radicals: number})
    return total


def _bound(op: Op, values: Values) -> Op:
    if not isinstance(op, LinComb):
        return op
    terms = ((bound(c, values), value) for c, value in op.terms)
    return LinComb(tuple((c, value) for c, value in terms if c != 0))


def _is_symbolic(op: LinComb) -> bool:
    return any(isinstance(c, Polynomial) and c.scalars for c, _ in op.terms)
