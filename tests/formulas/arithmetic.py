"""Programs on numbers: an interpreter, and blocks that are some nonlinear function of a name.

A feature is a vector of channels. Equal names give equal blocks, so what runs a program and what
was written by hand meet the same ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from zlib import crc32

import numpy as np

from formula2net.ir.coefficient import Coefficient, Polynomial
from formula2net.ir.ops import (
    Activation,
    Apply,
    Concat,
    Constant,
    Hadamard,
    Input,
    LinComb,
    Norm,
    Op,
    Slice,
    Zeros,
)
from formula2net.ir.program import Program

WIDTH = 16  # of a stage; a 16th of it is one number

Vector = np.ndarray[Any, np.dtype[np.float64]]

ACTIVATIONS: dict[str, Callable[[Vector], Vector]] = {
    "global_pool": lambda x: x,  # a vector has no positions
    "relu": lambda x: np.maximum(x, 0.0),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "step_factor": lambda e: np.clip(0.8 * np.mean(e**2) ** (-1 / 16), 0.125, 4) * np.ones_like(e),
}


def random_vector(name: str, width: int = WIDTH) -> Vector:
    """The same numbers for the same name."""
    return np.random.default_rng(crc32(name.encode())).normal(size=width)


def block(name: str, x: Vector, width: int = WIDTH) -> Vector:
    """A nonlinear function of every number of x."""
    weights = np.random.default_rng(crc32(name.encode())).normal(size=(width, len(x)))
    return np.tanh(weights @ x + 0.1)


def scalar(name: str) -> float:
    """A trainable number."""
    return float(random_vector(name, 1)[0])


def run(program: Program, x: Vector) -> Vector:
    """The output of a program."""
    values: list[Vector] = []
    for op in program.ops:
        values.append(_value(op, values, x))
    return values[program.output]


def _value(op: Op, values: Sequence[Vector], x: Vector) -> Vector:
    reads = [values[read] for read in op.operands]
    match op:
        case Input():
            return x
        case Constant():
            return np.ones(1)
        case Zeros():
            return 0 * reads[0]
        case Apply(block=name, width=width):
            return block(name, reads[0], int(WIDTH * width))
        case Norm(name=name):
            return block(name, reads[0], len(reads[0]))
        case Activation(name=name):
            return ACTIVATIONS[name](reads[0])
        case LinComb(terms):
            return sum((number(c) * values[read] for c, read in terms), np.zeros(1))
        case Concat():
            return np.concatenate(reads)
        case Slice(_, part, parts):
            return np.split(reads[0], parts)[part - 1]
        case Hadamard():
            return np.prod(np.broadcast_arrays(*reads), axis=0)
    raise TypeError(op)


def number(coefficient: Coefficient) -> float:
    """A coefficient as a float; scalars have the value of their name."""
    if not isinstance(coefficient, Polynomial):
        return float(coefficient)
    total = 0.0
    for monomial, rational in coefficient.terms:
        term = float(rational)
        for generator, exponent in monomial:
            base = scalar(generator) if isinstance(generator, str) else float(generator)
            term *= base ** float(exponent)
        total += term
    return total
