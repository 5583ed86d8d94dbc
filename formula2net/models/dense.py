"""DenseNet and SparseNet for CIFAR: blocks that concatenate, and a transition between each two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

from formula2net.formulas.dense import dense_block, sparse_block
from formula2net.models.dense_blocks import (
    all_layers,
    backbone_of,
    blocks_of,
    formula_of,
    growths_of,
    numbers_of,
    offsets,
)
from formula2net.models.design import Design
from formula2net.models.entry import Model, family

DENSE: Final = (
    "G. Huang, Z. Liu, L. van der Maaten and K. Q. Weinberger (2017). "
    "Densely Connected Convolutional Networks, Table 2"
)
SPARSE: Final = (
    "L. Zhu, R. Deng, M. Maire, Z. Deng, G. Mori and P. Tan (2018). "
    "Sparsely Aggregated Convolutional Networks"
)
HALF: Final = Fraction(1, 2)
STEM: Final = 16  # of DenseNet without bottleneck and compression
GROWING: Final = (16, 32, 64)  # growth from block to block, in names with k16_32_64
MISPRINT: Final = (
    "Huang et al. (2018), Table 3, have 0.8M in a row with k=12. The authors' own table has k=24 "
    "there; a network with k=12 has 0.19M parameters."
)
WIDE_STEM: Final = (
    "The stem has 64 channels. So the printed count is met with 100 classes; with 32, twice the "
    "first growth, it is not: 7.80M for DenseNet-BC, 4.37M for SparseNet-BC."
)


@family(title="DenseNet", source=DENSE)
def densenet(
    *,
    num_classes: int,
    in_chans: int,
    blocks: Sequence[int] = (12, 12, 12),
    growth: int | Sequence[int] = 12,
    bottleneck: bool = False,
    compression: Fraction | float = 1,
    stem_width: int = STEM,
    drop: float = 0.0,
) -> Design:
    """Each layer reads all layers before it in its block; a transition halves the resolution.

    A block is a formula, and `blocks` are the numbers of its layers. They hand on `growth`
    channels, one number for all blocks or one for each; with `bottleneck` after a 1x1 convolution
    to four times as many. A transition hands on a share of the channels that it reads,
    `compression`. Layers begin with their norm, so the stem is a convolution alone, and the head
    begins with a norm. `drop` is the rate of the dropout after every convolution but the stem's.

    Raises:
        ShapeError: If there is not one growth a block, or the compression is no share.
    """
    growths = growths_of(blocks, growth)
    plan = numbers_of(stem_width, blocks, growths, compression, all_layers)
    backbone = backbone_of(stem_width, plan, num_classes, in_chans)
    return Design(formula_of(dense_block, plan), backbone, blocks_of(plan, bottleneck, drop))


@family(title="SparseNet", source=SPARSE)
def sparsenet(
    *,
    num_classes: int,
    in_chans: int,
    blocks: Sequence[int] = (12, 12, 12),
    growth: int | Sequence[int] = 24,
    bottleneck: bool = False,
    compression: Fraction | float = 1,
    stem_width: int | None = None,
    drop: float = 0.0,
) -> Design:
    """DenseNet whose layers read those 1, 2, 4, 8, ... before them, and so does the transition.

    What a transition reads is what a next layer would read, as in the released code. Options are
    those of DenseNet. The stem is twice as wide as the first block's growth unless `stem_width` is
    given: so, with 100 classes, the counts of the authors' table for CIFAR-100 are met, those that
    it gives for plain DenseNets included (1.1M for L=40, k=12). One row is not: SparseNet-BC with
    growths of 32, 64 and 128 is printed with 16.72M, and has 17.34M.

    Raises:
        ShapeError: As of DenseNet.
    """
    growths = growths_of(blocks, growth)
    stem_width = 2 * growths[0] if stem_width is None else stem_width
    plan = numbers_of(stem_width, blocks, growths, compression, offsets)
    backbone = backbone_of(stem_width, plan, num_classes, in_chans)
    return Design(formula_of(sparse_block, plan), backbone, blocks_of(plan, bottleneck, drop))


def _rows() -> Iterator[Model]:
    """The networks of both papers' tables: L layers in all, growth k."""
    for depth, k in ((40, 12), (100, 12), (100, 24)):
        blocks = ((depth - 4) // 3,) * 3
        yield densenet.model(f"densenet_{depth}_k{k}", blocks=blocks, growth=k)
    bc = {"bottleneck": True, "compression": HALF}
    for depth, k in ((100, 12), (250, 24), (190, 40)):
        options = {"blocks": ((depth - 4) // 6,) * 3, "growth": k, "stem_width": 2 * k, **bc}
        yield densenet.model(f"densenet_bc_{depth}_k{k}", **options)
    yield sparsenet.model("sparsenet_40_k24", blocks=(12, 12, 12), growth=24, note=MISPRINT)
    yield sparsenet.model("sparsenet_100_k16_32_64", blocks=(32, 32, 32), growth=GROWING)
    bc = {"blocks": (16, 16, 16), **bc}
    yield sparsenet.model("sparsenet_bc_100_k24", growth=24, **bc)
    growing = {"growth": GROWING, "stem_width": 64, "note": WIDE_STEM, **bc}
    yield densenet.model("densenet_bc_100_k16_32_64", **growing)
    yield sparsenet.model("sparsenet_bc_100_k16_32_64", **growing)


MODELS: Final = tuple(_rows())
