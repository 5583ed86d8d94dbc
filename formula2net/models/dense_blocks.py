"""What networks of dense blocks have in common: numbers, formula, backbone, blocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from math import floor
from typing import Final, NamedTuple

from sympy import Rational

from formula2net.blocks import Block, Blocks, Compress, DenseLayer
from formula2net.errors import Problem, ShapeError
from formula2net.formulas.stages import in_a_row
from formula2net.language.backbone import Backbone, Stem
from formula2net.language.recursion import Recursion
from formula2net.language.symbols import Operator

BOTTLENECK: Final = 4  # width that a layer's first convolution hands on, in growths


class Numbers(NamedTuple):
    """Of one block: the channels that it reads, its layers and their channels, what it hands on."""

    read: int
    layers: int
    growth: int
    handed_on: int


def growths_of(blocks: Sequence[int], growth: int | Sequence[int]) -> Sequence[int]:
    """One growth a block.

    Raises:
        ShapeError: If there are more or fewer, or no blocks.
    """
    growths = [growth] * len(blocks) if isinstance(growth, int) else growth
    if not blocks or len(growths) != len(blocks):
        got = f"{len(blocks)} blocks, {len(growths)} growths"
        raise ShapeError(Problem("Every block needs a growth.", got=got))
    return growths


def numbers_of(
    stem_width: int,
    blocks: Sequence[int],
    growths: Sequence[int],
    compression: Fraction | float,
    handed_on: Callable[[int, int, int], int],
) -> Sequence[Numbers]:
    """The numbers of every block.

    Args:
        stem_width: Channels that the first block reads.
        blocks: Number of layers of each.
        growths: Channels of a layer of each.
        compression: Share of the channels handed on that the next block reads, rounded down.
        handed_on: From a block's channels read, layers and growth to the channels it hands on.

    Raises:
        ShapeError: If the compression is no share.
    """
    share = Fraction(str(compression))
    if not 0 < share <= 1:
        what = f"A transition cannot hand on compression={compression} of its channels."
        raise ShapeError(Problem(what, expected="more than 0, at most 1"))
    plan, read = [], stem_width
    for layers, growth in zip(blocks, growths, strict=True):
        plan.append(Numbers(read, layers, growth, handed_on(read, layers, growth)))
        read = floor(share * plan[-1].handed_on)
    return plan


def all_layers(read: int, layers: int, growth: int) -> int:
    """Channels of a block's input and layers together."""
    return read + layers * growth


def offsets(read: int, layers: int, growth: int) -> int:
    """Channels of the values 1, 2, 4, ... steps before step `layers` + 1; the input is the 0th."""
    widths = [read, *[growth] * layers]
    return sum(widths[layers + 1 - 2**j] for j in range((layers + 1).bit_length()))


def formula_of(inner: Callable[[Rational], Recursion], plan: Sequence[Numbers]) -> Recursion:
    """Blocks D1, D2, ... in a row, with the transitions T2, T3, ... between them."""
    blocks = [
        inner(Rational(of.growth, of.handed_on)).as_operator(of.layers, f"D{step}")
        for step, of in enumerate(plan, 1)
    ]
    transitions = [
        Operator(f"T{step}", width=Rational(of.read, of.handed_on))
        for step, of in enumerate(plan[1:], 2)
    ]
    return in_a_row(blocks, transitions)


def backbone_of(
    stem_width: int, plan: Sequence[Numbers], num_classes: int, in_chans: int
) -> Backbone:
    """A step is a stage: its layers are steps of the formula inside."""
    widths = [of.handed_on for of in plan]
    made = Backbone.cifar([1] * len(plan), widths, in_chans, num_classes)
    head = replace(made.head, norm=True)
    return replace(made, stem=Stem("conv", in_chans, stem_width), head=head)


def blocks_of(plan: Sequence[Numbers], bottleneck: bool, drop: float) -> Blocks:
    """What the operators of the formula are."""
    made: dict[str, str | Block] = {f"T{k}": Compress(drop=drop) for k in range(2, len(plan) + 1)}
    made["F"] = DenseLayer(bottleneck=BOTTLENECK if bottleneck else 0, drop=drop)
    return Blocks(blocks=made)
