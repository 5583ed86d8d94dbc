"""Two formulas beside each other: the same network, the same wiring, the same paths?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from formula2net.errors import FormulaError, Problem
from formula2net.ir.layout import VIEWS, View
from formula2net.ir.ops import Input, Value
from formula2net.ir.program import Program, StateKey, source_of, state_name
from formula2net.language.reading import Formula, as_recursion
from formula2net.language.recursion import Recursion
from formula2net.language.symbols import StateAt
from formula2net.passes.unroll import unroll
from formula2net.paths.alignment import Side, aligned, block_names
from formula2net.paths.counts import Number, number
from formula2net.paths.difference import first_difference
from formula2net.paths.graph import ReducedGraph, Word, reduced_graph
from formula2net.paths.isomorphism import isomorphism
from formula2net.paths.rows import rebased
from formula2net.paths.structure import network, wiring


@dataclass(frozen=True)
class Difference:
    """A word that has different coefficients.

    Attributes:
        source: the state that paths start from, as ``X_1``.
        word: its letters, the latest first; an empty word is the identity.
        coefficients: those of both formulas; 0 where a word does not occur.
    """

    source: str
    word: Word
    coefficients: tuple[Number, Number]

    def __str__(self) -> str:
        word = "*".join(self.word) or "1"
        first, second = self.coefficients
        return f"from {self.source} the word {word} has the coefficients {first} and {second}"

    __repr__ = __str__


@dataclass(frozen=True)
class Comparison:
    """What two formulas have in common at one depth.

    Attributes:
        equal_network: their reduced programs (exact view) are the same, up to names of blocks.
        equal_wiring: their programs are the same before reducing, up to names of blocks.
        equal_paths: they have the same words with the same coefficients, for every source.
        difference: the first word in which they differ, in order of source, then of length.
    """

    equal_network: bool
    equal_wiring: bool
    equal_paths: bool
    difference: Difference | None = None

    def __str__(self) -> str:
        rows = (("network", self.equal_network), ("wiring", self.equal_wiring))
        lines = [f"{name:8} {'equal' if equal else 'different'}" for name, equal in rows]
        paths = "equal, from every source" if self.equal_paths else f"different: {self.difference}"
        return "\n".join([*lines, f"{'paths':8} {paths}"])

    __repr__ = __str__

    def __bool__(self) -> NoReturn:
        raise FormulaError(
            Problem(
                "A comparison is no yes or no.",
                expected="equal_network, equal_wiring or equal_paths",
                try_="compare(a, b).equal_network",
            )
        )


def compare(
    a: Formula | Program, b: Formula | Program, depth: int = 8, view: View = "paper"
) -> Comparison:
    """Compares two formulas at one depth.

    Words are compared by the names of their blocks. Where the two formulas call their blocks
    differently, those are matched as the networks are, or else in order of first use.

    Args:
        a: a formula, its text, a scheme, an answer of `design`, or a program.
        b: the same.
        depth: the depth of what is no program yet.
        view: the view that words are compared in (design 7); networks always in the exact one.

    Raises:
        FormulaError: there is no such view, or a formula makes no program at this depth.
    """
    if view not in VIEWS:
        raise FormulaError(Problem(f"Unknown view {view!r}.", expected=" or ".join(VIEWS)))
    a, b = (side if isinstance(side, Program) else as_recursion(side) for side in (a, b))
    programs = _program(a, depth), _program(b, depth)
    networks = network(programs[0]), network(programs[1])
    match = isomorphism(*networks)
    sides = aligned(*programs, block_names(programs, networks, match))
    sources = _sources(*programs, _output(a, programs[0]), _output(b, programs[1]))
    difference = next(_differences(*sides, sources, view), None)
    return Comparison(
        equal_network=match is not None,
        equal_wiring=isomorphism(*map(wiring, programs)) is not None,
        equal_paths=difference is None,
        difference=difference,
    )


def _program(formula: Recursion | Program, depth: int) -> Program:
    return formula if isinstance(formula, Program) else unroll(formula, depth)


def _output(formula: Recursion | Program, program: Program) -> StateKey | None:
    """The state that the output is, if it is one; a value may be several."""
    if isinstance(formula, Program):
        return program.state_of(program.output)
    if not isinstance(formula.output, StateAt):
        return None
    name = formula.output.name
    keys = (key for key, value in program.states.items() if value == program.output)
    return next((key for key in keys if key[0] == name), None)


def _sources(
    a: Program, b: Program, one: StateKey | None, two: StateKey | None
) -> Iterator[tuple[str, Value, Value]]:
    """The input, then the states before the output, by their names in the first program.

    Where both outputs are states, whatever they are called, these are the states of that name; else
    all states that have the same name in both.
    """
    yield _input_name(a), source_of(a), source_of(b)
    last = min(max(int(key[1]) for key in program.states) for program in (a, b))
    for key, value in a.states.items():
        other = key
        if one and two:
            other = (two[0], key[1], *two[2:])
            if (key[0], *key[2:]) != (one[0], *one[2:]):
                continue
        if 1 <= int(key[1]) < last and other in b.states:
            yield state_name(key), value, b.states[other]


def _differences(
    a: Side, b: Side, sources: Iterator[tuple[str, Value, Value]], view: View
) -> Iterator[Difference]:
    """For every source in which the paths differ, the first word that does."""
    for source, *values in sources:
        graphs = [_graph(side, view, value) for side, value in zip((a, b), values, strict=True)]
        found = first_difference(*graphs)
        if found is not None:
            word, (first, second) = found
            yield Difference(source, word, (number(first), number(second)))


def _graph(side: Side, view: View, source: Value) -> ReducedGraph:
    program, start = rebased(side.program, source)
    return reduced_graph(program, view, start, lambda atom: side.letters.get(atom, ""))


def _input_name(program: Program) -> str:
    op = program.ops[source_of(program)]
    return op.name if isinstance(op, Input) else "the input"
