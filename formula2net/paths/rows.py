"""The three counts of a program as rows of a dynamic program (design 6).

*wired* counts walks in the program as it is, *words* the monomials that are left after
cancellation, *total* the sum of their coefficients.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from operator import itemgetter

from formula2net.ir.coefficient import Coefficient, Polynomial
from formula2net.ir.generic import generic
from formula2net.ir.layout import Layout, View, layout_of
from formula2net.ir.ops import Apply, Concat, Input, LinComb, Op, Slice, Value, Zeros
from formula2net.ir.program import Program, source_of
from formula2net.ir.reduce import WIDE, Built, Reducer
from formula2net.ir.residues import modular
from formula2net.paths.graded import Row

Terms = tuple[tuple[Coefficient, Value], ...]
CoefficientRow = tuple[Terms, int, bool]  # weighted reads, length, whether it is the source


def rebased(program: Program, source: Value | None) -> tuple[Program, Value]:
    """The program whose input is a state: ``source=j`` of design 14.

    Values that do not read it are constants: no walk from the source enters them.
    """
    if source is None or isinstance(program.ops[source], Input):
        return program, source_of(program) if source is None else source
    layouts: list[Layout] = []
    for op in program.ops[: source + 1]:
        layouts.append(layout_of(op, layouts, "exact"))
    ops = list(program.ops)
    ops[source] = Input(f"source_{source}", layouts[source])
    return replace(program, ops=tuple(ops)), source


def wired_rows(program: Program, source: Value) -> list[Row]:
    """Walks: every read is an edge, also twice the same value in one concatenation."""
    shorter = _Continuation()
    rows: list[Row] = []
    for value, op in enumerate(program.ops):
        terms = shorter(value, tuple((1, read) for read in _reads(op)))
        rows.append(_row(Counter(read for _, read in terms), op, value == source))
    return rows


def word_rows(program: Program, view: View, source: Value) -> list[Row]:
    """Words: the support of every reduced form, by how it changes; scalars are generic."""
    program = generic(program)
    rows: list[Row] = []
    for value, step in enumerate(Reducer(program.ops, view).steps()):
        op = program.ops[value]
        if isinstance(step, Built):
            rows.append(Row(_sorted(_changes(step))))
        elif step.same != value:
            rows.append(Row(((1, step.same),)))
        else:
            rows.append(_row(Counter(step.args), op, value == source))
    return rows


def total_rows(program: Program, view: View, source: Value) -> list[CoefficientRow]:
    """Totals: coefficients add up, so only parts, and what may join them, need reduced forms."""
    split = any(isinstance(op, Slice) for op in program.ops)
    formed = [v for v, op in enumerate(program.ops) if split and isinstance(op, Slice | Concat)]
    reducer = Reducer(program.ops, view, keep=frozenset(formed))
    if split:
        for _ in reducer.steps():
            pass
    shorter = _Continuation()
    rows: list[CoefficientRow] = []
    for value, op in enumerate(program.ops):
        if value in reducer.kept:
            terms = tuple((weight, atom) for (atom, _, _), weight in reducer.kept[value].items())
        elif isinstance(op, LinComb):
            terms = op.terms
        else:
            terms = tuple((1, read) for read in _reads(op))
        length = int(isinstance(op, Apply))
        terms = tuple(sorted(shorter(value, terms), key=itemgetter(1)))
        rows.append((terms, length, value == source))
    return rows


def numeric(rows: Sequence[CoefficientRow]) -> list[Row] | None:
    """Rows with rational weights; None where a weight is symbolic or irrational."""
    if any(isinstance(weight, Polynomial) for terms, _, _ in rows for weight, _ in terms):
        return None
    return [Row(terms, length, source) for terms, length, source in rows]  # type: ignore[arg-type]


def modular_rows(rows: Sequence[CoefficientRow]) -> list[Row]:
    """Rows modulo a 61-bit prime, with fixed random values for scalars (for comparisons)."""
    return [
        Row(tuple((modular(weight), read) for weight, read in terms), length, source)
        for terms, length, source in rows
    ]


def _changes(step: Built) -> Counter[Value]:
    change: Counter[Value] = Counter(atom for atom, _, _ in step.added)
    change.subtract(atom for atom, _, _ in step.removed)
    if step.base is not None:
        change[step.base] += 1
    return change


def _reads(op: Op) -> tuple[Value, ...]:
    """What paths run through: a zero takes only its shape from what it reads."""
    return () if isinstance(op, Zeros) else op.operands


def _row(times: Counter[Value], op: Op, is_source: bool) -> Row:
    return Row(_sorted(times), int(isinstance(op, Apply)), is_source)


def _sorted(times: Counter[Value]) -> tuple[tuple[int, Value], ...]:
    """In one order, so that counts that are equal row by row are seen to be equal."""
    return tuple((times[read], read) for read in sorted(times) if times[read])


class _Continuation:
    """Writes a wide sum that only continues the one before it as that one and the rest."""

    def __init__(self) -> None:
        self._value: Value | None = None
        self._terms: Terms = ()

    def __call__(self, value: Value, terms: Terms) -> Terms:
        if len(terms) <= WIDE:
            return terms
        last, known = self._value, self._terms
        self._value, self._terms = value, terms
        if last is None or terms[: len(known)] != known:
            return terms
        return ((1, last), *terms[len(known) :])
