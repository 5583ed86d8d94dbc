"""What letters runs of operations are: blocks, norms, transitions, activations."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from torch.fx import Node

from formula2net.ir.coefficient import reduced
from formula2net.ir.ops import Activation, Apply, Norm, Transition, Width
from formula2net.lifting.axes import shape_of
from formula2net.lifting.broadcasts import repeats
from formula2net.lifting.operations import NORMS, channels, is_pointwise, is_silent, name_of
from formula2net.lifting.origin import calls_of
from formula2net.lifting.recording import Recording
from formula2net.lifting.runs import RUN, Run
from formula2net.lifting.selection import ACTIVATION, BLOCK, TRANSITION, Selection
from formula2net.lifting.signature import signature

STEMS = {BLOCK: "W", TRANSITION: "transition", ACTIVATION: "norm"}


class Letters:
    """Names the letters: W_1, W_2, ... in order of first use; a block that comes again is itself.

    Args:
        recording: says which weights there are.
        selection: says what the user has named.

    Attributes:
        modules: for each block, norm and transition the names of its modules.
        unit: channels of the input, in which widths are counted.
    """

    def __init__(self, recording: Recording, selection: Selection) -> None:
        self.recording = recording
        self.selection = selection
        self.modules: dict[str, tuple[str, ...]] = {}
        self.unit = 1
        self._names: dict[tuple[Any, ...], str] = {}
        self._functions_of: dict[str, list[tuple[Any, ...]]] = {}
        self._count: dict[str, int] = {}

    def weights_of(self, run: Run) -> tuple[str, ...]:
        """The names of the parameters and buffers that a run reads, each once."""
        names = (self.recording.weights[n] for node in run.nodes for n in self._weights(node))
        return tuple(dict.fromkeys(names))

    def is_trained(self, run: Run) -> bool:
        """Whether a run has parameters."""
        return not self.recording.trained.isdisjoint(self.weights_of(run))

    def of(self, run: Run) -> Iterator[Activation | Apply | Transition]:
        """The operations of a run, each on the one before; their arguments are put in later."""
        role = self._role(run)
        weights = self.weights_of(run)
        if role == ACTIVATION and not (self.is_trained(run) or _norms(run)):
            yield from self._functions(run)
            return
        modules = (run.module,) if run.module else _owners(run, weights)
        does = signature(run.nodes, run.source, self.recording.weights)
        name = self._name(role, modules, weights, does)
        if role == BLOCK:
            yield Apply(name, 0, width=self._width(run), operator="W")
        elif role == TRANSITION:
            yield Transition(name, 0, 0, self._width(run))
        else:
            yield Norm(name, 0, operator="norm")

    def leading(self, run: Run) -> Iterator[Activation]:
        """The elementwise functions that a run begins with: they are X_L's, and not the head's."""
        for node in run.nodes:
            if any(self._weights(node)) or is_silent(node) or name_of(node) in NORMS:
                return
            if shape_of(node) != shape_of(run.source):
                return
            yield self._function(node)

    def _role(self, run: Run) -> str:
        """What a run is: as it was named; unnamed ones go by their weights."""
        if run.role != RUN:
            return run.role
        trained = [node for node in run.nodes if any(self._weights(node))]
        if not self.is_trained(run) or all(name_of(node) in NORMS for node in trained):
            return ACTIVATION
        return TRANSITION if BLOCK in self.selection.given else BLOCK

    def _weights(self, node: Node) -> Iterator[Node]:
        """The placeholders that an operation reads, through what is made of them alone."""
        for read in node.all_input_nodes:
            if read in self.recording.weights:
                yield read
            elif read not in self.recording.dependent:
                yield from self._weights(read)

    def _functions(self, run: Run) -> Iterator[Activation]:
        """The functions of a run without weights; a named module is one."""
        loud = [node for node in run.nodes if not is_silent(node)]
        if run.module and len(loud) != 1:
            name = type(self.selection.modules[run.module]).__name__.lower()
            yield self._numbered(name, signature(run.nodes, run.source, self.recording.weights))
            return
        for node in loud:
            yield self._function(node)

    def _function(self, node: Node) -> Activation:
        """A function; two that differ in a number, as two slopes, have two names."""
        name = name_of(node)
        if name == "global_pool":
            return Activation(name, 0)
        source = self._source(node)
        does = signature([node], source, self.recording.weights)
        return self._numbered(name, (*does, *self._shapes(node, source)))

    def _source(self, node: Node) -> Node:
        return next(n for n in node.all_input_nodes if n in self.recording.dependent)

    def _shapes(self, node: Node, source: Node) -> Iterator[tuple[int, ...]]:
        """The shapes that a function is shown its argument in, where it minds them."""
        if is_pointwise(node):
            return
        if repeats(node):
            yield shape_of(node)
        while source in self.recording.dependent and source.op == "call_function":
            if not is_silent(source):
                return
            yield shape_of(source)
            source = self._source(source)

    def _numbered(self, name: str, does: tuple[Any, ...]) -> Activation:
        known = self._functions_of.setdefault(name, [])
        if does not in known:
            known.append(does)
        number = known.index(does)
        return Activation(f"{name}_{number + 1}" if number else name, 0)

    def _name(
        self, role: str, modules: tuple[str, ...], weights: tuple[str, ...], does: tuple[Any, ...]
    ) -> str:
        key = (role, *(weights or modules), does)
        if key not in self._names:
            stem = STEMS[role]
            self._count[stem] = self._count.get(stem, 0) + 1
            self._names[key] = f"{stem}_{self._count[stem]}"
            self.modules[self._names[key]] = modules
        return self._names[key]

    def _width(self, run: Run) -> Width:
        return reduced(Fraction(channels(run.last), self.unit))


def _norms(run: Run) -> bool:
    return any(name_of(node) in NORMS for node in run.nodes)


def _owners(run: Run, weights: tuple[str, ...]) -> tuple[str, ...]:
    """The modules that have the weights of a run; without weights those that are called."""
    owners = dict.fromkeys(name.rpartition(".")[0] for name in weights)
    if not owners:
        owners = dict.fromkeys(c.name for node in run.nodes for c in list(calls_of(node))[-1:])
    return tuple(owners)
