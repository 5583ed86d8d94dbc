"""Where the values of a program stand in a picture of its wiring."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

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
from formula2net.ir.program import Program
from formula2net.report.wiring_places import columns_of, rows_of

LONG: Final = 7  # a coefficient with more characters is rounded


@dataclass(frozen=True)
class Node:
    """One value.

    Attributes:
        kind: How it is drawn: "state", "block", "activation", "transition", "gate", "concat",
            "part", "sum" or "number".
        x: Its column: the number of values on the longest way to it.
        y: Its row; the output's state has row 0.
        text: What is written in it, with subscripts as in `W_3`.
        note: The state that it is, where the text does not say so.
        stage: The backbone's stage that a block or transition belongs to, from 1; else 0.
    """

    kind: str
    x: float
    y: float
    text: str
    note: str = ""
    stage: int = 0


@dataclass(frozen=True)
class Edge:
    """One read.

    Attributes:
        start: The value that is read.
        end: The value that reads it.
        text: The coefficient, where it is not 1.
        negative: Whether the value is subtracted.
    """

    start: Value
    end: Value
    text: str = ""
    negative: bool = False


@dataclass(frozen=True)
class Wiring:
    """A picture before it is drawn; what the output does not depend on is left out."""

    nodes: dict[Value, Node]
    edges: tuple[Edge, ...]


def lay_out(program: Program) -> Wiring:
    """Columns by the order of computation, a row for each state."""
    # The constant 1 is written into the sums that read it.
    live = [v for v in sorted(program.live) if not isinstance(program.ops[v], Constant)]
    columns = columns_of(program, live)
    rows = rows_of(program, live, columns)
    nodes = {value: _node(program, value, columns[value], rows[value]) for value in live}
    edges = (edge for value in live for edge in _edges(value, program.ops[value]))
    return Wiring(nodes, tuple(edge for edge in edges if edge.start in nodes))


def _node(program: Program, value: Value, column: int, row: float) -> Node:
    op = program.ops[value]
    key = program.state_of(value)
    state = "_".join(map(str, key)) if key else ""
    kind, text = _kind(op, program.letters.get(value, ""), state)
    note = "" if text == state else state
    if isinstance(op, LinComb):
        ones = [c for c, read in op.terms if isinstance(program.ops[read], Constant)]
        text += f" {_coefficient_text(ones[0]) or 1}" if ones else ""
    return Node(kind, float(column), row, text, note, getattr(op, "stage", 0))


def _kind(op: Op, letter: str, state: str) -> tuple[str, str]:
    """How a value is drawn, and what is written in it."""
    match op:
        case Apply():
            return "block", letter
        case Activation(name=name):
            return "activation", name
        case Transition():
            return "transition", ""
        case Hadamard():
            return "gate", r"\odot"
        case Concat():
            return "concat", ""
        case Slice(_, part, parts):
            return "part", f"{part}/{parts}"
        case Zeros():
            return "number", "0"
        case Input(name) if not state:
            return "state", name
    return ("state", state) if state else ("sum", "+")


def _edges(value: Value, op: Op) -> Iterator[Edge]:
    if not isinstance(op, LinComb):
        yield from (Edge(read, value) for read in op.operands)
        return
    for coefficient, read in op.terms:
        yield Edge(read, value, _coefficient_text(coefficient), _is_negative(coefficient))


def _is_negative(coefficient: Coefficient) -> bool:
    """Whether something is subtracted; of a sum with scalars nobody knows."""
    if not isinstance(coefficient, Polynomial):
        return coefficient < 0
    if coefficient.scalars:
        return len(coefficient.terms) == 1 and coefficient.terms[0][1] < 0
    return float(coefficient) < 0


def _coefficient_text(coefficient: Coefficient) -> str:
    """The coefficient, or three digits of a long one; a sum with scalars is left out."""
    if coefficient == 1:
        return ""
    size = -coefficient if _is_negative(coefficient) else coefficient
    text, sign = str(size), "−" if _is_negative(coefficient) else ""
    if isinstance(coefficient, Polynomial) and coefficient.scalars:
        return sign + text if len(coefficient.terms) == 1 else "…"
    return f"≈{sign}{float(size):.3g}" if len(text) > LONG else sign + text
