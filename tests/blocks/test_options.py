"""Norms, activations and initialisations, alone and in a block."""

from dataclasses import dataclass
from functools import partial

import pytest
import torch
from torch import nn

from formula2net.blocks import (
    Basic,
    BlockRef,
    Compress,
    DenseLayer,
    Linear,
    Options,
    Plain,
    PreAct,
    make_activation,
    options_of,
)
from formula2net.blocks.activation import ACTIVATIONS
from formula2net.blocks.init import INITS
from formula2net.blocks.norm import NORMS, make_norm
from formula2net.errors import BlockError

REF = BlockRef("W_1", step=1, stage=1)


def basic(**options):
    return Basic(**options)(32, 32, stride=1, ref=REF)


@pytest.mark.parametrize("dims", [0, 1, 2, 3])
@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("width", [1, 7, 32, 100])
def test_norms_keep_the_shape_and_normalise(norm, dims, width):
    x = 3 + 2 * torch.randn(64, width, *[5] * dims)
    y = make_norm(norm, width, dims)(x)
    assert y.shape == x.shape
    if width > 1 or dims or norm == "batch":
        assert abs(float(y.detach().mean())) < 0.05
        assert float(y.detach().std()) == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize(
    ("width", "groups"), [(8, 1), (16, 1), (32, 2), (64, 4), (512, 32), (100, 2), (17, 1)]
)
def test_a_group_has_at_least_16_channels(width, groups):
    assert make_norm("group", width, 2).num_groups == groups


@pytest.mark.parametrize(
    ("dims", "kind"),
    [(0, nn.BatchNorm1d), (1, nn.BatchNorm1d), (2, nn.BatchNorm2d), (3, nn.BatchNorm3d)],
)
def test_batch_norm_knows_its_axes(dims, kind):
    assert type(make_norm("batch", 4, dims)) is kind


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_never_work_in_place(name):
    module, x = make_activation(name), torch.randn(100)
    before = x.clone()
    out = module(x)
    assert torch.equal(x, before)
    assert not torch.equal(out, x)
    assert make_activation(name) is not module


@pytest.mark.parametrize(
    ("name", "function"),
    [("relu", torch.relu), ("sigmoid", torch.sigmoid), ("tanh", torch.tanh)],
)
def test_activations_are_what_they_are_called(name, function):
    x = torch.randn(100)
    assert torch.equal(make_activation(name)(x), function(x))


def test_an_activation_that_works_in_place_is_refused():
    with pytest.raises(BlockError, match="overwrites its input"):
        make_activation(partial(nn.ReLU, inplace=True))


def test_options_may_be_callables():
    module = basic(norm=partial(nn.InstanceNorm2d, affine=True), activation=nn.PReLU)
    assert [type(part) for part in module] == [
        nn.Conv2d,
        nn.InstanceNorm2d,
        nn.PReLU,
        nn.Conv2d,
        nn.InstanceNorm2d,
    ]


def test_options_may_be_left_out():
    module = basic(norm=None, activation=None)
    assert [type(part) for part in module] == [nn.Conv2d, nn.Conv2d]
    assert all(part.bias is not None for part in module)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"norm": "bacth"},
            (
                "Unknown norm: 'bacth'.\n"
                "  expected one of batch, batch_plain, group, layer, or a callable\n"
                "  try: 'batch'"
            ),
        ),
        (
            {"activation": "rleu"},
            (
                "Unknown activation: 'rleu'.\n"
                "  expected one of elu, gelu, leaky_relu, mish, relu, sigmoid, silu, softplus, "
                "tanh, or a callable\n"
                "  try: 'relu'"
            ),
        ),
        (
            {"weight_init": 3},
            (
                "Unknown weight initialisation: 3.\n"
                "  expected one of default, kaiming, xavier, zero_last, or a callable"
            ),
        ),
        (
            {"dims": 4},
            "A block cannot have dims=4.\n  expected 0, 1, 2 or 3 axes of resolution",
        ),
    ],
)
def test_unknown_options_are_refused_when_they_are_given(options, message):
    with pytest.raises(BlockError) as caught:
        Basic(**options)
    assert str(caught.value) == message


