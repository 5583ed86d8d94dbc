"""compare(): formulas, programs and modules beside each other."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from formula2net.errors import FormulaError, Problem
from formula2net.formulas import FORMULAS
from formula2net.ir.layout import Layout, View, layout_of
from formula2net.ir.ops import Apply, Norm, Op, Slice, Transition
from formula2net.ir.program import Program
from formula2net.language.backbone import Backbone
from formula2net.language.notation import parse
from formula2net.language.reading import as_recursion
from formula2net.language.recursion import Recursion
from formula2net.lifting.lifted import Lifted
from formula2net.passes.unroll import unroll
from formula2net.paths.compare import Comparison
from formula2net.paths.compare import compare as compare_formulas


def compare(
    a: Any,
    b: Any,
    depth: int | Backbone = 8,
    view: View = "paper",
) -> Comparison:
    """Compares two formulas, programs or networks.

    Words are compared by the names of their blocks. Where the two sides call their blocks
    differently, those are matched as the networks are, or else in order of first use. A module's
    code says nothing of stages, and a formula does not without a backbone: beside something lifted,
    and between a formula and a program, blocks of all stages are alike.

    Args:
        a: a formula, its text, an answer of `design`, a program, or a compiled network. Any other
            module is lifted first: `lift(module, images)`.
        b: the same.
        depth: the depth of what is no program yet, or its backbone.
        view: the view that words are compared in (design 7); networks always in the exact one.

    Raises:
        FormulaError: there is no such view, or one of the two is nothing that can be compared.
        LiftError: a network's code is not as the compiler emits it.
    """
    sides = [_side(side) for side in (a, b)]
    mixed = len({isinstance(side, Program) for side in sides}) > 1
    if any(isinstance(side, Lifted) for side in sides) or (mixed and isinstance(depth, int)):
        programs = [s if isinstance(s, Program) else unroll(s, depth) for s in sides]
        first, second = _without_stages(*programs)
        return compare_formulas(first, second, view=view)
    if isinstance(depth, Backbone):
        sides = [s if isinstance(s, Program) else unroll(s, depth) for s in sides]
        return compare_formulas(*sides, view=view)
    return compare_formulas(*sides, depth=depth, view=view)


def _side(side: Any) -> Recursion | Program:
    """A formula or a program, from what stands for one."""
    if isinstance(side, str):
        return _parsed(side)
    if isinstance(side, Recursion | Program):
        return side
    if "torch" in sys.modules and _is_module(side):
        from formula2net.lifting.lift import lift

        return lift(side)
    if hasattr(side, "recursion"):
        return as_recursion(side)
    expected = "a formula, its text, a program, or a network"
    if isinstance(side, Sequence):
        what = f"{len(side)} things at once cannot be compared."
        raise FormulaError(Problem(what, expected=expected, try_="one of them, as answers[0]"))
    raise FormulaError(Problem(f"{side!r} cannot be compared.", expected=expected))


def _parsed(text: str) -> Recursion:
    if text in FORMULAS:
        what = f"{text!r} is the name of a formula, and no formula."
        raise FormulaError(Problem(what, try_=f"get_formula({text!r})"))
    return parse(text)


def _is_module(side: Any) -> bool:
    from torch import nn

    return isinstance(side, nn.Module)


def _without_stages(*programs: Program) -> list[Program]:
    """The programs without what code does not say.

    Widths are kept where a concatenation is split: what its parts are depends on them.
    """
    widths = any(map(_cuts, programs))
    return [
        Program(tuple(_without_stage(op, widths) for op in p.ops), p.output, p.states)
        for p in programs
    ]


def _cuts(program: Program) -> bool:
    layouts: list[Layout] = []
    for op in program.ops:
        if isinstance(op, Slice) and layouts[op.arg].slots > 1:
            return True
        layouts.append(layout_of(op, layouts, "paper"))
    return False


def _without_stage(op: Op, widths: bool) -> Op:
    if isinstance(op, Apply):
        width = op.width if widths else 1
        return replace(op, step=0, stage=0, keeps=False, width=width)
    if isinstance(op, Transition):
        return replace(op, stage=0, width=op.width if widths else 1)
    return replace(op, step=0, stage=0) if isinstance(op, Norm) else op
