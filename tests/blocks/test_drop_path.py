"""Stochastic depth: which blocks are left out, how often, and what that does to the mean."""

import pytest
import torch

from formula2net.blocks import Basic, BlockRef, DenseLayer, Linear, Options, Plain, PreAct
from formula2net.blocks.drop_path import DropPath
from formula2net.errors import BlockError


def ref(step, depth=5, name="W_{}", operator="W"):
    return BlockRef(name.format(step), step, 1, operator, depth)


@pytest.mark.parametrize("block", [Basic, PreAct, DenseLayer, Plain, Linear])
def test_the_rate_grows_with_the_step(block):
    make = block(drop_path=0.2)
    rates = []
    for step in range(1, 6):
        module = make(8, 8, stride=1, ref=ref(step))
        last = list(module)[-1]
        rates.append(last.rate if isinstance(last, DropPath) else 0.0)
    assert rates == pytest.approx([0.0, 0.05, 0.1, 0.15, 0.2])


def test_a_network_of_one_step_drops_nothing():
    module = Basic(drop_path=0.2)(8, 8, stride=1, ref=ref(1, depth=1))
    assert not any(isinstance(layer, DropPath) for layer in module)


def test_blocks_of_a_nested_formula_go_by_the_step_around_them():
    nested = BlockRef("W_3.K_1", 3, 1, "W.K", 5)
    assert list(Basic(drop_path=0.4)(8, 8, stride=1, ref=nested))[-1].rate == pytest.approx(0.2)


def test_a_block_that_is_one_for_all_steps_has_no_rate():
    for name in ("W", "F.W"):
        with pytest.raises(BlockError) as caught:
            Basic(drop_path=0.2)(8, 8, stride=1, ref=BlockRef(name, 1, 1, name, 5))
        assert str(caught.value) == (
            f"The block {name} is one for all steps, and drop_path grows with the step.\n"
            f"  try: {name}[i], or drop_path=0"
        )
    assert Basic()(8, 8, stride=1, ref=BlockRef("W", 1, 1, "W", 5))


@pytest.mark.parametrize("rate", [1, 1.5, -0.1, "0.1", True])
def test_a_rate_is_a_probability_below_1(rate):
    with pytest.raises(BlockError) as caught:
        Options(drop_path=rate)
    assert str(caught.value) == (
        f"drop_path={rate!r} is no rate.\n  expected 0 up to, and without, 1"
    )


@pytest.mark.parametrize("shape", [(4000, 3), (4000, 3, 2), (4000, 3, 2, 2), (4000, 3, 2, 2, 2)])
def test_samples_are_left_out_as_a_whole_and_the_mean_stays(shape):
    x = torch.ones(shape, requires_grad=True)
    out = DropPath(0.25)(x)
    samples = out.detach().flatten(1)
    assert torch.equal(samples, samples[:, :1].expand_as(samples))
    assert samples.unique().tolist() == pytest.approx([0, 4 / 3])
    assert float(samples.mean()) == pytest.approx(1, abs=0.05)
    out.sum().backward()
    assert torch.equal(x.grad, out.detach())


def test_nothing_is_left_out_in_evaluation():
    x = torch.randn(8, 3)
    module = DropPath(0.9)
    assert module.eval()(x) is x
    assert DropPath(0.0)(x) is x
    assert repr(module) == "DropPath(rate=0.9)"


def test_a_tracer_takes_it_as_it_is():
    x = torch.ones(2000, 3)
    traced = torch.fx.symbolic_trace(DropPath(0.5).train())
    first, second = traced(x), traced(x)
    assert not torch.equal(first, second)  # what is drawn is no constant of the trace
    assert float(first.mean()) == pytest.approx(1, abs=0.1)


def test_zero_last_goes_with_what_drops():
    for kind in (PreAct, DenseLayer, Basic):
        options = {} if kind is Basic else {"drop": 0.3}
        block = kind(weight_init="zero_last", drop_path=0.2, **options)
        module = block(8, 8, stride=1, ref=ref(3))
        assert not module(torch.randn(4, 8, 5, 5)).any()
