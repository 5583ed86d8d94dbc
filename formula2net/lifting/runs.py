"""Operations that belong together: the calls that a user names, and runs between joins."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from torch.fx import Node

from formula2net.errors import LiftError
from formula2net.lifting.arithmetic import is_arithmetic
from formula2net.lifting.axes import shape_of
from formula2net.lifting.operations import (
    JOINS,
    SPLITS,
    aten,
    name_of,
    takes_channels,
    written_over,
)
from formula2net.lifting.origin import Call, at_line, calls_of
from formula2net.lifting.recording import Recording
from formula2net.lifting.scalars import Scalars
from formula2net.lifting.selection import Selection
from formula2net.lifting.smooth import passes, stops, without_gradient

RUN = "run"  # the role of what nobody has named


@dataclass(eq=False)
class Run:
    """Operations from one value to one value.

    Attributes:
        source: the node that they read.
        last: the operation that gives the value.
        nodes: the operations, in order; those of a named call may be wired in any way.
        role: what the user has named them, or "run".
        module: the name of the called module, if it was named.
    """

    source: Node
    last: Node
    nodes: list[Node] = field(default_factory=list)
    role: str = RUN
    module: str = ""


class Runs:
    """Finds the runs of a recording.

    Args:
        recording: of a module.
        selection: which of its modules have been named.

    Attributes:
        of: for a node its run; joins, splits and sums are in none.

    Raises:
        LiftError: a named module reads several values, or an operation joins values otherwise
            than by a sum, a product or a concatenation.
    """

    def __init__(self, recording: Recording, selection: Selection) -> None:
        self.recording = recording
        self.selection = selection
        self.of: dict[Node, Run] = {}
        self.data = recording.dependent
        self.scalars = Scalars(recording)
        self._named()
        for node in recording.graph.nodes:
            fresh = node in self.data and node not in self.of
            if fresh and node is not recording.input and self._is_unary(node):
                self._join(node)

    def reads(self, node: Node) -> list[Node]:
        """What an operation reads that depends on the input, each once."""
        return [n for n in node.all_input_nodes if n in self.data]

    def readers(self, node: Node) -> list[Node]:
        """What reads a value, the module's output among it."""
        ends = [node] if node is self.recording.output else []
        return [n for n in node.users if n in self.data] + ends

    def is_linear(self, node: Node) -> bool:
        """Whether an operation is a sum, a scaling or a gate of the program."""
        if node in self.of or not is_arithmetic(node) or self._divides(node):
            return False
        args = [arg for arg in node.args[:2] if isinstance(arg, Node)]
        return all(arg in self.data or self._is_number(arg, node) for arg in args)

    def _divides(self, node: Node) -> bool:
        """Whether an operation divides by what is no number, or by a trained one."""
        if name_of(node) not in ("div", "truediv") or not isinstance(node.args[1], Node):
            return False
        return not isinstance(self.scalars.of(node.args[1]), int | Fraction)

    def _is_number(self, arg: Node, node: Node) -> bool:
        """Whether an argument is a number, and does not repeat the value that it meets."""
        if self.scalars.of(arg) is None:
            return False
        return shape_of(node) in [shape_of(read) for read in self.reads(node)]

    def _named(self) -> None:
        """The runs of the calls that the user has named."""
        calls: dict[tuple[Call, str], list[Node]] = {}
        for node in self.recording.graph.nodes:
            found = self.selection.run_of(node) if node in self.data else None
            if found:
                calls.setdefault(found, []).append(node)
        for (call, role), nodes in calls.items():
            inside = set(nodes)
            reads = dict.fromkeys(r for n in nodes for r in self.reads(n) if r not in inside)
            ends = [n for n in nodes if any(u not in inside or u is n for u in self.readers(n))]
            if len(reads) != 1:
                what = f"The {role} {call.name} reads {len(reads)} values."
                raise LiftError(at_line(what, nodes[0], expected="one"))
            if len(ends) != 1:  # or it writes into what it reads
                what = f"The {role} {call.name} gives {len(ends)} values."
                raise LiftError(at_line(what, nodes[-1], expected="one"))
            (source,) = reads
            run = Run(source, ends[0], nodes, role, call.name)
            if not passes(nodes, source, ends[0]):
                stop = next(filter(stops, nodes), ends[0])
                raise without_gradient(stop, name_of(stop))
            self.of.update(dict.fromkeys(nodes, run))

    def _join(self, node: Node) -> None:
        """Appends an operation on one value to the run before it, or begins a new one."""
        (source,) = self.reads(node)
        run = self.of.get(source)
        if run is None or run.role != RUN or len(self.readers(source)) > 1:
            run = Run(source, node)
        run.nodes.append(node)
        run.last = node
        self.of[node] = run

    def _is_unary(self, node: Node) -> bool:
        """Whether an operation belongs into a run.

        Raises:
            LiftError: it joins values in another way than a program can.
        """
        reads = self.reads(node)
        if stops(node):
            raise without_gradient(node, name_of(node))
        if node.target in (aten.zeros_like.default, aten.ones_like.default, *SPLITS):
            return False
        if reads[0].target in SPLITS or self._is_part(node):
            return False
        if written_over(node) is not None:
            return False
        if node.target in JOINS and all(n in self.data for n in node.all_input_nodes):
            return False
        if self.is_linear(node):
            return len(reads) == 1 and self._is_inside(node, reads[0])
        if len(reads) > 1:
            raise _unknown(node)
        return True

    def _is_part(self, node: Node) -> bool:
        """Whether a node takes a part out of a value, or one value out of a stack."""
        source = node.args[0]
        if node.target in (aten.select.int, aten.sum.dim_IntList, aten.mean.dim):
            return source.target is aten.stack.default
        writes = node.target is aten.slice_scatter.default
        if writes and len(self.reads(node)) == 1 and self.scalars.of(node.args[0]) != 0:
            return False
        return (writes or node.target is aten.slice.Tensor) and takes_channels(node)

    def _is_inside(self, node: Node, source: Node) -> bool:
        """Whether a scaling stands in the midst of a run, and is no term of a sum."""
        begun = source in self.of or source is self.recording.input
        if not begun or node.args[:2].count(source) != 1:
            return False
        return self._goes_on(source) and self._leads_to_run(node)

    def _goes_on(self, node: Node) -> bool:
        run = self.of.get(node)
        return (run is None or run.role == RUN) and len(self.readers(node)) == 1

    def _leads_to_run(self, node: Node) -> bool:
        readers = self.readers(node)
        if len(readers) != 1 or readers[0] is node:
            return False
        (reader,) = readers
        if self.is_linear(reader):
            return len(self.reads(reader)) == 1 and self._leads_to_run(reader)
        joins = reader.target in JOINS or reader.target in SPLITS
        return len(self.reads(reader)) == 1 and not joins


def _unknown(node: Node) -> LiftError:
    names = [call.name for call in calls_of(node)]
    what = f"{name_of(node)} joins values, and is no sum, product or concatenation."
    try_ = "put it into a module, and name that in blocks"
    if names:
        try_ = f"blocks=({names[-1]!r}, ...): it or what it belongs to, and the other blocks"
    return LiftError(at_line(what, node, try_=try_))
