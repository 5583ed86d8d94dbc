"""The lines of a formula, as text and as LaTeX."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Basic, latex

from formula2net.language.equation import Equation
from formula2net.language.formula_operator import FormulaOperator
from formula2net.language.printing.latex import latex_of
from formula2net.language.printing.preamble import preamble
from formula2net.language.symbols import Operator


def text_lines(
    lines: Iterable[Equation], output: Basic | None, parts: Iterable[Basic]
) -> list[str]:
    """The equations as their author wrote them, and the output, after what they do not show.

    Args:
        lines: The equations.
        output: The output, if one was written.
        parts: All parts of the equations and of the output.
    """
    blocks = [part for part in parts if isinstance(part, Operator | FormulaOperator)]
    told = any(isinstance(block, FormulaOperator) or block.shaped for block in blocks)
    first = preamble(blocks) if told else []
    last = [] if output is None else [f"output = {output}"]
    return [*first, *(line.text for line in lines), *last]


def latex_lines(lines: Iterable[Equation], output: Basic | None) -> str:
    """The equations and the output, aligned at their equality signs."""
    rows = [_row(line) for line in lines]
    if output is not None:
        rows.append(rf"\text{{output}} &= {latex_of(output)}")
    return r"\begin{aligned}" + r" \\ ".join(rows) + r"\end{aligned}"


def _row(equation: Equation) -> str:
    shown = equation.written or equation
    ranges = "".join(
        rf", \quad {latex(index)} = {latex(first)}, \dotsc, {latex(last)}"
        for index, first, last in shown.families
    )
    return f"{latex_of(shown.lhs)} &= {latex_of(shown.rhs)}{ranges}"
