"""What an activation of a formula may be besides an activation of a block."""

import pytest
import torch

from formula2net.blocks import ACTIVATIONS, FUNCTIONS, make_activation, make_function
from formula2net.errors import BlockError


def values(dims):
    return torch.randn(3, 4, *[5, 6, 7][:dims])


def test_every_activation_is_a_function_of_formulas():
    assert ACTIVATIONS.keys() < FUNCTIONS.keys()
    assert FUNCTIONS.keys() - ACTIVATIONS.keys() == {"global_pool", "step_factor"}


@pytest.mark.parametrize("name", sorted(FUNCTIONS.keys() - ACTIVATIONS.keys()))
def test_the_others_are_no_activations_of_blocks(name):
    with pytest.raises(BlockError, match=f"Unknown activation: '{name}'"):
        make_activation(name)


def test_an_unknown_function_is_an_error():
    with pytest.raises(BlockError) as caught:
        make_function("globl_pool")
    assert str(caught.value) == (
        "Unknown activation: 'globl_pool'.\n"
        "  expected one of elu, gelu, global_pool, leaky_relu, mish, relu, sigmoid, silu, "
        "softplus, step_factor, tanh, or a callable\n"
        "  try: 'global_pool'"
    )


@pytest.mark.parametrize("dims", [0, 1, 2, 3])
def test_a_pool_is_the_mean_over_all_positions(dims):
    x = values(dims)
    pooled = make_function("global_pool")(x)
    assert pooled.shape == (3, 4, *[1] * dims)
    expected = x.flatten(2).mean(2) if dims else x
    torch.testing.assert_close(pooled.flatten(1), expected)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("dims", [0, 2])
def test_functions_have_no_parameters_and_leave_their_input_alone(name, dims):
    module, x = make_function(name), values(dims)
    before = x.clone()
    out = module(x)
    assert not [*module.parameters(), *module.buffers()]
    assert torch.equal(x, before)
    assert (out * torch.ones_like(x)).shape == x.shape  # it gates its input


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("dims", [0, 2])
def test_functions_can_be_traced_compiled_and_exported(name, dims):
    torch._dynamo.reset()
    module, x = make_function(name), values(dims)
    expected = module(x)
    for other in (
        torch.fx.symbolic_trace(module),
        torch.compile(module, backend="aot_eager", fullgraph=True),
        torch.export.export(module, (x,)).module(),
    ):
        torch.testing.assert_close(other(x), expected)
