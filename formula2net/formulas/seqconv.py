"""Networks of SeqConv layers: transformation, residual stages, down-sampling, the whole.

The layers alone, Eq. (1) and (2), are in `dense`. Inside a residual stage a layer is no block of
its own: what it reads and what it adds goes group by group into the layers around it. So lanes are
groups here, and a layer is an equation for j = 1, ..., g.

The paper calls its units Conv-BN-ReLU and its residual blocks pre-activation. Both hold when raw
sums are carried beside activated values, as the released code does: a norm, with its activation,
makes of each raw group the one value that all its readers share.
"""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Eq, Expr, Rational

from formula2net.formulas.entry import HUANG, formula
from formula2net.language.recursion import Recursion
from formula2net.language.structure import Concat, Split
from formula2net.language.symbols import Index, Input, Norm, Operator, State

X, x, h, e, z = State("X"), State("x"), State("h"), State("e"), Input("z")
A, F, G, D, T = (Operator(name) for name in "AFGDT")
norm, norm1, norm2 = Norm("norm"), Norm("norm1"), Norm("norm2")
i, j, t, s = (Index(name) for name in "ijts")  # block, group, group that is read, subgroup


def stage(groups: int, windowed: bool = True, dense_first: bool = False) -> Recursion:
    """Residual blocks of one width; the depth is their number (Figure 2).

    Group j of block i's first layer is h_{i,j}, activated. Group j of its second layer is x_{i,j},
    a raw sum: the shortcut is embedded in the aggregation, so that later groups of the layer read
    the sum, and the next block's shortcut starts there.

    Args:
        groups: Of all layers; the input, which is raw, has as many.
        windowed: Whether a layer forgets one group of its input for each of its own that it has
            made, Eq. (2); else it keeps all, Eq. (1).
        dense_first: Whether the stage begins with a SeqConv layer of Eq. (1), which makes the
            first raw groups of an activated input.
    """
    g = groups
    oldest = j if windowed else 1  # the first group of a layer's input that its group j reads

    def layer(block: Operator, given: Expr, made: Expr) -> Expr:
        return block[i, j](Concat(Concat(given, (t, oldest, g)), Concat(made, (t, 1, j - 1))))

    start = Split(z, g)[j]
    if dense_first:
        start = Operator("E")[j](Concat(z, Concat(norm2[0, t](x[0, t]), (t, 1, j - 1))))
    first = layer(F, norm2[i - 1, t](x[i - 1, t]), h[i, t])
    second = layer(G, h[i, t], norm2[i, t](x[i, t]))
    return Recursion(
        [
            (Eq(h[i, j], norm1[i, j](first)), (j, 1, g)),
            (Eq(x[i, j], x[i - 1, j] + second), (j, 1, g)),
        ],
        initial=(Eq(x[0, j], start), (j, 1, g)),
        output=Concat(norm2[i, j](x[i, j]), (j, 1, g)),
    )


def downsampling(
    groups: int, extension: int, windowed: bool = True, released: bool = False
) -> Recursion:
    """An extension layer, and a grouped convolution D that downsizes (Figure 3).

    The extension keeps the resolution, and each of its groups is a step, as wide as a group of all
    that D reads: the input and the extension side by side. What D hands on is raw.

    Args:
        groups: Of the input, which is activated.
        extension: Groups of the extension layer; the depth.
        windowed: As of `stage`.
        released: Whether the input is lost, as in the released SeqResNeXt. There the windowed
            layer takes groups off the caller's list and appends its own, so that D reads the
            latest groups of that list and, once more, the extension.
    """
    g = groups
    E = Operator("E", width=Rational(1, g + extension), stride=1)
    oldest = j - g if windowed else 1 - g
    given = Concat(e[t], (t, j - g + 1, j)) if released else z
    return Recursion(
        Eq(e[j], norm[j](E[j](Concat(e[t], (t, oldest, j - 1))))),
        initial=(Eq(e[j], Split(z, g)[j + g]), (j, 1 - g, 0)),
        output=D(Concat(given, Concat(e[t], (t, 1, j)))),
    )


