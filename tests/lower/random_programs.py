"""Random programs of every kind of operation, whose shapes fit."""

from __future__ import annotations

import random
from fractions import Fraction

from formula2net.errors import PassError
from formula2net.ir.builder import Builder
from formula2net.ir.coefficient import Coefficient, radical
from formula2net.ir.coefficient import scalar as scalar_coefficient
from formula2net.ir.ops import Apply, Norm, Transition, Value
from formula2net.ir.program import Program
from formula2net.language.backbone import Backbone
from formula2net.passes.shapes import infer_shapes

WIDTH = 12
BACKBONE = Backbone.table(WIDTH, (1,), (WIDTH,), 3)
NUMBERS: tuple[Coefficient, ...] = (1, 1, 1, -1, -1, 2, Fraction(1, 2), Fraction(-1, 3))
WIDTHS = (1, 1, 1, 1, 2, Fraction(1, 2), Fraction(2, 3), Fraction(3, 2))
RICH: tuple[Coefficient, ...] = (
    *NUMBERS,
    scalar_coefficient("a"),
    1 - scalar_coefficient("a"),
    radical(2, Fraction(1, 2)),
)


class Maker:
    """Appends random operations to a program."""

    def __init__(self, seed: int, rich: bool) -> None:
        self.random = random.Random(seed)
        self.numbers = RICH if rich else NUMBERS
        self.builder = Builder()
        self.values: list[Value] = [self.builder.input("X_0")]
        self.blocks = 0

    def width(self, value: Value) -> int:
        """Channels."""
        program = Program(tuple(self.builder.ops), value, {})
        return infer_shapes(program, BACKBONE)[value].width

    def pick(self, like: Value | None = None) -> Value:
        """A value, of the same width as another one; mostly a late one."""
        values = self.values
        if like is not None:
            values = [v for v in values if self.width(v) == self.width(like)]
        return self.random.choice(values[-6:] if self.random.random() < 0.7 else values)

    def add(self) -> None:
        """One more value, or none where what was drawn does not fit."""
        kind = self.random.choice(
            ["apply"] * 4
            + ["sum"] * 5
            + ["concat", "slice", "rejoin", "gate", "letter", "norm", "transition", "zeros"]
        )
        value = getattr(self, kind)()
        if value is not None and value not in self.values:
            self.values.append(value)

    def apply(self) -> Value:
        width = self.random.choice(WIDTHS)
        tied = self.random.random() < 0.3
        if not tied:
            self.blocks += 1
        arg = self.pick()
        name = f"T_{self.width(arg)}_{int(WIDTH * width)}" if tied else f"W_{self.blocks}"
        return self.builder.apply(Apply(name, arg, 1, 1, width))

    def sum(self) -> Value | None:
        first = self.pick()
        terms = [first, *(self.pick(first) for _ in range(self.random.randint(1, 3)))]
        total: dict[Value, Coefficient] = {}
        for term in terms:
            total[term] = total.get(term, 0) + self.random.choice(self.numbers)
        total = {value: c for value, c in total.items() if c != 0}
        return self.builder.combine(total) if total else None

    def concat(self) -> Value | None:
        args = [self.pick() for _ in range(self.random.randint(2, 3))]
        if sum(map(self.width, args)) > 6 * WIDTH:
            return None
        return self.builder.concat(args)

    def slice(self) -> Value | None:
        arg, parts = self.pick(), self.random.choice([2, 3])
        if self.width(arg) % parts or not self._even(arg, parts):
            return None
        part = self.random.randint(1, parts)
        if self.random.random() < 0.5:  # all parts, so that they may be joined again
            self.values += [
                v for k in range(1, parts + 1) if (v := self._part(arg, k, parts)) is not None
            ]
        return self._part(arg, part, parts)

    def rejoin(self) -> Value | None:
        """All parts of a value, each plus the same multiple of another one's, joined again."""
        arg, parts = self.pick(), self.random.choice([2, 3])
        other = self.pick(arg)
        if self.width(arg) % parts or not self._even(arg, parts) or not self._even(other, parts):
            return None
        weight = self.random.choice(self.numbers) if other != arg else 0
        cuts = [
            (self._part(arg, k, parts), self._part(other, k, parts)) for k in range(1, parts + 1)
        ]
        pieces = [
            self.builder.combine({a: 1} | ({b: weight} if weight else {}))
            for a, b in cuts
            if a is not None and b is not None
        ]
        return self.builder.concat(pieces) if len(pieces) == parts else None

    def _part(self, arg: Value, part: int, parts: int) -> Value | None:
        try:
            return self.builder.slice(arg, part, parts)
        except PassError:
            return None

    def _even(self, arg: Value, parts: int) -> bool:
        """Whether a value divides into so many parts."""
        return self.builder.layout(arg).cuts(parts)

    def gate(self) -> Value:
        first = self.pick()
        second = self.pick(first)
        if self.random.random() < 0.4:
            second = self.builder.combine({self.builder.constant(): 1, second: -1})
        return self.builder.hadamard([first, second])

    def letter(self) -> Value:
        name = self.random.choice(["relu", "relu", "global_pool", "step_factor"])
        return self.builder.activation(name, self.single())

    def norm(self) -> Value:
        arg = self.single()
        number = self.width(arg) if self.random.random() < 0.5 else 1000 + len(self.builder.ops)
        return self.builder.norm(Norm(f"norm_{number}", arg, 1, 1))

    def transition(self) -> Value:
        arg = self.single()
        return self.builder.transition(Transition(f"transition_{arg}", arg, 1))

    def single(self) -> Value:
        """A value of one slot: the paper view looks through letters, and splits what is below."""
        return self.random.choice([v for v in self.values if self.builder.layout(v).slots == 1])

    def zeros(self) -> Value:
        return self.builder.zeros(self.pick())


def random_program(seed: int, size: int = 16, rich: bool = False) -> Program:
    """A program of about so many operations; its output reads the last ones.

    Args:
        seed: of the random numbers.
        size: operations.
        rich: whether coefficients may be irrational, or hold the scalar `a`.
    """
    maker = Maker(seed, rich)
    for _ in range(size):
        maker.add()
    last = [v for v in maker.values if maker.width(v) == WIDTH][-3:]
    output = maker.builder.combine(dict.fromkeys(last, 1))
    return maker.builder.finish(output, {("X", 0): 0})
