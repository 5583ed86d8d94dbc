"""What names in the code of a network stand for: a program knows, and the code does not say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from formula2net.ir.ops import Activation, Apply, Input, Op, Transition
from formula2net.ir.program import Program, StateKey, state_name
from formula2net.lifting.numbers import Table, table_of


@dataclass(frozen=True)
class Glossary:
    """What names in the code of a network stand for; how they are wired is not in it.

    Attributes:
        modules: for a module its operation, whatever that reads.
        states: for a node the state that it holds.
        numbers: for a float the exact numbers that it may stand for; None where nothing is known.
        input: what the input is.
    """

    modules: Mapping[str, Op] = field(default_factory=dict)
    states: Mapping[str, tuple[StateKey, ...]] = field(default_factory=dict)
    numbers: Table | None = None
    input: Input = field(default_factory=lambda: Input("X_0"))

    @classmethod
    def of(cls, program: Program) -> Glossary:
        """The names of a program."""
        modules = {}
        for op in program.ops:
            if isinstance(op, Apply):
                modules[op.block] = op
            elif isinstance(op, Activation | Transition):
                modules[op.name] = op
        states: dict[str, tuple[StateKey, ...]] = {}
        for key, value in program.states.items():
            name = state_name(program.state_of(value) or key)
            states[name] = (*states.get(name, ()), key)
        (start, *_) = (op for op in program.ops if isinstance(op, Input))
        return cls(modules, states, table_of(program), start)
