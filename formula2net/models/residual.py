"""The residual networks of the first paper, and its difference form of each (the paper's "s")."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from formula2net.blocks import Basic, Block, Blocks, Bottleneck, Plain
from formula2net.errors import FormulaError, Problem
from formula2net.formulas import get_formula
from formula2net.formulas.difference import system
from formula2net.formulas.entry import LIAO
from formula2net.language.backbone import Backbone, Stem
from formula2net.language.recursion import Recursion
from formula2net.models.design import Design
from formula2net.models.entry import IMAGENET, Model, family

BLOCKS: Final = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3)}
WIDTH: Final = 64  # of the stem, and inside the blocks of the first stage
INITIAL: Final = "zeros_like"  # K_0 of the registered difference networks


def wiring(form: str, initial: str, activation: bool) -> Recursion:
    """The formula of a form.

    Args:
        form: "residual", or "difference".
        initial: K_0 of the difference form, as of `formulas.difference.system`.
        activation: Whether a ReLU follows the sum of the difference form; the residual one has it.

    Raises:
        FormulaError: If the name is none of these, or the residual form is given options of the
            difference form.
    """
    if form == "residual" and (initial != INITIAL or activation):
        what = "The residual form has no K_0, and always a ReLU after the sum."
        got = f"initial={initial!r}, activation={activation}"
        raise FormulaError(Problem(what, got=got, try_='form="difference"'))
    if form == "residual":
        return get_formula("resnet_relu")
    if form == "difference":
        return system(initial, "relu" if activation else None)
    raise FormulaError(Problem(f"There is no form {form!r}.", expected="residual, difference"))


def doubled(width: int, blocks: Sequence[int]) -> list[int]:
    """A width for each stage: from one to the next it doubles."""
    return [width * 2**stage for stage in range(len(blocks))]


def backbone(
    stem: str,
    blocks: Sequence[int],
    widths: Sequence[int],
    stem_width: int,
    num_classes: int,
    in_chans: int,
) -> Backbone:
    """A backbone whose stem is "cifar", "pointwise" or "imagenet"."""
    make = Backbone.imagenet if stem == "imagenet" else Backbone.cifar
    made = make(blocks, widths, in_chans, num_classes, stem_width)
    return made if stem == "imagenet" else replace(made, stem=Stem(stem, in_chans, stem_width))


@family(title="ResNet", source=f"{LIAO}, Table 8; He et al. (2016), Deep Residual Learning")
def resnet(
    *,
    num_classes: int,
    in_chans: int,
    form: str = "residual",
    blocks: Sequence[int] = BLOCKS[18],
    width: int = WIDTH,
    bottleneck: bool = False,
    stem: str = "cifar",
    initial: str = INITIAL,
    activation: bool = False,
    norm: str = "batch",
) -> Design:
    """Basic or bottleneck blocks with a shortcut around each, in four stages.

    The first stage's blocks are `width` wide inside, and the width doubles from stage to stage; a
    bottleneck hands on four times as much.

    In the difference form the block's output is a state of its own, K_i, and K_{i-1} is subtracted
    from the sum; X and K have transitions of their own.
    """
    widths = doubled(4 * width if bottleneck else width, blocks)
    block: Block = Bottleneck(norm=norm) if bottleneck else Basic(norm=norm)
    return Design(
        wiring(form, initial, activation),
        backbone(stem, blocks, widths, width, num_classes, in_chans),
        block,
        branches=("*",),
    )


@family(title="SE-ResNet", source=f"{LIAO}, Table 8; Hu et al. (2018), Squeeze-and-Excitation")
def se_resnet(
    *,
    num_classes: int,
    in_chans: int,
    form: str = "residual",
    blocks: Sequence[int] = BLOCKS[18],
    width: int = WIDTH,
    bottleneck: bool = False,
    stem: str = "cifar",
    reduction: int = 16,
    initial: str = INITIAL,
    activation: bool = False,
    bias: bool = True,
) -> Design:
    """ResNet with squeeze-and-excitation, a formula inside the block, after a ReLU.

    Every convolution has a bias in front of its norm, as the counts of the paper have it.
    """
    widths = doubled(4 * width if bottleneck else width, blocks)
    inner = get_formula("squeeze_excitation", reduction=reduction).as_operator(1)
    linear = Plain(kernel=1, norm=None, activation=None)
    made = {"W.B": Bottleneck(bias=bias) if bottleneck else Basic(bias=bias)}
    return Design(
        wiring(form, initial, activation).with_blocks(W=inner),
        backbone(stem, blocks, widths, width, num_classes, in_chans),
        Blocks(blocks={**made, "W.S": linear, "W.E": linear}, bias=bias),
        branches=("W.B",),
    )


@family(title="ResNeXt", source=f"{LIAO}, Table 8; Xie et al. (2017), Aggregated Transformations")
def resnext(
    *,
    num_classes: int,
    in_chans: int,
    form: str = "residual",
    blocks: Sequence[int] = (3, 3, 3),
    cardinality: int = 2,
    base_width: int = 64,
    stem: str = "pointwise",
    stem_width: int = WIDTH,
    initial: str = INITIAL,
    activation: bool = False,
) -> Design:
    """Bottlenecks whose 3x3 convolution has groups; they hand on twice their inner width."""
    widths = doubled(2 * cardinality * base_width, blocks)
    return Design(
        wiring(form, initial, activation),
        backbone(stem, blocks, widths, stem_width, num_classes, in_chans),
        Bottleneck(expansion=2, groups=cardinality),
        branches=("*",),
    )


@family(title="Res2NeXt", source=f"{LIAO}, Table 8; Gao et al. (2019), Res2Net")
def res2next(
    *,
    num_classes: int,
    in_chans: int,
    form: str = "residual",
    blocks: Sequence[int] = (3, 3, 3),
    cardinality: int = 6,
    base_width: int = 24,
    scales: int = 4,
    stem: str = "cifar",
    initial: str = INITIAL,
    activation: bool = False,
) -> Design:
    """Bottlenecks with Res2Net's chunks inside, a formula of its own; the first 1x1 strides."""
    planes = base_width * scales
    inner = get_formula("res2next_block", scales=scales, cardinality=cardinality).as_operator(1)
    made = {
        "W.A": Plain(kernel=1),
        "W.R.K": Plain(groups=cardinality),
        "W.B": Plain(kernel=1, activation=None),
    }
    return Design(
        wiring(form, initial, activation).with_blocks(W=inner),
        backbone(stem, blocks, doubled(4 * planes, blocks), planes, num_classes, in_chans),
        Blocks(blocks=made),
        branches=("W.B",),
    )


