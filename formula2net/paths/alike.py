"""Whether the steps of a formula are alike, by how its equations are written."""

from __future__ import annotations

import sympy
from sympy import Basic

from formula2net.language.formula_operator import FormulaOperator
from formula2net.language.recursion import Recursion
from formula2net.language.structure import Windowed
from formula2net.language.symbols import Norm, Operator, ScalarAt, StateAt


def has_like_steps(recursion: Recursion, tied: bool = False) -> bool:
    """Whether a step is written as the one before, one index later, with blocks of its own.

    The step's index occurs in indices and in bounds of windows only, as i + c; there are no cases,
    and no coefficient that depends on the step. Each step then makes the values of the one before,
    one step later, so that what repeats once repeats at all depths.

    Args:
        recursion: the formula.
        tied: whether blocks may be those of other steps, too.
    """
    index = recursion.index
    general = [line.rhs for line in recursion.equations if line.step_index is not None]
    blocks = [block for rhs in general for block in rhs.atoms(Operator, FormulaOperator)]
    return (
        len(general) == len(recursion.equations)
        and (tied or all(index in block.free_symbols for block in blocks))
        and all(_is_alike(rhs, index) for rhs in (*general, recursion.output))
    )


def reach(recursion: Recursion) -> int:
    """No step reads further back than this, and no later step has an equation of its own."""
    indices: list[Basic] = []
    for part in (*(side for x in recursion.lines for side in (x.lhs, x.rhs)), recursion.output):
        for node in sympy.preorder_traversal(part):
            if isinstance(node, StateAt | Operator | Norm | FormulaOperator):
                indices += node.args[1:]
            elif isinstance(node, Windowed) and node.window is not None:
                indices += node.window[1:]
            elif isinstance(node, sympy.Sum):
                indices += (end for limit in node.limits for end in limit[1:])
    numbers = [n for index in indices for n in index.atoms(sympy.Integer)]
    return max((abs(int(n)) for n in numbers), default=0)


def _is_alike(node: Basic, index: sympy.Symbol) -> bool:
    if index not in node.free_symbols:
        return True
    if isinstance(node, StateAt | Operator | Norm | FormulaOperator | ScalarAt):
        return all(_is_shifted(part, index) for part in node.args if index in part.free_symbols)
    if isinstance(node, Windowed) and node.window is not None:
        bound, *ends = node.window
        return all(_is_shifted(end, index) for end in ends) and all(
            _is_alike(_within(term, [bound], ends, index), index) for term in node.terms
        )
    if isinstance(node, sympy.Sum):
        bounds = [limit[0] for limit in node.limits]
        ends = [end for limit in node.limits for end in limit[1:]]
        inner = _within(node.function, bounds, ends, index)
        return all(_is_shifted(end, index) for end in ends) and _is_alike(inner, index)
    if node == index or isinstance(node, sympy.Piecewise | sympy.Pow | sympy.floor):
        return False
    return all(_is_alike(part, index) for part in node.args)


def _within(
    term: Basic, bounds: list[sympy.Symbol], ends: list[sympy.Expr], index: sympy.Symbol
) -> Basic:
    """A term of a window: where the window moves with the step, so does what it runs over."""
    moves = any(index in end.free_symbols for end in ends)
    return term.xreplace(dict.fromkeys(bounds, index)) if moves else term


def _is_shifted(end: sympy.Expr, index: sympy.Symbol) -> bool:
    """Whether an index is i + c, or does not depend on i."""
    return index not in end.free_symbols or index not in (end - index).free_symbols
