"""Programs as text: one line a value, named as the formula names it."""

from __future__ import annotations

from formula2net.ir.coefficient import Coefficient, Polynomial
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
from formula2net.ir.program import Program, StateKey


def state_name(key: StateKey) -> str:
    """``("X", 3)`` as ``X_3``; a negative index as ``X_m1``."""
    return "_".join(str(part).replace("-", "m") for part in key)


def value_names(program: Program) -> dict[Value, str]:
    """A readable unique name for every value: its state, its letter, or its number."""
    names: dict[Value, str] = {}
    taken: set[str] = set()
    for value, op in enumerate(program.ops):
        key = program.state_of(value)
        fallback = program.letters.get(value, f"v{value}")
        name = state_name(key) if key is not None and not isinstance(op, Apply) else fallback
        names[value] = name if name not in taken else f"v{value}"
        taken.add(names[value])
    return names


def print_program(program: Program) -> str:
    """The program, a line a value."""
    names = value_names(program)
    lines = [f"{names[value]} = {_text(op, names)}" for value, op in enumerate(program.ops)]
    return "\n".join([*lines, f"output {names[program.output]}"])


def _text(op: Op, names: dict[Value, str]) -> str:
    reads = [names[value] for value in op.operands]
    match op:
        case Input(name):
            return f"input {name}"
        case Constant():
            return "1"
        case Zeros():
            return f"zeros_like({reads[0]})"
        case LinComb(terms):
            return _sum_text([(c, names[value]) for c, value in terms])
        case Concat():
            return f"[{', '.join(reads)}]"
        case Slice(_, part, parts):
            return f"split({reads[0]}, {parts})[{part}]"
        case Hadamard():
            return " * ".join(reads)
        case Apply(block=name) | Activation(name=name) | Transition(name=name):
            return f"{name}({reads[0]})"
    return repr(op)


def _sum_text(terms: list[tuple[Coefficient, str]]) -> str:
    text = ""
    for coefficient, name in terms:
        negative = not isinstance(coefficient, Polynomial) and coefficient < 0
        size = -coefficient if negative else coefficient
        sign = (" - " if negative else " + ") if text else ("-" if negative else "")
        factor = "" if size == 1 else f"({size})*" if isinstance(size, Polynomial) else f"{size}*"
        text += f"{sign}{factor}{name}"
    return text or "0"
