"""Blocks that differ from operator to operator."""

import copy
import pickle

import pytest
from torch import nn

from formula2net.blocks import (
    Basic,
    BlockRef,
    Blocks,
    Gate,
    NormAct,
    Options,
    Plain,
    as_block,
    norm_block_of,
    options_of,
    resolve_block,
)
from formula2net.errors import BlockError

LINEAR = Plain(kernel=1, norm=None, activation=None)
BLOCKS = Blocks(blocks={"T": "plain", "S.F": LINEAR, "F": Basic, "*": "preact"}, norm="group")


def layers(block, operator, dims=2):
    ref = BlockRef(f"{operator}_1", 1, 1, operator)
    made = resolve_block(block, dims)(8, 8, stride=1, ref=ref)
    return " ".join(name for name, _ in made.named_children())


@pytest.mark.parametrize(
    ("operator", "made"),
    [
        ("T", "conv norm act"),
        ("A.T", "conv norm act"),  # wherever it stands
        ("S.F", "conv"),
        ("R.S.F", "conv"),  # the longest end of the path counts
        ("F", "conv1 norm1 act conv2 norm2"),
        ("R.F", "conv1 norm1 act conv2 norm2"),
        ("S", "norm1 act1 conv1 norm2 act2 conv2"),
        ("F.S", "norm1 act1 conv1 norm2 act2 conv2"),
    ],
)
def test_the_operator_says_which_block_it_is(operator, made):
    assert layers(BLOCKS, operator) == made


def test_an_operator_without_a_block_is_an_error():
    for given, got in (({"T": "plain", "S": "basic"}, "T, S"), ({}, "none")):
        with pytest.raises(BlockError) as caught:
            layers(Blocks(blocks=given), "W.F")
        assert str(caught.value) == (
            "No block is given for the operator W.F (W.F_1).\n"
            f"  got {got}\n"
            "  try: {'W.F': 'basic', ...}"
        )


def test_blocks_for_operators_that_are_not_there_are_an_error():
    BLOCKS.check_operators(["T", "R.S.F", "F", "W"])
    with pytest.raises(BlockError) as caught:
        Blocks(blocks={"W.K": "plain", "K": "basic", "V": "basic"}).check_operators(["W.K", "V2"])
    assert str(caught.value) == (
        "The formula has no operator K.\n  expected W.K, V2\n"
        "\n"
        "The formula has no operator V.\n  expected W.K, V2\n  try: V2"
    )


def test_the_blocks_have_options_of_their_own():
    made = resolve_block(BLOCKS, 1)
    assert made.blocks["T"] == Plain(dims=1)
    assert made.blocks["F"] == Basic(dims=1)
    assert options_of(BLOCKS, 1) == Options(norm="group", dims=1)
    with pytest.raises(BlockError, match=r"Basic\(dims=3\) on a backbone with dims=2"):
        resolve_block(Blocks(blocks={"W": Basic(dims=3)}), 2)


@pytest.mark.parametrize("block", [Blocks, NormAct, Gate])
def test_what_cannot_be_left_out_takes_no_drop_path(block):
    with pytest.raises(BlockError) as caught:
        block(drop_path=0.1)
    assert str(caught.value) == (
        f"{block.__name__}(drop_path=0.1) leaves nothing out.\n"
        "  expected drop_path of a block that a sum goes around"
    )


def test_a_block_that_is_none_is_an_error():
    with pytest.raises(BlockError, match="Unknown block: 'basik'"):
        resolve_block(Blocks(blocks={"W": "basik"}), 2)
    with pytest.raises(BlockError, match="3 is not a block"):
        resolve_block(Blocks(blocks={"W": 3}), 2)


def test_a_callable_is_checked():
    def narrow(in_width, out_width, *, stride, ref):
        return nn.Conv2d(in_width, 3, 1)

    with pytest.raises(BlockError, match="does not give the shape of its step"):
        layers(Blocks(blocks={"W": narrow}), "W")


def test_a_mapping_is_blocks_and_anything_else_is_what_it_is():
    assert as_block({"W": "basic"}) == Blocks(blocks={"W": "basic"})
    assert as_block("basic") == "basic"
    assert as_block(BLOCKS) is BLOCKS


def test_norms_are_those_of_the_options_unless_they_are_given():
    options = Options(norm="group", activation="silu", dims=2)
    made = NormAct(norm="group", activation="silu", dims=2)
    assert norm_block_of(Basic(norm="group"), options, "norm") == made
    blocks = resolve_block(Blocks(blocks={"*": "basic"}, norm="group", activation="silu"), 2)
    assert norm_block_of(blocks, options, "S.norm") == made  # "*" is for blocks
    own = resolve_block(Blocks(blocks={"norm2": NormAct(activation=None), "*": "basic"}), 2)
    assert norm_block_of(own, options, "S.norm2") == NormAct(activation=None, dims=2)
    assert norm_block_of(own, options, "S.norm") == NormAct(dims=2)
    ref = BlockRef("norm_1", 1, 1, "norm")
    module = made(8, 8, stride=1, ref=ref)
    assert [type(layer) for layer in module] == [nn.GroupNorm, nn.SiLU]


@pytest.mark.parametrize("clone", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_blocks_can_be_copied(clone):
    assert clone(BLOCKS) == BLOCKS
    assert hash(clone(BLOCKS)) == hash(BLOCKS)
    assert Blocks(blocks={"*": "preact"}, norm="group") != BLOCKS
