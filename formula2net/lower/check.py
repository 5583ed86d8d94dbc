"""The counts that a network must have, beside those that it has."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from formula2net.errors import PathCountError, Problem
from formula2net.ir.generic import generic
from formula2net.ir.layout import VIEWS, View
from formula2net.ir.ops import Hadamard, LinComb, Op, Value
from formula2net.ir.program import Program, source_of
from formula2net.ir.residues import PRIME
from formula2net.lifting.network_code import read_network
from formula2net.lower.network import Network
from formula2net.paths.graded import by_length
from formula2net.paths.rows import modular_rows, numeric, total_rows, wired_rows, word_rows


class LengthCounts(NamedTuple):
    """The three counts of one length.

    Attributes:
        wired: walks in the program.
        words: what is left of them after cancellation.
        total: the sum of their coefficients; a residue modulo the 61-bit prime of
            `ir.coefficient` where a coefficient is irrational. Trainable scalars are fixed random
            integers.
    """

    wired: int
    words: int
    total: int | Fraction


Table = Mapping[int, LengthCounts]

SHOWN = 24  # lengths that a message shows
DIGITS = 18  # longer numbers are shown by their ends
NONE = LengthCounts(0, 0, 0)


def check_counts(net: Network, formula: Program) -> None:
    """Reads the program back from a network's code: it is the network's, or has its path counts.

    Args:
        net: the network.
        formula: its formula's program over its backbone. Passes may wire a network differently, so
            wired paths are those of the network's own program.

    Raises:
        PathCountError: shows both tables.
        LiftError: the code is not as the compiler emits it.
    """
    code = read_network(net)
    if formula is net.program and same_operations(code, formula):
        return  # then the counts are the same, too
    for view in VIEWS:
        wanted = program_counts(net.program, view)
        if view == "paper" and formula is not net.program:
            wanted = _rewired(program_counts(formula, view), wanted)
        found = program_counts(code, view)
        if wanted != found:
            whose = "formula" if view == "paper" else "program"
            what = f"The network does not have the paths of its {whose} ({view} view)."
            raise PathCountError(
                Problem(what, formula=side_by_side(wanted, found, whose, "network"))
            )


def same_operations(a: Program, b: Program) -> bool:
    """Whether two programs do the same, operation by operation, in whatever order.

    No operation may be done twice in either, so that each has its partner in the other.
    """
    known: dict[Op | tuple[object, ...], int] = {}
    outputs = []
    for program in (a, b):
        numbers: dict[Value, int] = {}
        for value in sorted(program.live):
            key = _meaning(program.ops[value], numbers)
            numbers[value] = known.setdefault(key, len(known))
        if len(set(numbers.values())) != len(numbers):
            return False
        outputs.append(numbers[program.output])
    return outputs[0] == outputs[1]


def _meaning(op: Op, numbers: Mapping[Value, int]) -> Op | tuple[object, ...]:
    """An operation on numbered values; sums and gates have no order."""
    if isinstance(op, LinComb):
        return LinComb, frozenset((weight, numbers[value]) for weight, value in op.terms)
    if isinstance(op, Hadamard):
        return Hadamard, tuple(sorted(numbers[value] for value in op.args))
    return op.relabel(numbers)


def program_counts(program: Program, view: View) -> dict[int, LengthCounts]:
    """The three counts by length of a program."""
    program = generic(program)
    source, output = source_of(program), program.output
    wired = by_length(wired_rows(program, source), output)
    words = by_length(word_rows(program, view, source), output)
    rows = [
        # Irrational numbers of dead values do not matter. Dead values do: one may be the first of
        # several that are equal in the paper view.
        row if value in program.live or numeric([row]) else ((), 0, False)
        for value, row in enumerate(total_rows(program, view, source))
    ]
    rational = numeric(rows)
    total: dict[int, int | Fraction] = by_length(rational or modular_rows(rows), output)
    if rational is None:
        total = {k: int(t) % PRIME for k, t in total.items()}
    return {
        k: LengthCounts(int(wired.get(k, 0)), int(words.get(k, 0)), total.get(k, 0))
        for k in sorted({*wired, *words, *total})
    }


def same_paths(a: Table, b: Table) -> bool:
    """Whether words and totals agree, however they are wired."""
    return all(
        a.get(k, NONE)._replace(wired=0) == b.get(k, NONE)._replace(wired=0) for k in {*a, *b}
    )


def side_by_side(wanted: Table, found: Table, *titles: str) -> str:
    """Two tables of counts by length; where they are long, only lengths in which they differ."""
    lengths = sorted({*wanted, *found})
    if len(lengths) > SHOWN:
        lengths = [k for k in lengths if wanted.get(k, NONE) != found.get(k, NONE)]
    head: tuple[str, ...] = ("", "length", "wired", "words", "total", "wired", "words", "total")
    rows = [head]
    for k in lengths[:SHOWN]:
        pair = wanted.get(k, NONE), found.get(k, NONE)
        mark = "" if pair[0] == pair[1] else "*"
        rows.append((mark, str(k), *(_short(n) for counts in pair for n in counts)))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    sides = sum(widths[:5]) + 8, sum(widths[5:]) + 6
    lines = ["".join(f"{t:>{w}}" for t, w in zip(titles, sides, strict=True))]
    lines += ["  ".join(f"{c:>{w}}" for c, w in zip(row, widths, strict=True)) for row in rows]
    if len(lengths) > SHOWN:
        lines.append(f"and {len(lengths) - SHOWN} more lengths that differ")
    return "\n".join(lines)


def _rewired(counts: Table, wiring: Table) -> dict[int, LengthCounts]:
    """Words and totals of one table, wired paths of another."""
    lengths = sorted({*counts, *wiring})
    rows = {k: counts.get(k, NONE)._replace(wired=wiring.get(k, NONE).wired) for k in lengths}
    return {k: row for k, row in rows.items() if row != NONE}


def _short(number: int | Fraction) -> str:
    text = str(number)
    return text if len(text) <= DIGITS else f"{text[:6]}..{text[-6:]} ({len(text)} digits)"
