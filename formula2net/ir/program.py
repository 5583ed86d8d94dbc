"""A program: the value reading of a formula at one depth (design 1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from formula2net.errors import PassError
from formula2net.ir.ops import Activation, Apply, Hadamard, Input, LinComb, Op, Transition, Value

if TYPE_CHECKING:
    import networkx

StateKey = tuple[str | int, ...]


@dataclass(frozen=True)
class Program:
    """A straight-line program over features.

    Attributes:
        ops: ``ops[k]`` defines value ``k`` and reads only smaller values.
        output: the value that the head reads.
        states: which value every state of every step is, ``("X", 3)`` -> value.
    """

    ops: tuple[Op, ...]
    output: Value
    states: Mapping[StateKey, Value]

    def __len__(self) -> int:
        return len(self.ops)

    def __str__(self) -> str:
        names = self._value_names()
        lines = [
            f"{names[value]} = {op.text([names[read] for read in op.operands])}"
            for value, op in enumerate(self.ops)
        ]
        return "\n".join([*lines, f"output {names[self.output]}"])

    def __repr__(self) -> str:
        size = f"{len(self.ops):,} operations, {len(self.blocks):,} blocks"
        return f"<{type(self).__name__}: {size}>"

    @cached_property
    def letters(self) -> Mapping[Value, str]:
        """Names of the applications, gates, activations and transitions (design 5).

        The first application of a block has the block's name, the next ones ``W@2``, ``W@3``.
        """
        count: dict[str, int] = {}
        names: dict[Value, str] = {}
        for value, op in enumerate(self.ops):
            stem = letter_stem(op)
            if stem is None:
                continue
            count[stem] = count.get(stem, 0) + 1
            names[value] = stem if count[stem] == 1 else f"{stem}@{count[stem]}"
        return names

    @cached_property
    def live(self) -> frozenset[Value]:
        """The values that the output depends on."""
        seen = {self.output}
        for value in range(self.output, -1, -1):
            if value in seen:
                seen.update(self.ops[value].operands)
        return frozenset(seen)

    def applications(self) -> Iterator[tuple[Value, Apply]]:
        """All applications of blocks, in order."""
        for value, op in enumerate(self.ops):
            if isinstance(op, Apply):
                yield value, op

    @property
    def blocks(self) -> tuple[str, ...]:
        """Names of the blocks, in order of first use."""
        return tuple(dict.fromkeys(op.block for _, op in self.applications()))

    def state_of(self, value: Value) -> StateKey | None:
        """The first state that has this value, if any."""
        return self._state_names.get(value)

    @cached_property
    def _state_names(self) -> dict[Value, StateKey]:
        names: dict[Value, StateKey] = {}
        for key, value in self.states.items():
            names.setdefault(value, key)
        return names

    def _value_names(self) -> list[str]:
        """A readable name for every value: its state, its letter, or its number."""
        names: list[str] = []
        for value, op in enumerate(self.ops):
            key = self.state_of(value)
            named = key is not None and not isinstance(op, Apply)
            name = state_name(key) if key and named else self.letters.get(value, f"v{value}")
            names.append(name)
        return names

    def verify(self) -> Program:
        """Checks what every pass must keep; returns the program itself.

        Raises:
            PassError: a value reads a later one, or a combination is not collected.
        """
        for value, op in enumerate(self.ops):
            if any(not 0 <= read < value for read in op.operands):
                raise PassError(f"value {value} reads a value that is not before it: {op}")
            if isinstance(op, LinComb) and not _is_collected(op):
                raise PassError(f"value {value} is not a collected combination: {op}")
        for value in (self.output, *self.states.values()):
            if not 0 <= value < len(self.ops):
                raise PassError(f"value {value} is not defined")
        return self

    def to_networkx(self) -> networkx.MultiDiGraph:
        """The program as a graph: a node a value, an edge a read (with its coefficient)."""
        import networkx

        graph = networkx.MultiDiGraph()
        for value, op in enumerate(self.ops):
            graph.add_node(value, op=op, label=self.letters.get(value, type(op).__name__))
            weights = [c for c, _ in op.terms] if isinstance(op, LinComb) else None
            for port, read in enumerate(op.operands):
                graph.add_edge(read, value, port=port, weight=weights[port] if weights else 1)
        return graph


def state_name(key: StateKey) -> str:
    """``("X", 3)`` as ``X_3``; a negative index as ``X_m1``."""
    return "_".join(str(part).replace("-", "m") for part in key)


def letter_stem(op: Op) -> str | None:
    """The name that an operation's letter starts with; None where it is no letter."""
    match op:
        case Apply(block=name) | Activation(name=name) | Transition(name=name):
            return name
        case Hadamard():
            return "gate"
        case _:
            return None


def source_of(program: Program) -> Value:
    """The input of a program.

    Raises:
        PassError: the program has no input.
    """
    for value, op in enumerate(program.ops):
        if isinstance(op, Input):
            return value
    raise PassError("the program reads no input")


def _is_collected(op: LinComb) -> bool:
    return len(set(op.operands)) == len(op.terms) and all(c != 0 for c, _ in op.terms)