def test_options_that_are_given_reach_the_layers():
    module = basic(norm="group", activation="silu")
    assert [type(part) for part in module if not isinstance(part, nn.Conv2d)] == [
        nn.GroupNorm,
        nn.SiLU,
        nn.GroupNorm,
    ]


def test_kaiming_keeps_the_variance_of_the_gradient():
    weight = basic(weight_init="kaiming").conv1.weight
    assert float(weight.detach().std()) == pytest.approx((2 / (9 * 32)) ** 0.5, rel=0.05)


def test_xavier_is_uniform_within_its_bound():
    weight = basic(weight_init="xavier").conv1.weight.detach()
    bound = (6 / (9 * 64)) ** 0.5
    assert float(weight.abs().max()) == pytest.approx(bound, rel=0.01)
    assert float(weight.std()) == pytest.approx(bound / 3**0.5, rel=0.05)


def test_default_is_what_torch_does():
    torch.manual_seed(1)
    weight = basic(weight_init="default").conv1.weight
    torch.manual_seed(1)
    assert torch.equal(weight, nn.Conv2d(32, 32, 3, 1, 1, bias=False).weight)


def test_a_callable_initialises_the_whole_block():
    def ones(module):
        for weight in module.parameters():
            nn.init.ones_(weight)

    assert all(bool((weight == 1).all()) for weight in basic(weight_init=ones).parameters())


@pytest.mark.parametrize("how", [name for name in INITS if name != "default"])
def test_named_initialisations_set_biases_to_zero(how):
    module = basic(norm=None, weight_init=how)
    assert all(not part.bias.any() for part in module if isinstance(part, nn.Conv2d))


@pytest.mark.parametrize(
    "block",
    [
        Basic(weight_init="zero_last"),
        Basic(weight_init="zero_last", norm=None),
        PreAct(weight_init="zero_last"),
        Linear(weight_init="zero_last"),
    ],
)
def test_zero_last_starts_as_zero_and_learns(block):
    module = block(8, 8, stride=1, ref=REF)
    x = torch.randn(4, 8) if isinstance(block, Linear) else torch.randn(4, 8, 5, 5)
    out = module(x)
    assert not out.any()
    (out * torch.randn_like(out)).sum().backward()
    assert any(bool(weight.grad.any()) for weight in module.parameters())


@pytest.mark.parametrize(
    "block", [DenseLayer(weight_init="zero_last", drop=0.2), Compress(weight_init="zero_last")]
)
def test_zero_last_looks_past_dropout_and_pools(block):
    module = block(8, 8, stride=2, ref=REF)
    out = module(torch.randn(4, 8, 5, 5))
    assert not out.any()
    (out * torch.randn_like(out)).sum().backward()
    assert any(bool(weight.grad.any()) for weight in module.parameters())


def test_a_bias_is_there_where_no_norm_undoes_it_or_as_the_options_say():
    for norm, bias, there in [
        ("batch", None, False),
        ("batch", True, True),
        (None, None, True),
        (None, False, False),
    ]:
        convolution = Options(norm=norm, bias=bias).make_conv(4, 4, 3)
        assert (convolution.bias is not None) == there
    assert options_of(Basic(bias=True), 2).bias is True


def test_zero_last_is_refused_where_nothing_could_be_learnt():
    with pytest.raises(BlockError, match=r"needs a block that ends with weights, not ReLU\(\)"):
        Plain(weight_init="zero_last")(8, 8, stride=1, ref=REF)


def test_dims_are_those_of_the_backbone():
    assert Basic().axes == 2
    assert Basic(norm="group").with_dims(1) == Basic(norm="group", dims=1)
    assert Basic(dims=3).with_dims(3) == Basic(dims=3)
    with pytest.raises(BlockError) as caught:
        Basic(dims=3).with_dims(1)
    assert str(caught.value) == (
        "Basic(dims=3) on a backbone with dims=1.\n  try: leave dims out: the backbone decides"
    )


def test_a_block_of_ones_own_may_use_the_options():
    @dataclass(frozen=True, kw_only=True)
    class Wide(Options):
        kernel: int = 5

        def __call__(self, in_width, out_width, *, stride, ref):
            return self.block(conv=self.make_conv(in_width, out_width, self.kernel, stride))

    module = Wide(norm=None)(4, 8, stride=2, ref=REF)
    assert module(torch.randn(1, 4, 9, 9)).shape == (1, 8, 5, 5)
