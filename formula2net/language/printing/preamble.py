"""What the equations of a formula do not show, in lines before them that the notation reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sympy import Basic

from formula2net.language.formula_operator import FormulaOperator
from formula2net.language.symbols import Operator

_INDENT: Final = "  "


def preamble(parts: Iterable[Basic]) -> list[str]:
    """What a formula's equations do not show: shapes of its operators, formulas among them."""
    parts = list(parts)
    shapes = {part.name: shape_text(part) for part in parts if isinstance(part, Operator)}
    shaped = [name + shape for name, shape in shapes.items() if shape]
    lines = [f"operator {', '.join(shaped)}"] if shaped else []
    for formula in formulas_in(parts):
        lines += block_lines(formula, str(formula.recursion).splitlines())
    return lines


def formulas_in(parts: Iterable[Basic]) -> Iterable[FormulaOperator]:
    """The formulas that are used as blocks, one for each name."""
    return {part.name: part for part in parts if isinstance(part, FormulaOperator)}.values()


def block_lines(formula: FormulaOperator, lines: Iterable[str]) -> list[str]:
    """A formula that is a block, around its lines."""
    width = "" if formula.width is None else f", width={formula.width}"
    inner = (_INDENT + line for line in lines)
    return [f"formula {formula.name}(depth={formula.depth}{width}) {{", *inner, "}"]


def shape_text(operator: Operator) -> str:
    """The width and stride of an operator, as its declaration gives them."""
    given = {"width": operator.width, "stride": operator.stride}
    options = [f"{key}={value}" for key, value in given.items() if value is not None]
    return f"({', '.join(options)})" if options else ""
