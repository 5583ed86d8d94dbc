"""FractalNet for CIFAR: fractals in a row, and a max-pool after each."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from sympy import Rational

from formula2net.blocks import Blocks, Plain, Pool
from formula2net.errors import FormulaError, Problem
from formula2net.formulas import get_formula
from formula2net.formulas.fractal import LARSSON, rows
from formula2net.formulas.stages import in_a_row
from formula2net.language.backbone import Backbone, Stage, Stem
from formula2net.language.formula_operator import FormulaOperator
from formula2net.language.stages import head_for, stages_for
from formula2net.language.symbols import Operator
from formula2net.models.design import Design
from formula2net.models.entry import family

WIDTHS: Final = (64, 128, 256, 512, 512)
PRINTED: Final = (
    "The printed 38.6M are not met. The generator that the authors released wires the same "
    "convolutions: 33.7M as well."
)


@family(title="FractalNet", source=LARSSON)
def fractalnet(
    *,
    num_classes: int,
    in_chans: int,
    columns: int = 3,
    widths: Sequence[int] = WIDTHS,
    joins: str = "collapsed",
    norm: str = "batch",
) -> Design:
    """Fractals of convolutions, each with norm and activation; a 2x2 max-pool follows each fractal.

    A fractal of C `columns` has 2^C - 1 convolutions. Those that read its input, one a column,
    change the width; the first fractal reads the image. A join is the mean of its columns, with
    neighbouring joins as one, or, with joins="nested", where f_{C+1} = (F + f_C f_C)/2 has it.

    A pool is an operator without parameters, and so a letter in paths: P_s stands at the start of
    stage s, and the last is a step of its own. An image of 32x32 has one position left there, and
    the mean over positions before the classifier changes nothing.

    It pools what is joined, as the paper's text has it; the released generator joins what is
    pooled, and has biases before norms without weights. Drop-path (a join that leaves out some of
    its columns) and the paper's dropout are not offered.

    Raises:
        FormulaError: If there is no such kind of join.
        ShapeError: If there are no widths.
    """
    backbone = _backbone(widths, num_classes, in_chans)
    B = _fractal(columns, joins)
    pools = [
        Operator(f"P{stage}", width=Rational(before, width))
        for stage, (before, width) in enumerate(pairwise([*widths, widths[-1]]), 2)
    ]
    made = {"F": Plain(norm=norm), **{pool.name: Pool(kind="max") for pool in pools}}
    fractals = [B[stage] for stage in range(1, len(widths) + 1)]
    return Design(in_a_row(fractals, pools), backbone, Blocks(blocks=made, norm=norm))


def _fractal(columns: int, joins: str) -> FormulaOperator:
    """A fractal as an operator, which has blocks of its own at every step."""
    nested = get_formula("fractal", columns=columns)
    if joins == "nested":
        return nested.as_operator(1, "B")
    if joins == "collapsed":
        return rows(columns).as_operator(2 ** (columns - 1), "B")
    raise FormulaError(Problem(f"There are no joins {joins!r}.", expected="collapsed, nested"))


def _backbone(widths: Sequence[int], num_classes: int, in_chans: int) -> Backbone:
    """A stage for each fractal, and one for the last pool."""
    fractals = stages_for([1] * len(widths), widths, None)
    stages = (*fractals, Stage(1, widths[-1], 2))
    return Backbone(Stem("none", in_chans), stages, head=head_for(num_classes))


MODELS: Final = (fractalnet.model("fractalnet20", columns=3, note=PRINTED),)
