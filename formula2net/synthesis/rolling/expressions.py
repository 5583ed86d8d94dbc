"""One operation of a program as an expression of the language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import pairwise
from operator import add
from typing import Any

from sympy import Basic, Integer

from formula2net.ir import ops
from formula2net.ir.coefficient import Coefficient
from formula2net.ir.ops import Op
from formula2net.language.structure import Concat, Hadamard, Split, ZerosLike
from formula2net.language.symbols import Activation, Scalar
from formula2net.passes.exact import to_sympy
from formula2net.synthesis.rolling.steps import names_of
from formula2net.synthesis.rolling.wires import module_of


def expression(op: Op, args: Sequence[Any], names: Sequence[Basic]) -> Any:
    """An operation on expressions.

    Args:
        op: the operation; no input.
        args: what it reads.
        names: its block or norm, then its scalars, in the order of `names_of`.
    """
    match op:
        case ops.LinComb(terms):
            spelled = dict(zip(names_of(op), names, strict=True))
            return total([(c, arg) for (c, _), arg in zip(terms, args, strict=True)], spelled)
        case ops.Concat():
            return Concat(*args)
        case ops.Hadamard():
            return Hadamard(*args)
        case ops.Slice(_, part, parts):
            return Split(args[0], parts)[part]
        case ops.Zeros():
            return ZerosLike(args[0])
        case ops.Constant():
            return Integer(1)
        case ops.Activation(name=name) if not module_of(op):
            return Activation(name)(args[0])
    block: Any = names[0]
    return block(args[0])


def total(terms: Sequence[tuple[Coefficient, Any]], names: dict[str, Basic]) -> Any:
    """A sum; scalars by their names."""
    spelled = {Scalar(name): symbol for name, symbol in names.items()}
    weighted = [
        arg if c == 1 else -arg if c == -1 else to_sympy(c).xreplace(spelled) * arg
        for c, arg in terms
    ]
    return reduce(add, weighted, *([] if weighted else [Integer(0)]))


def runs(places: Sequence[tuple[int, int] | None]) -> Iterator[range]:
    """The positions of values that are one place of a step, one step after the other.

    Args:
        places: for each value its place and step; None where it has none.
    """
    start = 0
    for position, (one, two) in enumerate(pairwise([*places, None])):
        follows = one is not None and two is not None and two == (one[0], one[1] + 1)
        if not follows:
            yield range(start, position + 1)
            start = position + 1
