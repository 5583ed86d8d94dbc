"""Residual networks for CIFAR in three stages: as of 2016, pre-activated, and wide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from formula2net.blocks import Basic, Block, PreAct, PreActBottleneck
from formula2net.errors import Problem, ShapeError
from formula2net.formulas import get_formula
from formula2net.formulas.residual import HE
from formula2net.language.backbone import Backbone, Stem
from formula2net.models.design import Design
from formula2net.models.entry import Model, family

DEEP: Final = HE + "Deep Residual Learning for Image Recognition, Section 4.2"
IDENTITY: Final = HE + "Identity Mappings in Deep Residual Networks, Table 4 and Figure 1b"
WIDE: Final = "S. Zagoruyko and N. Komodakis (2016). Wide Residual Networks, Table 1"

STEM: Final = 16
WIDTHS: Final = (16, 32, 64)  # inside the blocks of each stage
EXPANSION: Final = 4  # of bottlenecks
PRINTED: Final = (
    "The printed 10.2M leave the weights of norms out: they are 149,216 of all, and 10,178,490 are "
    "the others."
)


@family(title="ResNet for CIFAR", source=DEEP)
def cifar_resnet(
    *,
    num_classes: int,
    in_chans: int,
    blocks: Sequence[int] = (18, 18, 18),
    widths: Sequence[int] = WIDTHS,
    transition: str = "identity",
    norm: str = "batch",
) -> Design:
    """Basic blocks with a shortcut around each and a ReLU after the sum, in three narrow stages.

    A shortcut to the next stage has no parameters (option A): it skips every second position, and
    new channels are 0.
    """
    made = Backbone.cifar(blocks, widths, in_chans, num_classes, STEM, transition)
    return Design(get_formula("resnet_relu"), made, Basic(norm=norm), branches=("*",))


@family(title="Pre-activation ResNet", source=IDENTITY)
def preact_resnet(
    *,
    num_classes: int,
    in_chans: int,
    blocks: Sequence[int] = (18, 18, 18),
    widths: Sequence[int] = WIDTHS,
    bottleneck: bool = False,
    transition: str = "conv",
    norm: str = "batch",
) -> Design:
    """Norm and activation come before each convolution, so that sums carry the state unchanged.

    The stem is a convolution alone; a norm and an activation follow the last sum. `widths` are
    those inside the blocks, and bottlenecks hand on four times as much.

    A shortcut to the next stage is a 1x1 convolution of X_{i-1} itself, as the equation has it
    (W_s x_l); option A, `transition="identity"`, has no parameters. In the released code both the
    shortcut and the block's first convolution read what the block's first norm and activation
    make of X_{i-1}, there and in the first block. Modules and counts are the same.
    """
    block: Block = PreActBottleneck(norm=norm) if bottleneck else PreAct(norm=norm)
    outer = [EXPANSION * width if bottleneck else width for width in widths]
    return _preactivated(blocks, outer, block, transition, num_classes, in_chans)


@family(title="Wide ResNet", source=WIDE)
def wide_resnet(
    *,
    num_classes: int,
    in_chans: int,
    depth: int = 28,
    widen: int = 10,
    drop: float = 0.0,
    transition: str = "conv",
    norm: str = "batch",
) -> Design:
    """Pre-activated basic blocks, few of them and `widen` times as wide.

    A network of `depth` = 6 n + 4 layers has n blocks in each of three stages. `drop` is the rate
    of the dropout between the convolutions of a block. Shortcuts to the next stage are those of
    `preact_resnet`; the released code differs from the equation in the same way.
    """
    blocks, rest = divmod(depth - 4, 6)
    if rest or blocks < 1:
        what = f"A wide ResNet cannot have depth={depth}."
        raise ShapeError(Problem(what, expected="6 n + 4 layers: 10, 16, 22, 28, 34, 40, ..."))
    widths = [widen * width for width in WIDTHS]
    block = PreAct(norm=norm, drop=drop)
    return _preactivated([blocks] * 3, widths, block, transition, num_classes, in_chans)


def _preactivated(
    blocks: Sequence[int],
    widths: Sequence[int],
    block: Block,
    transition: str,
    num_classes: int,
    in_chans: int,
) -> Design:
    """X_i = (1 + W_i) X_{i-1} from a bare stem to a head that begins with a norm."""
    made = Backbone.cifar(blocks, widths, in_chans, num_classes, STEM, transition)
    head = replace(made.head, norm=True)
    backbone = replace(made, stem=Stem("conv", in_chans, STEM), head=head)
    return Design(get_formula("resnet"), backbone, block, branches=("*",))


def _rows() -> Iterator[Model]:
    yield cifar_resnet.model("resnet110", blocks=(18, 18, 18))
    yield preact_resnet.model("preact_resnet110", blocks=(18, 18, 18), transition="identity")
    for depth in (164, 1001):
        blocks = ((depth - 2) // 9,) * 3
        note = PRINTED if depth == 1001 else ""
        yield preact_resnet.model(
            f"preact_resnet{depth}", blocks=blocks, bottleneck=True, note=note
        )
    for depth, widen in ((16, 8), (28, 10)):
        yield wide_resnet.model(f"wide_resnet{depth}_{widen}", depth=depth, widen=widen)


MODELS: Final = tuple(_rows())
