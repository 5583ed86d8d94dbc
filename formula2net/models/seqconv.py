"""The networks of SeqConv layers: SeqResNet, SeqResNet-B, SeqResNeXt.

Where the paper's text and the code published with it differ, these readings are built:

- Raw sums are carried beside activated values, as in the code: the text calls a unit Conv-BN-ReLU
  and the residual blocks pre-activation.
- Dropout takes whole channels, and is drawn anew for each group, of what that group reads; what
  other groups read, and the shortcut, stay whole. So does the code; the text has it "before every
  SeqConv layer (except the first one)".
- The 1x1 convolution at the end has a norm and an activation, as in the code.
- Convolutions start as in He et al. (2015) by fan-out, normally distributed (in the code:
  uniformly). In the second layer of each residual block the 3x3 convolutions start as 0, and in
  SeqResNet-B not the 1x1 ones. The classifier starts as torch's linear layers do.
- Down-sampling concatenates its input and the extension, as in the text. The released SeqResNeXt
  loses the input; `released=True` builds that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

from formula2net.blocks import Block, Blocks, Narrow, Plain
from formula2net.errors import Problem, ShapeError
from formula2net.formulas.entry import HUANG
from formula2net.formulas.seqconv import network
from formula2net.language.backbone import Backbone, Stem
from formula2net.models.design import Design
from formula2net.models.entry import IMAGENET, Model, family

STEM: Final = Stem("cifar", width=16)
LARGE_STEM: Final = Stem("deep", width=32)
WIDTH: Final = 16  # of the first stage, before it is widened
LARGE_WIDTH: Final = 64
DROP: Final = 0.1


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The numbers of a network.

    Attributes:
        widths: Channels of each stage.
        k: Channels of a group, for each stage.
        c: Subgroups of the 3x3 convolution of a group, for each stage.
        blocks: Residual blocks of each stage.
        bottleneck: Whether a unit has a 1x1 convolution to k channels before the 3x3 one.
        drop: Rate of the dropout.
        large: Whether the stem strides, and the first stage too (Table 2).

    Raises:
        ShapeError: If the lists are not equally long.
    """

    widths: Sequence[int]
    k: Sequence[int]
    c: Sequence[int]
    blocks: Sequence[int]
    bottleneck: bool
    drop: float
    large: bool

    def __post_init__(self) -> None:
        if not len(self.k) == len(self.c) == len(self.blocks):
            got = f"{len(self.blocks)} blocks, {len(self.k)} k, {len(self.c)} c"
            raise ShapeError(Problem("Every stage needs blocks, a k and a c.", got=got))

    def design(self, num_classes: int, in_chans: int, **wiring: bool) -> Design:
        """The network; `wiring` is `windowed` or `released`, as of the formula.

        Raises:
            ShapeError: If k does not divide a width.
        """
        stages = enumerate(zip(self.widths, self.k, strict=True), 1)
        groups = [_groups(width, k, stage) for stage, (width, k) in stages]
        more = [after - before for before, after in pairwise(self.widths)]
        # No rest: a stage adds the width of the first one, or that of the one before it.
        extensions = [width // k for width, k in zip(more, self.k[:-1], strict=True)]
        made = self._blocks(groups)
        return Design(
            network(groups, extensions, self.blocks, large=self.large, **wiring),
            self._backbone(num_classes, in_chans),
            Blocks(blocks=made),
            branches=tuple(name for name in made if name.endswith(".G")),
        )

    def _backbone(self, num_classes: int, in_chans: int) -> Backbone:
        """A step is a stage: its residual blocks are steps of a formula inside."""
        stages = len(self.widths)
        made = Backbone.cifar(
            [1] * stages,
            self.widths,
            num_classes=num_classes,
            strides=[2] * stages if self.large else None,
        )
        stem = LARGE_STEM if self.large else STEM
        return replace(made, stem=replace(stem, in_chans=in_chans))

    def _blocks(self, groups: Sequence[int]) -> dict[str, str | Block]:
        """What the operators of the formula are; no dropout comes before the first SeqConv."""
        made: dict[str, str | Block] = {"D1.E" if self.large else "S1.E": self._unit(1, drop=0.0)}
        for stage, (own, c) in enumerate(zip(groups, self.c, strict=True), 1):
            if stage > 1:
                made[f"D{stage}.E"] = self._unit(stage - 1)
            if stage > 1 or self.large:
                made[f"D{stage}.D"] = _conv(groups=own * c)
            made[f"S{stage}.F"] = self._unit(stage)
            made[f"S{stage}.G"] = self._unit(stage, weight_init="zero_last")
        return {**made, "T": Plain(kernel=1, drop=self.drop)}

    def _unit(self, stage: int, **options: Any) -> Block:
        """The transformation of a group, up to the norm and activation of the formula."""
        options = {"groups": self.c[stage - 1], "drop": self.drop, **options}
        return Narrow(**options) if self.bottleneck else _conv(**options)


def _conv(**options: Any) -> Block:
    """A 3x3 convolution alone."""
    return Plain(norm=None, activation=None, bias=False, **options)


def _groups(width: int, k: int, stage: int) -> int:
    """Number of groups of k channels.

    Raises:
        ShapeError: If a rest is left; lists the divisors.
    """
    divisors = [number for number in range(1, width + 1) if width % number == 0]
    if type(k) is not int or k not in divisors:
        what = f"k={k} does not divide the {width} channels of stage {stage}."
        raise ShapeError(Problem(what, expected=f"one of {', '.join(map(str, divisors))}"))
    return width // k


def _widened(base: int, r: int, factors: Sequence[int]) -> list[int]:
    if type(r) is not int or r < 1:
        raise ShapeError(Problem(f"r={r!r} widens nothing.", expected="a positive integer"))
    return [base * r * factor for factor in factors]


@family(title="SeqResNet", source=f"{HUANG}, Tables 1, 3 and 5")
def seq_resnet(
    *,
    num_classes: int,
    in_chans: int,
    k: int = 8,
    r: int = 4,
    blocks: Sequence[int] = (1, 1, 1),
    bottleneck: bool = False,
    windowed: bool = True,
    drop: float = DROP,
) -> Design:
    """Residual blocks of two SeqConv layers in stages of 16r, 32r, 48r channels, k a group.

    A dense SeqConv layer comes first; all others are windowed unless `windowed` is false (S2 of
    Table 5). With `bottleneck` it is SeqResNet-B. `blocks` is N for each stage.
    """
    stages = len(blocks)
    plan = Plan(
        widths=_widened(WIDTH, r, range(1, stages + 1)),
        k=[k] * stages,
        c=[1] * stages,
        blocks=blocks,
        bottleneck=bottleneck,
        drop=drop,
        large=False,
    )
    return plan.design(num_classes, in_chans, windowed=windowed)


@family(title="SeqResNeXt, and SeqResNet-B for large images", source=f"{HUANG}, Tables 2 and 4")
def seq_resnext(
    *,
    num_classes: int,
    in_chans: int,
    k: Sequence[int] = (32, 64, 64, 128),
    c: Sequence[int] = (8, 8, 4, 4),
    r: int = 4,
    blocks: Sequence[int] = (1, 1, 3, 1),
    drop: float = 0.0,
    released: bool = False,
) -> Design:
    """Bottleneck SeqConv layers with c subgroups in stages of 64r, 128r, 256r, 512r channels.

    With c=1 throughout it is SeqResNet-B. The first SeqConv layer is dense, and downsized. With
    `released` the down-sampling blocks read the extension twice and not their input, as in the
    code published for SeqResNeXt.
    """
    plan = Plan(
        widths=_widened(LARGE_WIDTH, r, [2**stage for stage in range(len(blocks))]),
        k=k,
        c=c,
        blocks=blocks,
        bottleneck=True,
        drop=drop,
        large=True,
    )
    return plan.design(num_classes, in_chans, released=released)


def _rows() -> Iterator[Model]:
    """Every network of Tables 3, 4 and 5; S1 is the first one."""
    yield seq_resnet.model("seq_resnet_k8_r4_n1", k=8, r=4, note="S1 of Table 5.")
    yield seq_resnet.model("seq_resnet_k16_r10_n1", k=16, r=10)
    yield seq_resnet.model("seq_resnet_b_k16_r7_n1", k=16, r=7, bottleneck=True)
    thrice = (3, 3, 3)
    yield seq_resnet.model("seq_resnet_b_k32_r12_n3", k=32, r=12, blocks=thrice, bottleneck=True)
    dense = {"windowed": False, "note": "S2 of Table 5: no window anywhere."}
    yield seq_resnet.model("seq_resnet_s2", k=8, r=3, blocks=(1, 2, 1), **dense)
    yield seq_resnet.model("seq_resnet_s3", k=16, r=4, note="S3 of Table 5.")
    yield seq_resnet.model("seq_resnet_s4", k=16, r=3, blocks=(1, 2, 2), note="S4 of Table 5.")
    large = {"input_shape": IMAGENET, "num_classes": 1000}
    yield seq_resnext.model("seq_resnext24", **large)
    plain = {**large, "c": (1, 1, 1, 1), "r": 2}
    yield seq_resnext.model("seq_resnet_b42", blocks=(3, 4, 5, 3), **plain)
    yield seq_resnext.model("seq_resnet_b22", blocks=(1, 1, 2, 1), **plain)


MODELS: Final = tuple(_rows())
