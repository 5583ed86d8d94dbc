"""A program as text and as a graph."""

from __future__ import annotations

from fractions import Fraction

import networkx as nx

from formula2net.ir.builder import Builder
from formula2net.ir.coefficient import radical, scalar
from formula2net.ir.ops import Apply, Op, Transition
from formula2net.ir.program import Program


def everything() -> Program:
    builder = Builder()
    x = builder.input("X_0")
    w = builder.apply(Apply("W_1", x, 1, 1))
    total = builder.combine(
        {x: -1, w: Fraction(1, 2), builder.zeros(x): radical(2, Fraction(1, 2))}
    )
    scaled = builder.combine({total: scalar("a"), x: -2})
    pair = builder.concat([scaled, w])
    part = builder.slice(pair, 2, 2)
    gate = builder.hadamard([builder.combine({builder.constant(): 1, part: -1}), x])
    active = builder.activation("relu", gate)
    moved = builder.transition(Transition("transition_X_1_to_2", active, 2))
    states = {("X", 0): x, ("X", 1): total, ("X", 2, 1): scaled, ("Y", -1): part}
    return builder.finish(moved, states)


def test_text() -> None:
    assert (
        str(everything())
        == """\
X_0 = input X_0
W_1 = W_1(X_0)
v2 = zeros(X_0)
X_1 = -X_0 + 1/2*W_1 + (2**(1/2))*v2
X_2_1 = (a)*X_1 - 2*X_0
v5 = [X_2_1, W_1]
Y_m1 = split(v5, 2)[2]
v7 = 1
v8 = v7 - Y_m1
gate = v8 * X_0
relu = relu(gate)
transition_X_1_to_2 = transition_X_1_to_2(relu)
output transition_X_1_to_2"""
    )


def test_the_graph_has_an_edge_a_read() -> None:
    program = everything()
    graph = program.to_networkx()
    assert nx.is_directed_acyclic_graph(graph)
    assert graph.number_of_nodes() == len(program)
    assert graph.number_of_edges() == sum(len(op.operands) for op in program.ops)
    for value, op in enumerate(program.ops):
        reads = sorted((data["port"], read) for read, _, data in graph.in_edges(value, data=True))
        assert [read for _, read in reads] == list(op.operands)
        assert graph.nodes[value]["op"] is op
    total = program.states["X", 1]
    weights = {read: data["weight"] for read, _, data in graph.in_edges(total, data=True)}
    assert weights == {0: -1, 1: Fraction(1, 2), 2: radical(2, Fraction(1, 2))}


def test_a_value_read_twice_has_two_edges() -> None:
    builder = Builder()
    x = builder.input("X_0")
    program = builder.finish(builder.concat([x, x]), {})
    assert program.to_networkx().number_of_edges(0, 1) == 2


def test_letters_are_numbered_from_the_second_on() -> None:
    builder = Builder()
    x = builder.input("X_0")
    first = builder.activation("relu", builder.apply(Apply("W", x)))
    second = builder.activation("relu", builder.apply(Apply("W", first)))
    letters = builder.finish(second, {}).letters
    assert list(letters.values()) == ["W", "relu", "W@2", "relu@2"]


def test_relabelling_names_other_values() -> None:
    shifted = {value: value + 10 for value in range(len(everything()))}
    for op in everything().ops:
        moved: Op = op.relabel(shifted)
        assert moved.operands == tuple(value + 10 for value in op.operands)
        assert type(moved) is type(op)