def dense_downsampling(groups: int) -> Recursion:
    """A SeqConv layer of Eq. (1), then the grouped convolution D; the depth is the groups."""
    E = Operator("E", width=Rational(1, groups), stride=1)
    return Recursion(
        Eq(e[j], norm[j](E[j](Concat(z, Concat(e[t], (t, 1, j - 1)))))),
        output=D(Concat(e[t], (t, 1, j))),
    )


def network(
    groups: Sequence[int],
    extensions: Sequence[int],
    blocks: Sequence[int],
    windowed: bool = True,
    large: bool = False,
    released: bool = False,
) -> Recursion:
    """Stages S1, S2, ... with a down-sampling block before each, D2, D3, ...; T ends the last.

    Args:
        groups: Of the layers of each stage.
        extensions: Groups of the extension layer before each stage but the first.
        blocks: Residual blocks of each stage.
        windowed: As of `stage`, for all layers but the network's first.
        large: Whether the first layer is downsized too, by D1 (Table 2); else it stands in S1
            (Table 1).
        released: As of `downsampling`.
    """
    equations = []
    for number, (own, count) in enumerate(zip(groups, blocks, strict=True), 1):
        read = X[number - 1]
        if number > 1:
            before, more = groups[number - 2], extensions[number - 2]
            down = downsampling(before, more, windowed, released).as_operator(more, f"D{number}")
            read = down(read)
        elif large:
            read = dense_downsampling(own).as_operator(own, "D1")(read)
        residual = stage(own, windowed, dense_first=number == 1 and not large)
        equations.append(Eq(X[number], residual.as_operator(count, f"S{number}")(read)))
    return Recursion(equations, output=T(X[len(equations)]))


@formula(title="SeqConvB transformation with subgroups", source=f"{HUANG}, sections 3.1 and 3.2")
def seqconv_bottleneck(subgroups: int = 2) -> Recursion:
    """A 1x1 block A narrows; a 3x3 block B a subgroup reads its own part of the activated result.

    As a block of a layer it is `layer.with_blocks(F=seqconv_bottleneck.recursion.as_operator(1))`;
    the norm after B is the layer's. What the blocks B do together, one grouped convolution does.
    """
    B = Operator("B", width=Rational(1, subgroups))
    part = Split(norm[i](A[i](X[i - 1])), subgroups)[s]
    return Recursion(Eq(X[i], Concat(B[i, s](part), (s, 1, subgroups))))


@formula(title="SeqResNet stage", source=f"{HUANG}, Figure 2")
def seqresnet_stage(groups: int = 4) -> Recursion:
    """Residual blocks of two windowed layers each; raw sums are carried, activated values read."""
    return stage(groups)


@formula(title="SeqResNet stage, dense", source=f"{HUANG}, Figure 2 with Eq. (1); Table 5, S2")
def seqresnet_stage_dense(groups: int = 4) -> Recursion:
    """Residual blocks of two dense layers each: every group reads the layer's whole input."""
    return stage(groups, windowed=False)


@formula(title="SeqResNet first stage", source=f"{HUANG}, Figure 2; Table 1, conv2")
def seqresnet_first_stage(groups: int = 4) -> Recursion:
    """A dense SeqConv layer makes the first groups; residual blocks of windowed layers follow."""
    return stage(groups, dense_first=True)


@formula(title="SeqConv down-sampling block", source=f"{HUANG}, Figure 3", steps="extension")
def seqconv_downsampling(groups: int = 4, extension: int = 4) -> Recursion:
    """A windowed extension layer; D downsizes the input and the extension side by side."""
    return downsampling(groups, extension)


@formula(
    title="SeqConv down-sampling block as released for SeqResNeXt",
    source=f"{HUANG}, Figure 3, and the code published with it",
    steps="extension",
    beside="seqconv_downsampling",
)
def seqconv_downsampling_released(groups: int = 4, extension: int = 4) -> Recursion:
    """A down-sampling block that loses its input: D reads the extension twice."""
    return downsampling(groups, extension, released=True)


@formula(
    title="SeqConv down-sampling block, the first",
    source=f"{HUANG}, Table 2, conv2",
    steps="groups",
)
def seqconv_first_downsampling(groups: int = 4) -> Recursion:
    """A dense SeqConv layer, downsized by D: what ImageNet networks begin with."""
    return dense_downsampling(groups)
