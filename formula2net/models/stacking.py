"""Blocks stacked by a formula: the layout of the high-order paper's networks, and their factor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sympy import Expr
from sympy.core.sympify import SympifyError, _sympify

from formula2net.blocks import PreAct
from formula2net.errors import FormulaError, Problem
from formula2net.language.checks.numbers import exact_spelling
from formula2net.language.recursion import Recursion
from formula2net.language.symbols import Operator, Scalar
from formula2net.models.design import Design
from formula2net.models.residual import backbone, doubled

WIDTH: Final = 64
LEARNED: Final = ("learned", "learned_per_step")
F: Final = Operator("F")


def stacked(
    formula: Recursion,
    blocks: Sequence[int],
    width: int,
    stem: str,
    num_classes: int,
    in_chans: int,
    *,
    affine: bool = True,
    norm: str = "batch",
    notes: Sequence[str] = (),
) -> Design:
    """A formula of blocks, each norm-ReLU-conv3x3 twice, with a norm in the stem and none after.

    Args:
        formula: The formula.
        blocks: Steps of each stage; the paper's networks have one stage.
        width: Of the first stage; it doubles from stage to stage.
        stem: "cifar", "pointwise" or "imagenet".
        num_classes: Width of the output.
        in_chans: Channels of the input.
        affine: Whether batch norms have weights; the paper's figures count none.
        norm: Of the blocks and the stem.
        notes: What is special about it.
    """
    return Design(
        formula,
        backbone(stem, blocks, doubled(width, blocks), width, num_classes, in_chans),
        PreAct(norm=norm if affine else "batch_plain"),
        branches=("*",),
        notes=tuple(notes),
    )


def with_factor(formula: Recursion, factor: Any) -> Recursion:
    """The formula with its blocks' outputs multiplied: k = factor * F(...), the step size.

    Args:
        formula: A formula with blocks F.
        factor: An exact number; "learned" for a scalar h that is trained from 1, or that a schedule
            sets; "learned_per_step" for one a step, h_1, h_2, ...

    Raises:
        FormulaError: If it is none of these.
    """
    if factor in LEARNED:
        h = Scalar("h", start=1)
        return formula.with_blocks(F=(h if factor == "learned" else h[formula.index]) * F)
    number = exact("factor", factor, *LEARNED)
    return formula if number == 1 else formula.with_blocks(F=number * F)


def exact(name: str, value: Any, *words: str) -> Expr:
    """An option that is a number of the formula.

    Args:
        name: Of the option.
        value: A number other than 0.
        words: What it may be besides, for the message.

    Raises:
        FormulaError: If it is a float, no number, or 0.
    """
    if isinstance(value, float):
        spelling = exact_spelling(value)
        raise FormulaError(Problem(f"{name}={value} is a float.", try_=f"{name}={spelling}"))
    try:
        number = _sympify(value)
    except SympifyError:
        number = None
    if not (isinstance(number, Expr) and number.is_number and number.is_real and number):
        expected = ", ".join(["an exact number other than 0", *map(repr, words)])
        raise FormulaError(Problem(f"{name}={value!r} cannot be.", expected=expected))
    return number
