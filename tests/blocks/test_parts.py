"""Options of single blocks: kernels, groups, dropout, biases, and what they count."""

import pytest
import torch
from torch import nn

from formula2net.blocks import (
    BlockRef,
    Bottleneck,
    Compress,
    DenseLayer,
    Gate,
    Linear,
    Narrow,
    NormAct,
    Plain,
    PreAct,
    PreActBottleneck,
)
from formula2net.errors import BlockError

REF = BlockRef("W_3", step=3, stage=1)


def make(block, in_width=8, out_width=16, stride=1):
    return block(in_width, out_width, stride=stride, ref=REF)


def layers(module):
    return " ".join(name for name, _ in module.named_children())


@pytest.mark.parametrize(
    ("block", "count"),
    [
        (Plain(kernel=1), 8 * 16 + 32),
        (Plain(kernel=5, norm=None), 25 * 8 * 16 + 16),
        (Plain(groups=4), 9 * 8 * 16 // 4 + 32),
        (Plain(bias=True), 9 * 8 * 16 + 16 + 32),
        (Plain(norm="batch_plain"), 9 * 8 * 16),
        (Plain(kernel=1, norm=None, bias=False), 8 * 16),
        (Bottleneck(expansion=2, groups=4), 8 * 8 + 9 * 8 * 8 // 4 + 8 * 16 + 2 * (8 + 8 + 16)),
        (PreActBottleneck(), 8 * 4 + 9 * 4 * 4 + 4 * 16 + 2 * (8 + 4 + 4)),
        (DenseLayer(), 8 * 64 + 9 * 64 * 16 + 2 * (8 + 64)),
        (DenseLayer(bottleneck=0), 9 * 8 * 16 + 2 * 8),
        (Compress(), 8 * 16 + 2 * 8),
        (Narrow(), 8 * 16 + 9 * 16 * 16 + 2 * 16),
        (Narrow(groups=8), 8 * 16 + 9 * 16 * 16 // 8 + 2 * 16),
        (Gate(), 9 * 8 * 16 + 16),
        (Linear(bias=False), 8 * 16 + 32 + 16 * 16),
    ],
    ids=str,
)
def test_parameters(block, count):
    assert sum(weight.numel() for weight in make(block).parameters()) == count


@pytest.mark.parametrize(
    ("block", "names", "kind"),
    [
        (Plain(drop=0.1), "drop conv norm act", nn.Dropout2d),
        (Narrow(drop=0.1), "drop conv1 norm act conv2", nn.Dropout2d),
        (PreAct(drop=0.1), "norm1 act1 conv1 norm2 act2 drop conv2", nn.Dropout),
        (DenseLayer(drop=0.1), "norm1 act1 conv1 norm2 act2 conv2 drop", nn.Dropout),
        (Compress(drop=0.1), "norm act conv drop", nn.Dropout),
    ],
    ids=str,
)
def test_dropout_stands_where_the_paper_has_it(block, names, kind):
    module = make(block)
    assert layers(module) == names
    assert type(module.drop) is kind
    assert module.drop.p == 0.1


@pytest.mark.parametrize(
    ("dims", "kind"),
    [(0, nn.Dropout), (1, nn.Dropout1d), (2, nn.Dropout2d), (3, nn.Dropout3d)],
)
def test_dropout_of_channels_knows_its_axes(dims, kind):
    assert type(make(Plain(drop=0.1, dims=dims)).drop) is kind


@pytest.mark.parametrize("block", [Plain, Narrow, PreAct, DenseLayer, Compress])
def test_a_rate_is_a_probability_below_1(block):
    with pytest.raises(BlockError) as caught:
        make(block(drop=1.0))
    assert str(caught.value) == "drop=1.0 is no rate.\n  expected 0 up to, and without, 1"


@pytest.mark.parametrize("kernel", [0, 2, 4])
def test_a_kernel_keeps_the_resolution(kernel):
    with pytest.raises(BlockError) as caught:
        make(Plain(kernel=kernel))
    assert str(caught.value) == (
        f"A convolution with a kernel of {kernel} does not keep the resolution.\n"
        "  expected an odd number"
    )
    assert make(Plain(kernel=5), stride=2)(torch.randn(2, 8, 7, 7)).shape == (2, 16, 4, 4)


@pytest.mark.parametrize(("groups", "dims"), [(3, 2), (16, 2), (0, 2), (-1, 1), (2, 0)])
def test_groups_divide_both_widths(groups, dims):
    with pytest.raises(BlockError) as caught:
        make(Plain(groups=groups, dims=dims))
    assert str(caught.value) == (
        f"A convolution from 8 to 16 channels has no {groups} groups.\n"
        f"  expected a divisor of both, and dims=1, 2 or 3 (here {dims})"
    )


def test_a_compression_pools_where_it_strides():
    module = make(Compress(), stride=2)
    assert layers(module) == "norm act conv pool"
    assert torch.equal(module.pool(torch.ones(1, 8, 7, 7)), torch.ones(1, 8, 4, 4))


@pytest.mark.parametrize("dims", [0, 1, 2, 3])
def test_a_gate_begins_nearly_shut(dims):
    module = make(Gate(dims=dims))
    assert torch.equal(module.conv.bias.detach(), torch.full((16,), -2.0))
    assert module(torch.zeros(2, 8, *[5] * dims)).sigmoid().max() < 0.12
    assert torch.equal(make(Gate(start=-1.0)).conv.bias.detach(), torch.full((16,), -1.0))


@pytest.mark.parametrize("dims", [0, 1, 2, 3])
def test_a_norm_of_a_formula_keeps_the_shape(dims):
    module = make(NormAct(dims=dims), 8, 8)
    assert layers(module) == "norm act"
    assert module(torch.randn(4, 8, *[5] * dims)).shape == (4, 8, *[5] * dims)
    assert layers(make(NormAct(activation=None, dims=dims), 8, 8)) == "norm"
    x = torch.randn(4, 8, *[5] * dims)
    assert make(NormAct(norm=None, activation=None, dims=dims), 8, 8)(x) is x
