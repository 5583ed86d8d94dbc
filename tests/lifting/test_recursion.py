"""Where steps are alike, a lifted program has the recursion that it came from."""

from __future__ import annotations

import pytest
import torch
from torch import nn

import formula2net as f2n
from formula2net.formulas import get_formula
from formula2net.lifting.glossary import Glossary
from formula2net.lifting.lifted import Lifted
from formula2net.lifting.network_code import read_code
from formula2net.lower.emit import emit
from formula2net.passes.unroll import unroll
from tests.lifting import nets
from tests.synthesis.test_rolling import ANSWERED, enough, same

IMAGES = torch.randn(2, 3, 8, 8)
DEEP = f2n.Backbone.cifar((8,), (8,))


def test_of_a_network_by_hand() -> None:
    net = nets.Classifier(*(nets.PreActivation() for _ in range(6)), norm=True)
    assert f2n.lift(net, IMAGES).recursion == get_formula("resnet")


@pytest.mark.parametrize("name", ["resnet", "resnet_relu", "difference", "highway", "revnet"])
def test_of_a_compiled_network(name: str) -> None:
    net = f2n.compile(get_formula(name), DEEP, block="plain", check=False)
    recursion = f2n.lift(net).recursion
    for depth in (8, 11):
        assert f2n.compare(recursion, get_formula(name), depth=depth).equal_network


@pytest.mark.parametrize("name", ANSWERED)
def test_of_the_code_of_every_formula_that_is_deep_enough(name: str) -> None:
    formula = get_formula(name)
    depth = enough(formula)
    program = unroll(formula, depth)
    code = read_code(emit(program), Glossary.of(program))
    recursion = Lifted(code.ops, code.output, code.states).recursion
    assert recursion is not None
    for steps in (1, 2, 3, depth, depth + 2):
        assert same(unroll(formula, steps), unroll(recursion, steps)), f"at depth {steps}"


def test_of_the_published_code() -> None:
    recursion = f2n.lift(nets.Stacked(7, aliased=True), IMAGES).recursion
    as_it_runs = get_formula("published_a5_system")
    assert f2n.compare(recursion, as_it_runs, depth=12).equal_network


class Velocity(nn.Module):
    """Momentum, as a loop over blocks; the last velocity is read by one sum alone."""

    def __init__(self, depth: int) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(nets.conv(nets.WIDTH, nets.WIDTH) for _ in range(depth))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        v = torch.zeros_like(x)
        for block in self.blocks:
            v = 0.9 * v + (1 - 0.9) * block(x) - 0.5 * x
            x = x + v
        return x


def test_a_last_sum_that_is_two() -> None:
    images = torch.randn(2, nets.WIDTH, 8, 8)
    lifted = f2n.lift(Velocity(6), images, stem=(), head=())
    assert str(lifted.recursion) == (
        "Y[i] = 9*Y[i - 1]/10 + W[i](X[i - 1])/10 - X[i - 1]/2\n"
        "X[i] = X[i - 1] + Y[i]\n"
        "Y[0] = ZerosLike(X[0])\n"
        "output = X[i]"
    )
    deeper = f2n.lift(Velocity(9), images, stem=(), head=())
    assert f2n.compare(lifted.recursion, deeper, depth=9).equal_network


def test_growing_windows_have_none() -> None:
    net = nets.Classifier(nets.DenseBlock(6, 4), width=32)
    assert f2n.lift(net, IMAGES).recursion is None


def test_a_lifted_recursion_compiles() -> None:
    net = nets.Classifier(*(nets.Highway() for _ in range(6)))
    recursion = f2n.lift(net, IMAGES, activations="sigmoid").recursion
    compiled = f2n.compile(recursion, f2n.Backbone.cifar((2,), (8,)), block="plain")
    assert isinstance(compiled, nn.Module)
    assert compiled(IMAGES).shape == (2, 10)
