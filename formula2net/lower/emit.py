"""Program -> fx graph: stem, the program's operations, head.

Only `operator` and `torch` functions and named modules are emitted, nothing works in place, and
one application is one call: the code can be traced again, pickled, exported and read.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import torch
from torch.fx import Graph, Node

from formula2net.errors import FormulaError, Problem
from formula2net.ir.coefficient import Coefficient
from formula2net.ir.ops import (
    Activation,
    Apply,
    Concat,
    Constant,
    Hadamard,
    Input,
    LinComb,
    Slice,
    Transition,
    Value,
    Zeros,
)
from formula2net.ir.program import Program
from formula2net.lower.names import HEAD, INPUT, STEM, node_names
from formula2net.lower.sums import Sum, Term


def emit(program: Program) -> Graph:
    """The graph of a program: what the output does not depend on is left out.

    Raises:
        FormulaError: the output does not depend on the input, or a plain number stands where a
            feature must.
    """
    emitter = _Emitter(program)
    for value in sorted(program.live):
        emitter.add(value)
    return emitter.finish()


class _Emitter:
    """Emits the values of a program, one after the other."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.graph = Graph()
        self.names = node_names(program)
        self.input = self.graph.placeholder(INPUT)
        self.nodes: dict[Value, Node] = {}
        self.constants: dict[Value, Coefficient] = {}  # a constant feature has no tensor
        self.scalars: dict[str, Node] = {}
        self.chunks: dict[tuple[Value, int], Node] = {}

    def add(self, value: Value) -> None:
        """Emits one value."""
        match self.program.ops[value]:
            case Input():
                self.nodes[value] = self.module(STEM, self.input, value)
            case Apply(block=name, arg=arg) | Activation(name, arg) | Transition(name, arg):
                self.nodes[value] = self.module(name, self.feature(arg, value), value)
            case LinComb(terms):
                self.sum(value, terms)
            case Hadamard(args):
                self.nodes[value] = self.gate(value, args)
            case Concat(args):
                features = [self.feature(arg, value) for arg in args]
                self.nodes[value] = self.call(torch.cat, (features,), {"dim": 1}, value)
            case Slice(arg, part, parts):
                chunks = self.split(arg, parts, value)
                self.nodes[value] = self.call(operator.getitem, (chunks, part - 1), None, value)
            case Zeros(arg):
                like = self.feature(arg, value)
                self.nodes[value] = self.call(torch.zeros_like, (like,), None, value)
            case Constant():
                self.constants[value] = 1

    def finish(self) -> Graph:
        """The graph with its head."""
        if not self.input.users:
            raise FormulaError("The output does not depend on the input.")
        output = self.feature(self.program.output, None)
        self.graph.output(self.graph.create_node("call_module", HEAD, (output,), name=HEAD))
        return self.graph

    def module(self, target: str, arg: Node, value: Value) -> Node:
        """A call of a named module."""
        return self.graph.create_node("call_module", target, (arg,), name=self.names[value])

    def call(
        self,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any] | None = None,
        value: Value | None = None,
    ) -> Node:
        """A call of a function; what is no value of the program has fx's own name."""
        name = None if value is None else self.names[value]
        return self.graph.create_node("call_function", function, args, kwargs, name)

    def feature(self, value: Value, reader: Value | None) -> Node:
        """The node of a value.

        Raises:
            FormulaError: the value is a plain number.
        """
        if value in self.nodes:
            return self.nodes[value]
        where = "the output" if reader is None else self.names[reader]
        what = f"A plain number has no shape, and {where} needs a feature."
        raise FormulaError(Problem(what, got=str(self.constants[value]), try_="ZerosLike(X[0])"))

    def scalar(self, name: str) -> Node:
        """The parameter of a trainable scalar."""
        if name not in self.scalars:
            self.scalars[name] = self.graph.create_node("get_attr", name, name=name)
        return self.scalars[name]

    def split(self, arg: Value, parts: int, reader: Value) -> Node:
        """All equal parts of a value, which its parts share."""
        if (arg, parts) not in self.chunks:
            whole = (self.feature(arg, reader), parts)
            name = f"{self.names[arg]}_parts"
            chunks = self.graph.create_node("call_function", torch.chunk, whole, {"dim": 1}, name)
            self.chunks[arg, parts] = chunks
        return self.chunks[arg, parts]

    def gate(self, value: Value, args: tuple[Value, ...]) -> Node:
        """A product of features; a constant among them takes the shape of another one."""
        like = next((arg for arg in args if arg in self.nodes), args[0])
        nodes = [self.nodes.get(a) or self.constant(a, self.feature(like, value)) for a in args]
        product = nodes[0]
        for node in nodes[1:-1]:
            product = self.call(operator.mul, (product, node))
        return self.call(operator.mul, (product, nodes[-1]), None, value)

    def constant(self, value: Value, like: Node) -> Node:
        """A constant feature as a tensor."""
        ones = self.call(torch.ones_like, (like,))
        if self.constants[value] == 1:
            return ones
        return Sum(self, [Term(self.constants[value], ones)]).emit(None)

    def sum(self, value: Value, terms: tuple[tuple[Coefficient, Value], ...]) -> None:
        """A linear combination; one of constants only is a constant itself."""
        constant: Coefficient = 0
        found: list[Term] = []
        for coefficient, read in terms:
            if read in self.nodes:
                found.append(Term(coefficient, self.nodes[read]))
            else:
                constant = constant + coefficient * self.constants[read]
        if not found:
            self.constants[value] = constant
            return
        if constant != 0:  # `1 - T_1`, but `X_0 - 1`
            last = isinstance(constant, int) and constant < 0
            found.insert(len(found) if last else 0, Term(constant, None))
        self.nodes[value] = Sum(self, found).emit(value)
