"""Stem, transitions and head: what joins the stages of a backbone."""

import pickle
import re

import pytest
import torch
from torch import nn

from formula2net.blocks import BlockRef, Options, make_head, make_stem, make_transition
from formula2net.blocks.transition import TRANSITION_MAKERS
from formula2net.errors import BlockError, ShapeError
from formula2net.language.backbone import Head, Shape, Stem

AXES = [0, 1, 2, 3]


def values(width, dims, size=7):
    return torch.randn(2, width, *[size] * dims)


def transition(kind, widths, stride, dims, **options):
    shapes = Shape(widths[0], 2), Shape(widths[1], 2 * stride)
    return make_transition(kind, *shapes, Options(dims=dims, **options))


@pytest.mark.parametrize("dims", AXES)
@pytest.mark.parametrize("kind", TRANSITION_MAKERS)
@pytest.mark.parametrize("stride", [1, 2, 4])
@pytest.mark.parametrize("widths", [(8, 12), (8, 8)])
def test_transitions_give_the_shape_that_blocks_give(kind, dims, stride, widths):
    stride = stride if dims else 1
    out = transition(kind, widths, stride, dims)(values(8, dims))
    assert out.shape == (2, widths[1], *[-(-7 // stride)] * dims)


@pytest.mark.parametrize(
    ("kind", "layers"),
    [
        ("projection", "conv norm"),
        ("conv", "conv"),
        ("avgpool", "pool conv norm"),
        ("layer", "conv norm act"),
    ],
)
def test_transitions_are_made_of_their_layers(kind, layers):
    module = transition(kind, (8, 16), 2, 2)
    assert " ".join(name for name, _ in module.named_children()) == layers
    kernel = 3 if kind == "layer" else 1
    assert module.conv.kernel_size == (kernel, kernel)


def test_identity_keeps_values_and_adds_zeros():
    module, x = transition("identity", (8, 12), 2, 2), values(8, 2)
    out = module(x)
    assert torch.equal(out[:, :8], x[:, :, ::2, ::2])
    assert not out[:, 8:].any()
    assert list(module.parameters()) == []
    assert repr(module) == "Subsample(stride=2, extra=4, dims=2)"


def test_identity_leaves_its_input_alone():
    source = values(8, 2).requires_grad_()
    x = source * 1
    (transition("identity", (8, 12), 2, 2)(x).sum() + x.sum()).backward()
    expected = torch.ones(2, 8, 7, 7)
    expected[:, :, ::2, ::2] += 1
    assert torch.equal(source.grad, expected)


def test_average_pool_weighs_the_rim_like_the_rest():
    module = transition("avgpool", (8, 8), 2, 2)
    assert torch.equal(module.pool(torch.ones(1, 8, 7, 7)), torch.ones(1, 8, 4, 4))


def test_a_transition_never_starts_as_zero():
    module = transition("projection", (8, 16), 2, 2, weight_init="zero_last")
    assert module.conv.weight.any()
    assert bool((module.norm.weight == 1).all())


@pytest.mark.parametrize(
    ("before", "after"), [(Shape(64, 4), Shape(32, 2)), (Shape(64, 2), Shape(32, 3))]
)
def test_the_resolution_can_only_be_divided(before, after):
    with pytest.raises(ShapeError) as caught:
        make_transition("projection", before, after, Options(dims=2))
    assert str(caught.value) == (
        f"A value of 64 channels at 1/{before.stride} of the input's resolution cannot become one"
        f" of 32 channels at 1/{after.stride}.\n  expected a resolution divided by an integer"
    )


def test_identity_cannot_drop_channels():
    with pytest.raises(ShapeError) as caught:
        transition("identity", (16, 8), 1, 2)
    assert str(caught.value) == (
        "A transition of kind 'identity' cannot turn 16 channels into 8.\n"
        "  try: transition='projection'"
    )


def test_an_unknown_transition_is_refused():
    with pytest.raises(BlockError, match="Unknown transition: 'projektion'"):
        transition("projektion", (8, 16), 2, 2)


def test_a_callable_transition_is_told_its_place_and_checked():
    seen = []

    def make(in_width, out_width, *, stride, ref):
        seen.append((in_width, out_width, stride, ref))
        return nn.Conv2d(in_width, out_width, 1, stride)

    ref = BlockRef("transition_X_2_2", step=3, stage=2)
    shapes = Shape(8, 1), Shape(16, 2)
    module = make_transition(make, *shapes, Options(dims=2), ref)
    assert type(module) is nn.Conv2d
    assert seen == [(8, 16, 2, ref)]
    with pytest.raises(BlockError, match="module of transition fails on an input"):
        make_transition(make, *shapes, Options(dims=1))


@pytest.mark.parametrize(
    ("stem", "dims", "layers", "size"),
    [
        (Stem("cifar", 3, 8), 1, "conv norm act", 9),
        (Stem("cifar", 3, 8), 2, "conv norm act", 9),
        (Stem("imagenet", 3, 8), 2, "conv norm act pool", 3),
        (Stem("imagenet", 3, 8), 3, "conv norm act pool", 3),
        (Stem("conv", 3, 8), 1, "conv", 9),
        (Stem("conv", 3, 8), 2, "conv", 9),
        (Stem("pointwise", 3, 8), 2, "conv norm act", 9),
        (Stem("pointwise", 3, 8), 3, "conv norm act", 9),
        (Stem("deep", 3, 8), 1, "conv1 norm1 act1 conv2 norm2 act2", 5),
        (Stem("deep", 3, 8), 2, "conv1 norm1 act1 conv2 norm2 act2", 5),
        (Stem("linear", 3, 8), 0, "conv norm act", 9),
        (Stem("none", 8), 2, "", 9),
    ],
)
def test_stems(stem, dims, layers, size):
    module = make_stem(stem, Options(dims=dims))
    assert " ".join(name for name, _ in module.named_children()) == layers
    out = module(values(stem.in_chans, dims, size=9))
    assert out.shape == (2, stem.width, *[size] * dims)
    assert size == -(-9 // stem.stride)


def test_the_layers_of_the_stems():
    stem = make_stem(Stem("imagenet"), Options(dims=2))
    assert (stem.conv.kernel_size, stem.conv.stride, stem.conv.padding) == ((7, 7), (2, 2), (3, 3))
    assert (stem.pool.kernel_size, stem.pool.stride, stem.pool.padding) == (3, 2, 1)
    stem = make_stem(Stem("cifar"), Options(dims=2))
    assert (stem.conv.kernel_size, stem.conv.stride) == ((3, 3), (1, 1))
    assert type(make_stem(Stem("linear"), Options(dims=0)).conv) is nn.Linear
    stem = make_stem(Stem("pointwise"), Options(dims=2))
    assert (stem.conv.kernel_size, stem.conv.stride) == ((1, 1), (1, 1))
    stem = make_stem(Stem("deep"), Options(dims=2))
    assert (stem.conv1.kernel_size, stem.conv1.stride) == ((3, 3), (2, 2))
    assert (stem.conv2.kernel_size, stem.conv2.stride) == ((3, 3), (1, 1))
    assert stem.conv2.in_channels == stem.conv2.out_channels == 64
    assert make_stem(Stem("conv"), Options(dims=2)).conv.bias is None


def test_the_keys_of_a_stem_are_those_of_its_layers():
    keys = ["conv.weight", "norm.weight", "norm.bias"]
    assert [name for name, _ in make_stem(Stem("cifar"), Options()).named_parameters()] == keys


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        (
            (2, 4, 16, 16),
            "The network reads 3 channels.\n  got 4, in an input of (2, 4, 16, 16)",
        ),
        (
            (2, 3, 16, 7),
            (
                "An input of 16x7 is smaller than the network's strides.\n"
                "  expected at least 8 along each axis"
            ),
        ),
        (
            (3, 16, 16),
            "The network reads inputs of 4 axes.\n  got (3, 16, 16); expected (N, 3, H, W)",
        ),
        (
            (2, 3, 8, 16, 16),
            "The network reads inputs of 4 axes.\n  got (2, 3, 8, 16, 16); expected (N, 3, H, W)",
        ),
        ((3,), "The network reads inputs of 4 axes.\n  got (3,); expected (N, 3, H, W)"),
    ],
)
@pytest.mark.parametrize("kind", ["cifar", "none", "imagenet"])
def test_a_stem_looks_at_the_shape_of_its_input(kind, shape, text):
    stem = make_stem(Stem(kind, 3, 3), Options(dims=2), least=8)
    with pytest.raises(ShapeError) as caught:
        stem(torch.randn(shape))
    assert str(caught.value) == text
    assert stem(torch.randn(2, 3, 8, 8)).shape[:2] == (2, 3)


@pytest.mark.parametrize(
    ("dims", "axes"), [(0, "(N, 3)"), (1, "(N, 3, W)"), (3, "(N, 3, D, H, W)")]
)
def test_a_stem_knows_its_axes(dims, axes):
    with pytest.raises(ShapeError, match=re.escape(f"expected {axes}")):
        make_stem(Stem("none", 3), Options(dims=dims))(torch.randn(2, 3, 16, 16))


def test_a_stem_is_a_sequence():
    stem, x = make_stem(Stem("cifar", 3, 8), Options(dims=2)).eval(), values(3, 2)
    torch.testing.assert_close(stem[1:](stem[:1](x)), stem(x))
    assert [type(layer) for layer in stem] == [nn.Conv2d, nn.BatchNorm2d, nn.ReLU]
    assert len(stem) == 3


def test_a_stem_can_be_exported_for_any_size():
    stem = make_stem(Stem("imagenet", 3, 8), Options(dims=2), least=4).eval()
    auto = torch.export.Dim.AUTO
    shapes = {"x": {0: auto, 2: auto, 3: auto}}
    exported = torch.export.export(stem, (torch.randn(2, 3, 24, 20),), dynamic_shapes=shapes)
    for shape in ((4, 3, 32, 16), (3, 3, 12, 40)):
        x = torch.randn(shape)
        torch.testing.assert_close(exported.module()(x), stem(x))


@pytest.mark.parametrize("dims", AXES)
def test_a_classifier_averages_over_all_positions(dims):
    head, x = make_head(Head("classifier", 5), 8, Options(dims=dims)), values(8, dims)
    pooled = x.flatten(2).mean(2) if dims else x
    torch.testing.assert_close(head(x), head.fc(pooled))
    assert head(x).shape == (2, 5)


@pytest.mark.parametrize("dims", AXES)
@pytest.mark.parametrize("kind", ["classifier", "features", "embedding"])
def test_a_head_may_begin_with_a_norm(kind, dims):
    head = make_head(Head(kind, norm=True, drop_rate=0.2), 8, Options(norm="group", dims=dims))
    names = [name for name, _ in head.named_children()]
    pool = ["pool", "flatten"] * bool(dims)
    rest = {"classifier": [*pool, "drop", "fc"], "features": [], "embedding": pool}
    assert names == ["norm", "act", *rest[kind]]
    assert type(head.norm) is nn.GroupNorm
    first = make_head(Head("features", norm=True), 8, Options(norm=None, dims=dims))
    assert [name for name, _ in first.named_children()] == ["act"]


def test_features_are_handed_on():
    x = values(8, 2)
    assert make_head(Head("features"), 8, Options())(x) is x


@pytest.mark.parametrize("dims", AXES)
def test_everything_can_be_pickled(dims):
    options, x = Options(dims=dims), values(8, dims)
    modules = [transition(kind, (8, 8), 1, dims) for kind in TRANSITION_MAKERS]
    modules += [
        make_stem(Stem("none", 8), options),
        make_head(Head("classifier", 5), 8, Options(dims=dims)),
    ]
    for module in modules:
        module.eval()
        assert torch.equal(pickle.loads(pickle.dumps(module))(x), module(x))
