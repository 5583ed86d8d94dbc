"""Names, configured blocks and callables become blocks; what users make is checked."""

from dataclasses import FrozenInstanceError

import pytest
import torch
from torch import nn

from formula2net.blocks import (
    BLOCKS,
    Basic,
    BlockRef,
    Options,
    Plain,
    check_block,
    options_of,
    register_block,
    resolve_block,
)
from formula2net.errors import BlockError

REF = BlockRef("W_3", step=3, stage=2)


def conv(in_width, out_width, *, stride, ref):
    return nn.Conv2d(in_width, out_width, 3, stride, 1)


def no_padding(in_width, out_width, *, stride, ref):
    return nn.Conv2d(in_width, out_width, 3, stride)


def forgets_its_width(in_width, out_width, *, stride, ref):
    return nn.Conv2d(in_width, in_width, 3, stride, 1)


def overwrites(in_width, out_width, *, stride, ref):
    return nn.Sequential(nn.ReLU(inplace=True), conv(in_width, out_width, stride=stride, ref=ref))


class Fails(nn.Module):
    def __init__(self, in_width, out_width, *, stride, ref):
        super().__init__()

    def forward(self, x):
        raise ValueError("no such luck")


def no_module(in_width, out_width, *, stride, ref):
    return "conv"


class TwoOutputs(nn.Module):
    def __init__(self, in_width, out_width, *, stride, ref):
        super().__init__()

    def forward(self, x):
        return x, x


def test_a_ref_is_frozen_data():
    assert (REF.name, REF.step, REF.stage) == ("W_3", 3, 2)
    with pytest.raises(FrozenInstanceError):
        REF.step = 4


def test_names_configured_blocks_and_their_classes_resolve():
    assert resolve_block("basic", 2) == Basic(dims=2)
    assert resolve_block(Basic(norm="group"), 1) == Basic(norm="group", dims=1)
    assert resolve_block(Plain, 3) == Plain(dims=3)


def test_a_callable_is_told_its_place():
    seen = []

    def block(in_width, out_width, *, stride, ref):
        seen.append((in_width, out_width, stride, ref))
        return conv(in_width, out_width, stride=stride, ref=ref)

    module = resolve_block(block, 2)(4, 8, stride=2, ref=REF)
    assert type(module) is nn.Conv2d
    assert seen == [(4, 8, 2, REF)]


@pytest.mark.parametrize(
    ("block", "message"),
    [
        (
            "basc",
            (
                "Unknown block: 'basc'.\n"
                "  expected one of basic, bottleneck, compress, dense_layer, gate, linear, narrow, "
                "plain, preact, preact_bottleneck, or a callable\n"
                "  try: 'basic'"
            ),
        ),
        (7, "7 is not a block.\n  expected a name, or a callable that makes modules"),
        (
            nn.Conv2d(3, 3, 3),
            (
                "A block makes a module for every step; Conv2d is a module itself.\n"
                "  try: def block(in_width, out_width, *, stride, ref): ..."
            ),
        ),
    ],
)
def test_what_is_no_block_is_refused(block, message):
    with pytest.raises(BlockError) as caught:
        resolve_block(block, 2)
    assert str(caught.value) == message


def test_options_alone_are_no_block():
    with pytest.raises(BlockError, match="is not a block"):
        resolve_block(Options(), 2)


@pytest.mark.parametrize(
    ("block", "message"),
    [
        (
            no_module,
            "The block of W_3 did not make a module.\n  got 'conv'; expected a torch.nn.Module",
        ),
        (
            no_padding,
            (
                "The module of W_3 does not give the shape of its step for input (2, 4, 16, 16).\n"
                "  got output (2, 8, 7, 7); expected (2, 8, 8, 8)"
            ),
        ),
        (
            forgets_its_width,
            (
                "The module of W_3 does not give the shape of its step for input (2, 4, 16, 16).\n"
                "  got output (2, 4, 8, 8); expected (2, 8, 8, 8)"
            ),
        ),
        (
            overwrites,
            (
                "The module of W_3 overwrites its input, which other terms read.\n"
                "  try: inplace=False in its first layer"
            ),
        ),
        (
            Fails,
            (
                "The module of W_3 fails on an input of shape (2, 4, 16, 16).\n"
                "  got ValueError: no such luck"
            ),
        ),
        (
            TwoOutputs,
            (
                "The module of W_3 fails on an input of shape (2, 4, 16, 16).\n"
                "  got TypeError: a tensor was expected, got tuple"
            ),
        ),
    ],
)
def test_a_module_that_breaks_the_contract_is_refused(block, message):
    with pytest.raises(BlockError) as caught:
        resolve_block(block, 2)(4, 8, stride=2, ref=REF)
    assert str(caught.value) == message


def test_the_trial_leaves_no_trace():
    class Noisy(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm, self.drop = nn.BatchNorm2d(4), nn.Dropout()
            self.frozen = nn.BatchNorm2d(4).eval()

        def forward(self, x):
            return self.drop(self.frozen(self.norm(x + 1)))

    module, state = Noisy(), torch.get_rng_state()
    check_block(module, 4, 4, 1, 2)
    assert [part.training for part in module.modules()] == [True, True, True, False]
    assert int(module.norm.num_batches_tracked) == 0
    assert not module.norm.running_mean.any()
    assert torch.equal(torch.get_rng_state(), state)


def test_modes_come_back_after_a_failure():
    module = Fails(4, 8, stride=1, ref=REF)
    with pytest.raises(BlockError):
        check_block(module, 4, 8, 1, 2)
    assert module.training


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_the_trial_has_the_dtype_of_the_weights(dtype):
    check_block(nn.Conv2d(4, 4, 3, padding=1, dtype=dtype), 4, 4, 1, 2)


def test_a_module_without_weights_is_tried_too():
    check_block(nn.Identity(), 4, 4, 1, 0)


@pytest.fixture
def registry(monkeypatch):
    """The registry, which is as before after the test."""
    for name in list(BLOCKS):
        monkeypatch.setitem(BLOCKS, name, BLOCKS[name])
    monkeypatch.setitem(BLOCKS, "mine", None)
    monkeypatch.delitem(BLOCKS, "mine")
    return BLOCKS


def test_a_registered_block_is_found_by_its_name(registry):
    register_block("mine", conv)
    assert registry["mine"] is conv
    assert type(resolve_block("mine", 2)(4, 4, stride=1, ref=REF)) is nn.Conv2d


def test_a_name_is_given_once(registry):
    with pytest.raises(BlockError, match="There is a block 'basic' already"):
        register_block("basic", conv)
    assert registry["basic"] == Basic()


def test_only_makers_of_modules_are_registered(registry):
    with pytest.raises(BlockError, match="Identity is a module itself"):
        register_block("mine", nn.Identity())
    assert "mine" not in registry


def test_stem_and_transitions_are_of_the_make_of_the_block():
    block = resolve_block(Basic(norm="group", activation="silu", weight_init="xavier"), 1)
    expected = Options(norm="group", activation="silu", weight_init="xavier", dims=1)
    assert options_of(block, 1) == expected
    assert options_of(resolve_block(conv, 2), 2) == Options(dims=2)
