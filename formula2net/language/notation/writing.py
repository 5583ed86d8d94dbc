"""`to_text`: formula -> text that `parse` reads back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from sympy import (
    Add,
    And,
    Basic,
    Mul,
    Not,
    Or,
    Piecewise,
    Pow,
    Rational,
    Sum,
    Tuple,
    preorder_traversal,
)
from sympy.core.relational import Relational
from sympy.core.symbol import Str
from sympy.functions.elementary.piecewise import ExprCondPair
from sympy.logic.boolalg import BooleanFalse, BooleanTrue

from formula2net.errors import NotationError, Problem
from formula2net.language.equation import Equation
from formula2net.language.expressions import Term
from formula2net.language.formula import Formula
from formula2net.language.formula_operator import FormulaAtom, FormulaOperator
from formula2net.language.notation.undeclared import declarations
from formula2net.language.notation.values.functions import SPELLED
from formula2net.language.printing import text_of
from formula2net.language.printing.preamble import block_lines, formulas_in, shape_text
from formula2net.language.symbols import (
    Activation,
    Index,
    Input,
    Norm,
    Operator,
    Scalar,
    ScalarAt,
    State,
)

_KIND_OF: Final[dict[type, str]] = {
    State: "state",
    Operator: "operator",
    FormulaOperator: "formula",
    Activation: "activation",
    Norm: "norm",
    Scalar: "scalar",
    Input: "input",
    Index: "index",
}
# Everything else, as exp(i) or pi, would be read as a product or a scalar.
_SPELLED: Final = (
    *(Add, Mul, Pow, Rational, Sum, Piecewise, ExprCondPair, Relational, And, Or, Not),
    *(BooleanTrue, BooleanFalse, Tuple, Str, Term, ScalarAt, Scalar, Index, State, FormulaAtom),
    *SPELLED,
)
_NAME: Final = re.compile(r"[^\W\d]\w*")


def to_text(formula: Formula) -> str:
    """The formula in plain text, one statement a line; `parse` reads an equal one from it.

    Declarations stand first where the rules of the notation would take a name for something else.
    Left out is what is no part of a formula's meaning: promised counts, and start values of
    scalars that are functions.

    Raises:
        NotationError: If one name stands for two things, or is none that text can hold, or if a
            coefficient holds a function that the notation does not have.
    """
    return "\n".join(_lines(formula, {}))


def _lines(formula: Formula, around: Mapping[str, str]) -> list[str]:
    """The lines of a formula within others, whose names it would inherit with their kinds."""
    equations = [Equation(line.lhs, line.rhs, line.families) for line in formula.lines]
    roots = [*(root for line in equations for root in (line.lhs, line.rhs)), formula.output]
    parts = [part for root in roots for part in preorder_traversal(root)]
    strange = next((part for part in parts if not isinstance(part, _SPELLED)), None)
    if strange is not None:
        raise NotationError(f"{text_of(strange)} has no spelling in the notation.")
    body = [line.text for line in equations]
    if formula.output != formula.equations[-1].lhs:
        body.append(f"output = {text_of(formula.output)}")
    lanes = {family.index.name for line in equations for family in line.families}
    lines, declared = declarations(body, _kinds(parts), _starts(parts), lanes, around)
    for block in formulas_in(parts):
        lines += block_lines(block, _lines(block.recursion, {**around, **declared}))
        declared[block.name] = "formula"
    return lines + body


def _kinds(parts: list[Basic]) -> dict[str, str]:
    kinds: dict[str, str] = {}
    for part in parts:
        kind = _KIND_OF.get(type(part))
        if kind is None:
            continue
        if not _NAME.fullmatch(part.name):
            raise NotationError(f"The name {part.name!r} cannot be written as text: rename it.")
        if kinds.setdefault(part.name, kind) != kind:
            what = f"The name {part.name} stands for two things."
            got = f"{kinds[part.name]} and {kind}"
            raise NotationError(Problem(what, got=got, try_="another name for one of them"))
    return kinds


def _starts(parts: list[Basic]) -> dict[str, str]:
    """What a declaration says besides a name: start values of scalars, shapes of operators."""
    shapes = {part.name: shape_text(part) for part in parts if isinstance(part, Operator)}
    scalars = {part.name: part.start for part in parts if isinstance(part, Scalar)}
    exact = {name: start for name, start in scalars.items() if not callable(start)}
    starts = {name: f" = {start}" for name, start in exact.items() if start is not None}
    return starts | {name: shape for name, shape in shapes.items() if shape}
