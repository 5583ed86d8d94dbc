"""Which values of a program are which states of which step, as far back as the steps are alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from formula2net.ir.ops import Op, Value
from formula2net.synthesis.rolling.period import Period, Ref
from formula2net.synthesis.rolling.wires import Wires, module_of, scalars_of

Key = tuple[int, int]  # a place in a step, and how many steps before the last one
NameKey = tuple[int, int, int]  # place and rank of the first use, and how many steps before


@dataclass
class Steps:
    """The steps of a program that do what its last step does.

    Attributes:
        values: the values found, by place and steps back; those of states reach further.
        names: blocks, norms and scalars, by the place and rank of their first use and steps back.
        count: how many steps are alike, the last one included.
    """

    wires: Wires
    period: Period
    states: frozenset[int]
    values: dict[Key, Value] = field(default_factory=dict)
    names: dict[NameKey, str] = field(default_factory=dict)
    count: int = 0

    def __post_init__(self) -> None:
        self._owners: dict[str, NameKey] = {}
        self.values = {(p, 0): self.period.first + p for p in self.states}
        while self._step(self.count):
            self.count += 1
        for back in range(self.count):
            for place in set(range(self.period.length)) - self.states:
                self._beside(place, back)

    def _step(self, back: int) -> bool:
        """Matches one step: what later steps read of it, and what only the output may."""
        states = sorted(self.states, reverse=True)
        for place in states:
            self._beside(place, back)
        known = [place for place in states if (place, back) in self.values]
        return bool(known) and self._kept(
            lambda: all(self._match(place, back, self.values[place, back]) for place in known)
        )

    def _beside(self, place: int, back: int) -> None:
        """Finds a value that no later step reads, where the last step's place says it is."""
        value = self.period.first + place - back * self.period.length
        if (place, back) not in self.values and value >= 0:
            self._kept(lambda: self._match(place, back, value))

    def _kept(self, match: Callable[[], bool]) -> bool:
        """Matches; where that fails, all is as before."""
        values, names, owners = dict(self.values), dict(self.names), dict(self._owners)
        if not match():
            self.values, self.names, self._owners = values, names, owners
            return False
        return True

    def _match(self, place: int, back: int, value: Value) -> bool:
        """Whether a value is what the body has at this place, with all that it reads."""
        if self.values.setdefault((place, back), value) != value:
            return False
        if self.wires.shapes[value] != self.wires.shapes[self.period.first + place]:
            return False
        refs = self.period.body[place]
        op = self.wires.ops[value]
        reads = op.operands
        return all(
            self._name(ref, back, name, wanted)
            for ref, name, wanted in zip(
                refs[len(reads) :],
                names_of(op),
                names_of(self.wires.ops[self.period.first + place]),
                strict=True,
            )
        ) and all(self._read(ref, back, read) for ref, read in zip(refs, reads, strict=False))

    def _read(self, ref: Ref, back: int, value: Value) -> bool:
        if ref.back is None:
            return value == ref.place
        key = (ref.place, back + ref.back)
        if ref.place in self.states:
            return self.values.setdefault(key, value) == value
        if key in self.values:
            return self.values[key] == value
        return self._match(*key, value)

    def _name(self, ref: Ref, back: int, name: str, wanted: str) -> bool:
        if ref.back is None:
            return name == wanted
        key = (ref.place, ref.rank, back + ref.back)
        if self._owners.setdefault(name, key) != key:
            return False  # one block is that of one step
        return self.names.setdefault(key, name) == name


def names_of(op: Op) -> list[str]:
    """The names that an operation uses, in the order of `Wires.uses`."""
    module = module_of(op)
    return [*([module] if module else []), *scalars_of(op)]
