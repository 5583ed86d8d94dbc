"""Random programs, as lists of instructions that Hypothesis can shrink."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from formula2net.errors import PassError
from formula2net.ir.builder import Builder
from formula2net.ir.coefficient import radical
from formula2net.ir.ops import Apply, Concat, LinComb, Norm, Transition, Value
from formula2net.ir.program import Program

WEIGHTS = (1, -1, 2, -2, Fraction(1, 2), Fraction(-2, 3), radical(2, Fraction(1, 2)))
PARTS = (2, 2, 4)
WIDTHS = (1, 1, Fraction(1, 2), 1, 2)  # of what block k hands on; the same wherever it stands
FINEST = 16  # no part is smaller than this share of a state
WIDEST = 3  # nothing wider than so many states is concatenated with more

Recipe = list[tuple[int, int, int, int]]

_small = st.integers(0, 11)
_any_kind = st.integers(0, 14)
_structure = st.sampled_from([0, 3, 4, 7, 7, 9, 9, 13, 13, 14])  # sums, concatenations, parts
_near = st.integers(0, 3)  # the latest values

recipes = st.one_of(
    st.lists(st.tuples(_any_kind, _small, _small, _small), min_size=1, max_size=11),
    st.lists(st.tuples(_structure, _near, _near, _small), min_size=4, max_size=9),
)
tied_blocks = st.integers(0, 3)


def build(recipe: Recipe, tied: int = 3) -> Program:
    """The program that a recipe makes; instructions that do not fit are skipped.

    Args:
        recipe: (kind, a, b, c): a and b choose values, the latest first, c a number or a name.
        tied: applications choose among so many blocks; 0 gives each one its own.
    """
    builder = Builder()
    values = [builder.input("X_0")]
    for number, (kind, a, b, c) in enumerate(recipe):
        x, y = values[-1 - a % len(values)], values[-1 - b % len(values)]
        value = _operation(builder, kind, x, y, c, c % tied if tied else number)
        values += [] if value is None else [value]
    return builder.finish(values[-1], {("X", k): value for k, value in enumerate(values)})


def _operation(builder: Builder, kind: int, x: Value, y: Value, c: int, block: int) -> Value | None:
    """One operation on two values, or None where it does not fit."""
    width, alike = builder.layout(x).width, _alike(builder, x, y)
    if kind <= 2:
        return builder.apply(Apply(f"W_{block}", x, width=WIDTHS[block % len(WIDTHS)]))
    if kind <= 6:
        return _combination(builder, x, y, c) if alike else None
    if kind <= 8:
        return builder.concat([x, y]) if width <= WIDEST else None
    if kind <= 10:
        return _part(builder, x, c)
    if kind >= 13:
        return _continued(builder, x, y, c, alike)
    if kind == 11:
        one = builder.combine({builder.constant(): 1, x: -1})
        return builder.hadamard([one if c % 2 else x, y]) if alike else None
    if c % 4 == 0:
        return builder.activation("relu", x)
    if c % 4 == 1:
        return builder.zeros(x)
    if c % 4 == 2:
        return builder.norm(Norm(f"norm_{block}", x))
    return builder.transition(Transition(f"transition_{x}", x, 1)) if width == 1 else None


def _alike(builder: Builder, x: Value, y: Value) -> bool:
    """Whether two values can be added: of one width and, where concatenated, of even parts."""
    one, two = builder.layout(x), builder.layout(y)
    whole = 1 in (one.slots, two.slots)
    return one.width == two.width and (whole or (one.even and two.even))


def _continued(builder: Builder, x: Value, y: Value, c: int, alike: bool) -> Value | None:
    """A sum, or a concatenation, and one value more."""
    match builder.ops[x]:
        case LinComb(terms) if alike:
            combination = {value: weight for weight, value in terms}
            combination[y] = WEIGHTS[c % 4]
            return builder.combine(combination)
        case Concat(args) if builder.layout(x).width <= WIDEST:
            return builder.concat([*args, y])
    return None


def _combination(builder: Builder, x: Value, y: Value, c: int) -> Value | None:
    first, second = WEIGHTS[c % len(WEIGHTS)], WEIGHTS[c // 2 % len(WEIGHTS)]
    if x != y:
        return builder.combine({x: first, y: second})
    return builder.combine({x: first + second}) if first + second != 0 else None


def _part(builder: Builder, x: Value, c: int) -> Value | None:
    parts = PARTS[c % len(PARTS)]
    if builder.layout(x).width * FINEST < parts:
        return None
    try:
        return builder.slice(x, 1 + c % parts, parts)
    except PassError:  # it would cut through a concatenated value
        return None
