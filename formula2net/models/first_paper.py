"""What else the first paper writes down or computes, over the backbone of its ResNet18.

The difference form and the networks it is compared with are in `residual`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from formula2net.blocks import Basic, Block, Blocks, Bottleneck, Gate
from formula2net.formulas import get_formula
from formula2net.formulas.difference import published_system
from formula2net.formulas.entry import LIAO
from formula2net.language.recursion import Recursion
from formula2net.models.design import Design
from formula2net.models.entry import family
from formula2net.models.residual import BLOCKS, WIDTH, backbone, doubled

NOT_GIVEN: Final = "X_1 is not given there, and is W_1 X_0 here"


def basic(
    formula: Recursion,
    num_classes: int,
    in_chans: int,
    blocks: Sequence[int],
    width: int,
    stem: str,
    block: Block,
    branches: tuple[str, ...] = (),
) -> Design:
    """A formula whose blocks hand on the width of their stage, which doubles."""
    over = backbone(stem, blocks, doubled(width, blocks), width, num_classes, in_chans)
    return Design(formula, over, block, branches)


@family(title="Plain CNN", source=f"{LIAO}, Eq. (3)")
def plain(
    *,
    num_classes: int,
    in_chans: int,
    blocks: Sequence[int] = BLOCKS[18],
    width: int = WIDTH,
    stem: str = "cifar",
    norm: str = "batch",
) -> Design:
    """The blocks of ResNet one after the other, each with a ReLU behind it: no shortcut."""
    formula = get_formula("plain_relu")
    return basic(formula, num_classes, in_chans, blocks, width, stem, Basic(norm=norm))


@family(
    title="Highway network",
    source=f"{LIAO}, Eq. (1); R. K. Srivastava, K. Greff and J. Schmidhuber (2015), Eq. (3)",
)
def highway(
    *,
    num_classes: int,
    in_chans: int,
    blocks: Sequence[int] = BLOCKS[18],
    width: int = WIDTH,
    stem: str = "cifar",
    norm: str = "batch",
    gate_bias: float = -2.0,
) -> Design:
    """A gate T, a 3x3 convolution, decides how much of a block and how much of its input passes.

    Its bias starts negative, so that at first most of the input passes.
    """
    made = Blocks(blocks={"H": Basic(norm=norm), "T": Gate(start=gate_bias)}, norm=norm)
    return basic(get_formula("highway"), num_classes, in_chans, blocks, width, stem, made)


@family(title="Twin of the difference form", source=f"{LIAO}, Eq. (21)")
def difference_twin(
    *,
    num_classes: int,
    in_chans: int,
    blocks: Sequence[int] = BLOCKS[18],
    width: int = WIDTH,
    stem: str = "cifar",
    norm: str = "batch",
) -> Design:
    """X_0 is added to each block's output: what the difference form is, wired in another way.

    Over several stages it is so no longer: X_0 goes to each by one projection, where the difference
    form has one from stage to stage, for X and for K.
    """
    formula = get_formula("difference_twin")
    return basic(formula, num_classes, in_chans, blocks, width, stem, Basic(norm=norm))


@family(title="Additional example 1", source=f"{LIAO}, A.4.1; {NOT_GIVEN}")
def additional_example_1(
    *,
    num_classes: int,
    in_chans: int,
    blocks: Sequence[int] = BLOCKS[18],
    width: int = WIDTH,
    stem: str = "cifar",
    norm: str = "batch",
) -> Design:
    """The shortcut skips two steps; a value crosses each change of stage twice, once a reader."""
    formula, block = get_formula("additional_example_1"), Basic(norm=norm)
    return basic(formula, num_classes, in_chans, blocks, width, stem, block, branches=("*",))


@family(title="Additional example 2", source=f"{LIAO}, A.4.2; {NOT_GIVEN}")
def additional_example_2(
    *,
    num_classes: int,
    in_chans: int,
    blocks: Sequence[int] = BLOCKS[18],
    width: int = WIDTH,
    stem: str = "cifar",
    norm: str = "batch",
) -> Design:
    """The sum of the outputs of the last two blocks: no shortcut around a block."""
    formula = get_formula("additional_example_2")
    return basic(formula, num_classes, in_chans, blocks, width, stem, Basic(norm=norm))


@family(title="What the code of A.5 computes", source=f"{LIAO}, A.5.1 and A.5.2, as the code runs")
def published_a5(
    *,
    num_classes: int,
    in_chans: int,
    blocks: Sequence[int] = BLOCKS[18],
    width: int = WIDTH,
    bottleneck: bool = False,
    stem: str = "cifar",
    initial: str = "zeros_like",
    norm: str = "batch",
) -> Design:
    """The difference form with the alias: the sum S_i is handed on, and not the block's output.

    A ReLU stands inside the sum, and none after it. The code does not say what x[0] of the first
    block is: `initial` is "zeros_like", "zero" (nothing at all), or "input" (X_0).
    """
    widths = doubled(4 * width if bottleneck else width, blocks)
    return Design(
        published_system(initial),
        backbone(stem, blocks, widths, width, num_classes, in_chans),
        Bottleneck(norm=norm) if bottleneck else Basic(norm=norm),
        branches=("*",),
    )


MODELS: Final = (
    plain.model("plain18", num_classes=100),
    highway.model("highway18", num_classes=100),
    difference_twin.model("difference_twin18", num_classes=100),
    additional_example_1.model("additional_example_1_18", num_classes=100),
    additional_example_2.model("additional_example_2_18", num_classes=100),
    published_a5.model("published_a5_18", num_classes=100),
)
