"""Where terms of an answer cancel, and what its network has to be like."""

from __future__ import annotations

from dataclasses import replace

from formula2net.errors import ShapeError
from formula2net.ir.ops import LinComb
from formula2net.ir.program import Program
from formula2net.language.backbone import Backbone
from formula2net.language.recursion import Recursion
from formula2net.passes.unroll import unroll
from formula2net.paths.polynomial import PathPolynomial
from formula2net.synthesis.designing.answers import DEPTH
from formula2net.synthesis.designing.linear import Number


def cancellation(recursion: Recursion, lag: int, formal: bool) -> str:
    """Where terms cancel, and whether they do so in a network (design 7).

    Args:
        recursion: the formula.
        lag: its lag.
        formal: whether different applications of one block cancel.
    """
    paths, limits = _over_stages(recursion, lag)
    program = unroll(recursion, DEPTH)
    if formal:
        text = "formal: applications of one block to several values cancel on paper only"
    elif paths.wired == paths.words or not _subtracts(program):
        text = "nothing cancels"  # like terms may add up
    elif paths.formal:
        text = "terms cancel exactly within a stage, and formally where the stage changes"
    else:
        text = "terms cancel exactly"
    unused = _unused(program, recursion.paths(DEPTH))
    if unused:
        limits += f"; no path uses {', '.join(unused)} at depth {DEPTH}, and compile refuses that"
    return text + limits


def _over_stages(recursion: Recursion, lag: int) -> tuple[PathPolynomial, str]:
    """Its paths over two stages, and what keeps it from having them: a block reads two shapes."""
    backbone = Backbone.cifar(blocks=(lag + 2, lag + 2), widths=(8, 16))
    layered = replace(backbone, transition="layer")
    limits = ("", '; over several stages with transition="layer"')
    for laid, limit in zip((backbone, layered), limits, strict=True):
        try:
            return recursion.paths(laid), limit
        except ShapeError:
            continue
    return recursion.paths(DEPTH), "; over one stage only"


def _subtracts(program: Program) -> bool:
    """Whether a term has a negative coefficient."""
    sums = (op for op in program.ops if isinstance(op, LinComb))
    return any(c < 0 for op in sums for c, _ in op.terms if isinstance(c, Number))


def _unused(program: Program, paths: PathPolynomial) -> list[str]:
    """The blocks that are applied and are on no path."""
    unused = set(program.blocks)
    for letters, _ in paths:
        unused -= {letter.partition("@")[0] for letter in letters}
        if not unused:
            break
    return [block for block in program.blocks if block in unused]
