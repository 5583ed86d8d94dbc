"""A plain interpreter of programs: what the code of a network is compared with.

It is slow, keeps every value, and shares nothing with the emission of code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from formula2net.ir.coefficient import Coefficient, evaluate
from formula2net.ir.ops import (
    Activation,
    Apply,
    Concat,
    Constant,
    Hadamard,
    Input,
    LinComb,
    Op,
    Slice,
    Transition,
    Value,
    Zeros,
)
from formula2net.ir.program import Program

Modules = Mapping[str, Callable[[Tensor], Tensor]]


def interpret(
    program: Program,
    modules: Modules,
    x: Tensor,
    scalars: Mapping[str, Tensor | float] | None = None,
) -> dict[Value, Tensor]:
    """All values that the output of a program depends on.

    Args:
        program: the program.
        modules: of blocks, activations and transitions, by name.
        x: X_0, what the stem hands on: (N, C, R...).
        scalars: values of the trainable scalars.
    """
    values: dict[Value, Tensor] = {}
    for value in sorted(program.live):
        values[value] = _value(program.ops[value], values, modules, x, scalars or {})
    return values


def _value(
    op: Op,
    values: Mapping[Value, Tensor],
    modules: Modules,
    x: Tensor,
    scalars: Mapping[str, Tensor | float],
) -> Tensor:
    match op:
        case Input():
            return x
        case Constant():
            return torch.ones((), dtype=x.dtype, device=x.device)  # has the shape of any other
        case Zeros(arg):
            return values[arg] * 0
        case Apply(block=name, arg=arg) | Activation(name, arg) | Transition(name, arg):
            return modules[name](values[arg])
        case LinComb(terms):
            zero = torch.zeros((), dtype=x.dtype, device=x.device)
            return sum((_number(c, scalars) * values[v] for c, v in terms), zero)
        case Concat(args):
            return torch.cat([values[v] for v in args], dim=1)
        case Slice(arg, part, parts):
            width = values[arg].shape[1] // parts
            return values[arg].narrow(1, (part - 1) * width, width)
        case Hadamard(args):
            product = values[args[0]]
            for v in args[1:]:
                product = product * values[v]
            return product
    raise TypeError(f"{op} has no meaning here")


def _number(coefficient: Coefficient, scalars: Mapping[str, Tensor | float]) -> Tensor | float:
    return evaluate(coefficient, scalars)  # type: ignore[arg-type]  # tensors are numbers here
