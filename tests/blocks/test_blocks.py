"""Every registered block: its layers, its shapes, and what may be done with it."""

import copy
import pickle

import pytest
import torch
from torch import nn

from formula2net.blocks import (
    BLOCKS,
    Basic,
    BlockRef,
    Bottleneck,
    Linear,
    Plain,
    PreAct,
    check_block,
    resolve_block,
)
from formula2net.errors import BlockError

REF = BlockRef("W_3", step=3, stage=1)

# What a block is made of; a block that is registered and not listed here fails the first test.
LAYERS = {
    "plain": "conv norm act",
    "basic": "conv1 norm1 act conv2 norm2",
    "bottleneck": "conv1 norm1 act1 conv2 norm2 act2 conv3 norm3",
    "preact": "norm1 act1 conv1 norm2 act2 conv2",
    "preact_bottleneck": "norm1 act1 conv1 norm2 act2 conv2 norm3 act3 conv3",
    "dense_layer": "norm1 act1 conv1 norm2 act2 conv2",
    "compress": "norm act conv",  # and a pool, where it strides
    "narrow": "conv1 norm act conv2",
    "gate": "conv",
    "linear": "linear1 norm act linear2",
}
DIMS = {name: (0,) if name == "linear" else (0, 1, 2, 3) for name in BLOCKS}
EVERY = [(name, dims) for name in BLOCKS for dims in DIMS[name]]


def make(name, in_width, out_width, dims=2, stride=1):
    return resolve_block(name, dims)(in_width, out_width, stride=stride, ref=REF)


def values(width, dims, size=7):
    return torch.randn(2, width, *[size] * dims)


def test_the_table_of_layers_lists_every_registered_block():
    assert set(LAYERS) == set(BLOCKS)


@pytest.mark.parametrize(("name", "dims"), EVERY)
def test_a_block_is_made_of_its_layers(name, dims):
    module = make(name, 8, 16, dims)
    assert " ".join(child for child, _ in module.named_children()) == LAYERS[name]
    assert all(not getattr(layer, "inplace", False) for layer in module)


@pytest.mark.parametrize(("name", "dims"), EVERY)
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("widths", [(8, 8), (8, 16), (16, 8)])
def test_a_stride_divides_the_resolution_and_rounds_up(name, dims, stride, widths):
    stride = stride if dims else 1
    module = make(name, *widths, dims, stride)
    out = module(values(widths[0], dims))
    assert out.shape == (2, widths[1], *[-(-7 // stride)] * dims)


@pytest.mark.parametrize("name", [n for n in BLOCKS if n not in ("linear", "compress")])
def test_the_stride_stands_in_the_first_3x3_convolution(name):
    convolutions = [part for part in make(name, 8, 8, stride=2) if isinstance(part, nn.Conv2d)]
    strided = [part.stride == (2, 2) for part in convolutions]
    first = next(k for k, part in enumerate(convolutions) if part.kernel_size == (3, 3))
    assert strided == [k == first for k in range(len(convolutions))]


@pytest.mark.parametrize(
    ("name", "dims", "layer"),
    [
        ("basic", 0, nn.Linear),
        ("basic", 1, nn.Conv1d),
        ("basic", 2, nn.Conv2d),
        ("basic", 3, nn.Conv3d),
    ],
)
def test_axes_choose_the_layer(name, dims, layer):
    weighted = [
        part for part in make(name, 8, 8, dims) if "norm" not in type(part).__name__.lower()
    ]
    assert [type(part) for part in weighted] == [layer, nn.ReLU, layer]


@pytest.mark.parametrize(
    ("block", "count"),
    [
        (Plain(), 9 * 8 * 16 + 32),
        (Basic(), 9 * 8 * 16 + 9 * 16 * 16 + 64),
        (Bottleneck(), 8 * 4 + 9 * 4 * 4 + 4 * 16 + 2 * (4 + 4 + 16)),
        (PreAct(), 9 * 8 * 16 + 9 * 16 * 16 + 2 * (8 + 16)),
        (Basic(norm=None), 9 * 8 * 16 + 16 + 9 * 16 * 16 + 16),  # nothing undoes a bias
        (Linear(expansion=2), 8 * 32 + 64 + 32 * 16 + 16),
        (Linear(norm=None), 8 * 16 + 16 + 16 * 16 + 16),
    ],
)
def test_parameters(block, count):
    module = block(8, 16, stride=1, ref=REF)
    assert sum(weight.numel() for weight in module.parameters()) == count


@pytest.mark.parametrize(("name", "dims"), EVERY)
def test_a_value_may_be_read_again_after_a_block_has_read_it(name, dims):
    module = make(name, 8, 8, dims)
    source = values(8, dims).requires_grad_()
    x = source * 1
    before, version = x.detach().clone(), x._version
    out = module(x)
    (out + module(out) - x).mean().backward()
    assert x._version == version
    assert torch.equal(x, before)
    assert source.grad is not None
    assert all(weight.grad is not None for weight in module.parameters())


def test_a_bottleneck_hands_on_a_multiple_of_its_expansion():
    with pytest.raises(BlockError) as caught:
        make("bottleneck", 8, 10)
    assert str(caught.value) == (
        "The bottleneck W_3 cannot hand on 10 channels.\n  expected a multiple of its expansion 4"
    )
    inner = Bottleneck(expansion=2)(8, 10, stride=1, ref=REF)
    assert inner.conv2.weight.shape == (5, 5, 3, 3)


def test_a_linear_block_reads_bare_features_only():
    with pytest.raises(
        BlockError, match="'linear' reads bare features, and the backbone has dims=2"
    ):
        resolve_block("linear", 2)


@pytest.mark.parametrize(("name", "dims"), EVERY)
@pytest.mark.parametrize("clone", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_modules_and_their_makers_can_be_copied(name, dims, clone):
    module, x = make(name, 8, 8, dims).eval(), values(8, dims)
    assert torch.equal(clone(module)(x), module(x))
    assert clone(resolve_block(name, dims)) == resolve_block(name, dims)
    assert hash(clone(resolve_block(name, dims))) == hash(resolve_block(name, dims))


def test_layers_can_be_sliced():
    assert [type(part) for part in make("basic", 8, 8)[:2]] == [nn.Conv2d, nn.BatchNorm2d]


@pytest.mark.parametrize(("name", "dims"), EVERY)
def test_check_block_accepts_every_block(name, dims):
    check_block(make(name, 8, 16, dims, 2 if dims else 1), 8, 16, 2 if dims else 1, dims)
