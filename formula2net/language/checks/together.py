"""What only all equations of a formula together can show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, Final

from sympy import Basic, Integer, S, preorder_traversal

from formula2net.errors import Problem
from formula2net.language.checks.finding import Finding, problems_in
from formula2net.language.equation import Equation, printed
from formula2net.language.formula_operator import FormulaOperator
from formula2net.language.printing import text_of
from formula2net.language.references import references
from formula2net.language.symbols import Activation, Index, Input, Norm, Operator, Scalar, State

_WORDS: Final = {
    State: "a state",
    Operator: "a block",
    FormulaOperator: "a formula",
    Norm: "a norm",
    Activation: "an activation",
    Input: "an input",
    Scalar: "a scalar",
    Index: "an index",
}
_DIFFERENT: Final = {
    "a scalar": "scalars with their own start",
    "a formula": "formulas",
    "a block": "blocks with their own width or stride",
}
MANY: Final = 4096  # lanes or steps of a family beyond which overlaps are not looked for


def check_together(lines: Sequence[Equation]) -> Iterator[Problem]:
    """Values defined twice or never, mixed lanes, and names that stand for two things."""
    yield from _defined_twice(lines)
    yield from _mixed_lanes(lines)
    yield from _without_equation(lines)
    yield from _shared_names(lines)


def _defined_twice(lines: Sequence[Equation]) -> Iterator[Problem]:
    seen: set[tuple[Any, ...]] = set()
    for line in lines:
        values = _defined_values(line)
        if not seen.isdisjoint(values):
            text, spans = printed(line)
            yield Problem(f"{text_of(line.lhs)} is defined twice.", text, spans[(0,)])
        seen |= values


def _defined_values(line: Equation) -> set[tuple[Any, ...]]:
    """The values an equation defines: (name, step, lanes), the step i for a general one."""
    sizes = [range(int(family.first), int(family.last) + 1) for family in line.families]
    own = line.step_index
    if any(len(size) > MANY for size in sizes):
        return set()
    values = set()
    for numbers in product(*sizes):
        place = dict(zip((f.index for f in line.families), map(Integer, numbers), strict=True))
        indices = [index.xreplace(place) for index in line.lhs.indices]
        values.add((line.name, "i" if own else indices[0], *indices[1:]))
    return values


def _mixed_lanes(lines: Sequence[Equation]) -> Iterator[Problem]:
    counts: dict[str, int] = {}
    for line in lines:
        read = [((0,), line.lhs), *((r.path, r.value) for r in references(line.rhs, (1,)))]
        for path, value in read:
            count = counts.setdefault(value.name, len(value.indices))
            if len(value.indices) != count:
                finding = Finding(
                    path,
                    f"{text_of(value)} has {counted(len(value.indices))}, and {value.name} has "
                    f"{counted(count)} elsewhere.",
                )
                yield from problems_in(line, [finding])


def counted(indices: int) -> str:
    """The number of indices in words."""
    return "1 index" if indices == 1 else f"{indices} indices"


def _without_equation(lines: Sequence[Equation]) -> Iterator[Problem]:
    """A state that is read at moving steps needs an equation; one that is read at 0 is given."""
    defined = {line.name for line in lines}
    for line in lines:
        for reference in references(line.rhs, (1,)):
            name = reference.value.name
            if name not in defined and reference.value.indices[0] is not S.Zero:
                defined.add(name)
                finding = Finding(
                    reference.path, f"{name} has no equation.", try_=f"add Eq({name}[i], ...)"
                )
                yield from problems_in(line, [finding])


def _shared_names(lines: Sequence[Equation]) -> Iterator[Problem]:
    """A name stands for one thing: one state, one block, one formula, one scalar and its start."""
    meanings: dict[str, dict[Any, str]] = {}
    for line in lines:
        for part in (*preorder_traversal(line.lhs), *preorder_traversal(line.rhs)):
            kind = next((word for cls, word in _WORDS.items() if isinstance(part, cls)), None)
            if kind is not None:
                meanings.setdefault(str(part.name), {})[_meaning(part)] = kind
    for name, kinds in sorted(meanings.items()):
        words = sorted(set(kinds.values()))
        if len(words) > 1:
            yield Problem(f"{name} is the name of both {words[0]} and {words[1]}.")
        elif len(kinds) > 1:
            yield Problem(
                f"{name} is the name of {len(kinds)} {_DIFFERENT[words[0]]}.",
                try_=f"another name, or one object {name} for the whole formula",
            )


def _meaning(part: Basic) -> Any:
    """What distinguishes things of one name: a start, a width, a formula and its depth."""
    if isinstance(part, Scalar):
        return part.start
    if isinstance(part, Operator):
        return part.width, part.stride
    if isinstance(part, FormulaOperator):
        return *part.args[1:3], part.width
    return type(part)
