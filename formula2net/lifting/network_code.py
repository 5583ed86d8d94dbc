"""The code of a compiled network, read back as a program.

Only nodes are read, and what their targets are called: `stem`, `head`, `transition_*`, `norm` and
the names of activations are reserved, every other module is a block. A product with a number or a
`get_attr` is a scaling, one of two features a gate. Parts are `chunk` and `getitem`. What the code
does not say, which stage a block belongs to and how wide its values are, a table of modules may.
"""

from __future__ import annotations

import operator
import re
from dataclasses import replace
from typing import Any, Final

import torch
from torch.fx import Graph, GraphModule, Node

from formula2net.blocks import FUNCTIONS
from formula2net.errors import LiftError, Problem
from formula2net.ir.coefficient import Coefficient, scalar
from formula2net.ir.ops import (
    Activation,
    Apply,
    Concat,
    Norm,
    Op,
    Slice,
    Transition,
    Value,
    Zeros,
)
from formula2net.ir.program import Program, StateKey
from formula2net.lifting.arithmetic import Arithmetic, is_arithmetic
from formula2net.lifting.glossary import Glossary
from formula2net.lifting.numbers import exact_number
from formula2net.lifting.writer import Writer

STEM, HEAD, TRANSITION = "stem", "head", "transition_"
NORM: Final = re.compile(r"(^|\.)norm\d*(_m?\d+)*$")  # `norm_3`, `S_1.norm_2_4`
PARTIAL: Final = re.compile(r"(add|sub|mul|neg)(_\d+)?")  # fx's own names: parts of an equation


def is_network_code(module: object) -> bool:
    """Whether a module's code is that of a compiled network: named modules from stem to head."""
    if not isinstance(module, GraphModule):
        return False
    targets = [node.target for node in module.graph.nodes if node.op == "call_module"]
    return targets.count(STEM) == 1 and targets.count(HEAD) == 1


def read_network(module: GraphModule) -> Program:
    """The program of a compiled network, read from its code."""
    program = getattr(module, "program", None)
    known = Glossary.of(program) if isinstance(program, Program) else Glossary()
    return read_code(module.graph, known)


def read_code(graph: Graph, known: Glossary) -> Program:
    """The program of a graph as the compiler emits them.

    Args:
        graph: of a network.
        known: what its names stand for.

    Raises:
        LiftError: a node is none of those that the compiler emits, or a float stands for no
            coefficient, or for two.
    """
    reader = _Reader(known)
    for node in graph.nodes:
        reader.read(node)
    if reader.output is None:
        raise LiftError("The graph calls no head, so it has no X_L.")
    states = reader.states or {("X", 0): reader.writer.ops.index(known.input)}
    return Program(tuple(reader.writer.ops), reader.output, states).verify()


class _Reader:
    """Reads the nodes of a graph, one after the other."""

    def __init__(self, known: Glossary) -> None:
        self.known = known
        self.writer = Writer()
        self.values: dict[Node, Value] = {}
        self.states: dict[StateKey, Value] = {}
        self.output: Value | None = None
        self._parts: dict[Node, tuple[Value, int]] = {}
        self._input: Node | None = None
        self._arithmetic = Arithmetic(self.writer, self)

    def read(self, node: Node) -> None:
        """Reads one node."""
        if node.kwargs.get("dim", 1) != 1:
            raise _unknown(node)
        value: Value | None = None
        if node.op == "placeholder" and self._input is None:
            self._input = node
        elif node.op == "call_module":
            value = self._module(node, str(node.target))
        elif is_arithmetic(node):
            value = self._arithmetic.read(node)
        elif node.op == "call_function":
            value = self._function(node)
        elif node.op not in ("get_attr", "output"):
            raise _unknown(node)
        if value is not None:
            self.values[node] = value
            for key in self.known.states.get(node.name, ()):
                self.states[key] = value

    def value(self, arg: Node) -> Value:
        """The value of a feature."""
        if arg not in self.values:
            raise LiftError(Problem("A feature is expected here.", got=str(arg)))
        return self.values[arg]

    def number(self, arg: Any) -> Coefficient | None:
        """The number that an argument is, or the scalar; None if it is a feature."""
        if isinstance(arg, Node):
            return scalar(str(arg.target)) if arg.op == "get_attr" else None
        return exact_number(arg, self.known.numbers)

    def goes_on(self, node: Node) -> bool:
        """Whether a node with fx's own name is a part of its one reader's sum, or product."""
        if len(node.users) != 1 or not PARTIAL.fullmatch(node.name):
            return False
        (user,) = node.users
        return is_arithmetic(user) and user.args.count(node) == 1

    def _module(self, node: Node, name: str) -> Value | None:
        (arg,) = node.args
        if name == STEM:
            if arg is not self._input:
                raise LiftError("The stem does not read the network's input.")
            return self.writer.add(self.known.input)
        value = self.value(arg)
        if name == HEAD:
            self.output = value
            return None
        return self.writer.add(replace(self._operation(name), arg=value))

    def _operation(self, name: str) -> Op:
        """What a module is; its argument is put in later."""
        if name in self.known.modules:
            return self.known.modules[name]
        if name.startswith(TRANSITION):
            stage = name.rpartition("_to_")[2].partition("_")[0]
            return Transition(name, 0, int(stage) if stage.isdecimal() else 0)
        if NORM.search(name):
            return Norm(name, 0)
        return Activation(name, 0) if name in FUNCTIONS else Apply(name, 0)

    def _function(self, node: Node) -> Value | None:
        """What is no arithmetic: concatenations, parts, constants."""
        if node.target is torch.chunk:
            whole, parts = node.args
            self._parts[node] = self.value(whole), parts
            return None
        if node.target is operator.getitem and node.args[0] in self._parts:
            chunks, number = node.args
            whole, parts = self._parts[chunks]
            return self.writer.add(Slice(whole, number + 1, parts))
        if node.target is torch.cat:
            return self.writer.add(Concat(tuple(map(self.value, node.args[0]))))
        if node.target is torch.zeros_like:
            return self.writer.add(Zeros(self.value(node.args[0])))
        if node.target is torch.ones_like:
            return self.writer.constant()
        raise _unknown(node)


def _unknown(node: Node) -> LiftError:
    return LiftError(
        Problem(
            "No compiled network has such a node.",
            got=str(node.format_node()),
            expected="nodes as the compiler emits them",
        )
    )


def module_names(module: GraphModule) -> dict[str, tuple[str, ...]]:
    """The modules that the letters of a compiled network stand for: those of the same name."""
    targets = (str(node.target) for node in module.graph.nodes if node.op == "call_module")
    return {name: (name,) for name in targets if name not in (STEM, HEAD, *FUNCTIONS)}
