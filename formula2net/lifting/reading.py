"""A recording as a program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from torch.fx import Node

from formula2net.errors import LiftError, Problem
from formula2net.ir.coefficient import Coefficient
from formula2net.ir.ops import Activation, Apply, Input, Value, Zeros
from formula2net.ir.program import Program
from formula2net.lifting.arithmetic import Arithmetic
from formula2net.lifting.ends import ends_of
from formula2net.lifting.letters import Letters
from formula2net.lifting.numbers import exact_number
from formula2net.lifting.operations import (
    aten,
    channels,
    keeps_channels,
    mixes_channels,
    name_of,
    reorders,
    takes_some,
)
from formula2net.lifting.origin import at_line
from formula2net.lifting.parts import Parts
from formula2net.lifting.recording import Recording
from formula2net.lifting.runs import Run, Runs
from formula2net.lifting.selection import HEAD, STEM, Selection
from formula2net.lifting.writer import Writer

INPUT = "X_0"


@dataclass(frozen=True)
class Reading:
    """A program, and what its letters stand for.

    Attributes:
        program: the program.
        modules: for each block, norm and transition the names of its modules.
    """

    program: Program
    modules: Mapping[str, tuple[str, ...]]


def read(recording: Recording, selection: Selection) -> Reading:
    """The program of a recording.

    Raises:
        LiftError: names the line of code that no program has.
    """
    reader = _Reader(recording, selection)
    for node in recording.graph.nodes:
        if node in reader.runs.data:
            reader.read(node)
    return reader.finished()


class _Reader:
    """Reads operations, one after the other."""

    def __init__(self, recording: Recording, selection: Selection) -> None:
        self.recording = recording
        self.runs = Runs(recording, selection)
        self.writer = Writer()
        self.values: dict[Node, Value] = {}
        self.output: Value | None = None
        self.letters = Letters(recording, selection)
        self.parts = Parts(self.writer, self)
        self._arithmetic = Arithmetic(self.writer, self)
        self._stem, self._head = ends_of(self.runs, self.letters)
        self._input: Node | None = None
        self._behind: set[Node] = set()  # what the head makes of the output

    def finished(self) -> Reading:
        """The program that has been read."""
        output = self.output
        if output is None:
            output = self.value(self.recording.output)
        elif self.recording.output not in self._behind:
            raise LiftError(Problem("The module's output does not come from the head."))
        program = Program(
            tuple(self.writer.ops), output, {("X", 0): self.value(self._input)}
        ).verify()
        return Reading(program, self.letters.modules)

    def read(self, node: Node) -> None:
        """Reads one operation; a run is read at its last one."""
        run = self.runs.of.get(node)
        if not self._behind.isdisjoint(self.runs.reads(node)):
            self._follow(node)
        elif node is self.recording.input or (run is not None and node is not run.last):
            return
        elif run is None:
            value = self._join(node)
            if value is not None:
                self.values[node] = value
        elif run is self._head or run.role == HEAD:
            self._end(run)
        elif not (run is self._stem or run.role == STEM):
            self.values[node] = self._run(run)

    def _follow(self, node: Node) -> None:
        """What is made of the head's output is the head's too.

        Raises:
            LiftError: it also reads what the head has not made.
        """
        if not self._behind.issuperset(self.runs.reads(node)):
            what = "What the head gives meets another value."
            raise LiftError(at_line(what, node, try_="head=()"))
        self._behind.add(node)

    def value(self, arg: Node) -> Value:
        """The value of a feature."""
        if arg not in self.values:
            begins = arg is self.recording.input or arg in self.runs.of
            self.values[arg] = self._begin(arg) if begins else self.parts.whole(arg)
        return self.values[arg]

    def number(self, arg: Any) -> Coefficient | None:
        """The number that an argument is, or the scalar; None if it is a feature."""
        if not isinstance(arg, Node):
            return exact_number(arg)
        return self.runs.scalars.of(arg)

    def goes_on(self, node: Node) -> bool:
        """Whether a sum is a part of its one reader's equation."""
        readers = self.runs.readers(node)
        if len(readers) != 1 or readers[0] is node:
            return False
        return self.runs.is_linear(readers[0]) and readers[0].args.count(node) == 1

    def _begin(self, node: Node) -> Value:
        """The input of the program: what the stem gives."""
        if self._input is not None:
            what = "The stem gives two values, and a program has one input."
            raise LiftError(at_line(what, node, got=f"{self._input} and {node}"))
        self._input = node
        self.letters.unit = channels(node)
        return self.writer.add(Input(INPUT))

    def _end(self, run: Run) -> None:
        """The output: what the head reads, after the functions that it begins with."""
        if self.output is not None:
            what = "Two modules are selected as head."
            raise LiftError(at_line(what, run.last, got=run.module))
        value = self.value(run.source)
        for op in self.letters.leading(run) if run is self._head else ():
            value = self.writer.add(replace(op, arg=value))
        self.output = value
        self._behind.add(run.last)

    def _run(self, run: Run) -> Value:
        value = self.value(run.source)
        if not run.module:
            self._refuse_taking(run, value)
        mixes = any(map(mixes_channels, run.nodes))
        for op in self.letters.of(run):
            value = self.writer.add(replace(op, arg=value), mixes)
        last = self.writer.ops[value]
        keeps = keeps_channels if isinstance(last, Activation) else lambda node: not reorders(node)
        if not isinstance(last, Apply) and not all(map(keeps, run.nodes)):
            self.writer.reordered.add(value)
        return value

    def _refuse_taking(self, run: Run, value: Value) -> None:
        """Refuses a part of values side by side, unless it is known whose it is.

        Raises:
            LiftError: an operation leaves some of them out.
        """
        reordered = value in self.writer.reordered
        for node in run.nodes if self.writer.slots(value) > 1 else ():
            if mixes_channels(node):
                return  # whatever is taken then is made of all of them
            reordered = reordered or not keeps_channels(node)
            if reordered and takes_some(node):
                what = "A part is taken of values side by side, and it is not known of which."
                raise LiftError(at_line(what, node, got=name_of(node)))

    def _join(self, node: Node) -> Value | None:
        """A sum, a gate, a concatenation, a part of something, or a constant."""
        if node.target is aten.zeros_like.default:
            return self.writer.add(Zeros(self.value(node.args[0])))
        if node.target is aten.ones_like.default:
            return self.writer.constant()
        if self.runs.is_linear(node):
            return self._arithmetic.read(node)
        return self.parts.read(node)
