"""The values of one formula while it is unrolled; a nested formula has a scope of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from formula2net.errors import FormulaError, Problem
from formula2net.ir.ops import Value
from formula2net.ir.program import StateKey
from formula2net.language.recursion import Recursion
from formula2net.language.symbols import Index
from formula2net.passes.placement import Place


@dataclass
class Scope:
    """States by name and indices, the input, and what has no value.

    Attributes:
        recursion: the formula.
        input: what the state without a value at 0, or an ``Input`` symbol, stands for.
        input_state: that state's name; None where the formula reads an ``Input``.
        prefix: what block and state names start with (``W_3.`` inside block ``W_3``).
        path: the same without indices (``W.``).
    """

    recursion: Recursion
    input: Value
    input_state: str | None
    prefix: str = ""
    path: str = ""
    states: dict[StateKey, Value] = field(default_factory=dict)
    missing: dict[str, None] = field(default_factory=dict)

    def defined(self, key: StateKey) -> bool:
        """Whether a state has a value at these indices."""
        return key in self.states or (key[1] == 0 and key[0] == self.input_state)

    def read(self, key: StateKey) -> Value:
        """The value of a state; one that is missing is noted, and reported by :meth:`check`."""
        if key in self.states:
            return self.states[key]
        if not self.defined(key):
            self.missing[f"{key[0]}[{', '.join(map(str, key[1:]))}]"] = None
        return self.states.setdefault(key, self.input)

    def check(self) -> None:
        """Reports every value that was read and is not there.

        Raises:
            FormulaError: lists what is missing.
        """
        if not self.missing:
            return
        names = sorted(self.missing)
        lacking = "has" if len(names) == 1 else "have"
        raise FormulaError(
            Problem(
                f"{', '.join(names)} {lacking} no value.",
                formula=str(self.recursion),
                expected="an initial value for every state that is read before it is computed",
                try_=f"initial=[{', '.join(f'Eq({name}, ...)' for name in names)}]",
            )
        )


@dataclass(slots=True)
class Context:
    """Where an expression is evaluated.

    Attributes:
        scope: the formula's values.
        env: values of the indices.
        place: the place of the step.
        owner: the state whose equation it is, with the scope's prefix.
        reading: where values are read; the place of a block inside its argument.
    """

    scope: Scope
    env: Mapping[Index, int]
    place: Place
    owner: str
    reading: Place | None

    def bind(self, env: Mapping[Index, int]) -> Context:
        """The same context with other values of the indices."""
        return Context(self.scope, env, self.place, self.owner, self.reading)