def _rows() -> Iterator[Model]:
    """Every network of Table 8, in both forms, and with the stem for large images."""
    made: dict[str, tuple[Any, dict[str, Any]]] = {}
    for depth, blocks in BLOCKS.items():
        made[f"resnet{depth}"] = resnet, {"blocks": blocks, "bottleneck": depth >= 50}
        made[f"se_resnet{depth}"] = se_resnet, {"blocks": blocks, "bottleneck": depth >= 50}
    for cardinality in (2, 4):
        made[f"resnext29_{cardinality}x64d"] = resnext, {"cardinality": cardinality}
    for cardinality, width in ((6, 24), (8, 25)):
        name = f"res2next29_{cardinality}c{width}w4s"
        made[name] = res2next, {"cardinality": cardinality, "base_width": width}
    for name, (maker, options) in made.items():
        yield maker.model(name, num_classes=100, **options)
        yield maker.model(f"difference_{name}", num_classes=100, form="difference", **options)
    for name, (maker, options) in made.items():
        large = {"input_shape": IMAGENET, "num_classes": 1000, "stem": "imagenet", **options}
        yield maker.model(f"{name}_imagenet", **large)
        yield maker.model(f"difference_{name}_imagenet", form="difference", **large)


MODELS: Final = tuple(_rows())
