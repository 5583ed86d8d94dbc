"""A program's wiring, and its network, as graphs that can be compared."""

from __future__ import annotations

from collections.abc import Hashable

from formula2net.ir.forms import is_atom
from formula2net.ir.ops import (
    Activation,
    Apply,
    Hadamard,
    LinComb,
    Norm,
    Op,
    Slice,
    Transition,
    Value,
)
from formula2net.ir.program import Program
from formula2net.ir.reduce import Reducer
from formula2net.paths.isomorphism import Coloured


def wiring(program: Program) -> Coloured:
    """The program as it is: a node a value that the output depends on."""
    graph = Coloured()
    nodes: dict[Value, int] = {}
    for value in sorted(program.live):
        op = program.ops[value]
        nodes[value] = graph.node(_kind(op), [*_block(graph, op), *_wires(op, nodes)])
    graph.node("output", [("output", nodes[program.output])])
    return graph


def network(program: Program) -> Coloured:
    """The reduced program in the exact view: its atoms, and what each is applied to."""
    reads = {v for op in program.ops if is_atom(op, "exact") for v in op.operands}
    reducer = Reducer(program.ops, "exact", keep=frozenset(reads | {program.output}))
    for _ in reducer.steps():
        pass
    graph = Coloured()
    nodes: dict[Value, int] = {}
    for value in sorted(_live_atoms(program, reducer)):
        op = program.ops[value]
        args = [("argument", _argument(graph, nodes, reducer, arg)) for arg in op.operands]
        nodes[value] = graph.node(_kind(op), [*_block(graph, op), *args])
    graph.node("output", [("output", _argument(graph, nodes, reducer, program.output))])
    return graph


def _live_atoms(program: Program, reducer: Reducer) -> set[Value]:
    """The atoms that the output's reduced form depends on."""
    live: set[Value] = set()
    stack = [program.output]
    while stack:
        fresh = {atom for atom, _, _ in reducer.kept[stack.pop()]} - live
        live |= fresh
        stack.extend(arg for atom in fresh for arg in program.ops[atom].operands)
    return live


def _argument(graph: Coloured, nodes: dict[Value, int], reducer: Reducer, value: Value) -> int:
    """A node for a reduced form, so that the arguments of a gate stay apart."""
    form = reducer.kept[value].items()
    return graph.node(
        "argument", [((chain, slot, weight), nodes[atom]) for (atom, chain, slot), weight in form]
    )


def _block(graph: Coloured, op: Op) -> list[tuple[Hashable, int]]:
    """A block or a norm: which one it is, whatever it is called."""
    name = op.block if isinstance(op, Apply) else op.name if isinstance(op, Norm) else ""
    return [("block", graph.block(name))] if name else []


def _kind(op: Op) -> Hashable:
    """What an operation is, apart from what it reads and how its block is called."""
    match op:
        case Apply(stage=stage, width=width, keeps=keeps):
            return type(op).__name__, stage, width, keeps
        case Transition(stage=stage, width=width):
            return type(op).__name__, stage, width
        case Norm(stage=stage):
            return type(op).__name__, stage
        case Activation(name=name):
            return type(op).__name__, name
        case Slice(part=part, parts=parts):
            return type(op).__name__, part, parts
    return type(op).__name__


def _wires(op: Op, nodes: dict[Value, int]) -> list[tuple[Hashable, int]]:
    """What a value reads: with coefficients in a sum, in any order in a gate, else in order."""
    if isinstance(op, LinComb):
        return [(weight, nodes[value]) for weight, value in op.terms]
    ordered = not isinstance(op, Hadamard)
    return [(slot if ordered else 0, nodes[value]) for slot, value in enumerate(op.operands)]
