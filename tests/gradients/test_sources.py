"""The gradient at any state: autograd's at that value of the network's own code (design 14)."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor
from torch.fx import Interpreter, Node

from formula2net.errors import FormulaError
from formula2net.gradients.measure import path_spectrum
from formula2net.language.symbols import State
from formula2net.lower.names import HEAD
from formula2net.lower.network import Network
from tests.gradients.networks import registered
from tests.gradients.oracle import batch, error

NAMES = ["leapfrog", "difference", "published_a5_system", "revnet", "highway", "densenet", "rk4"]
NAMES += ["seqconv_windowed", "hyper_connection", "fractal", "adams_bashforth3", "nested_midpoint"]


class Kept(Interpreter):
    """Runs a network's code, and keeps all values with their graph."""

    def __init__(self, net: Network, x: Tensor) -> None:
        super().__init__(net)
        self.values: dict[str, Any] = {}
        self.run(x)

    def run_node(self, n: Node) -> Any:
        value = self.values[n.name] = super().run_node(n)
        if isinstance(value, Tensor) and not value.requires_grad:
            value.requires_grad_()  # a zero, such as Y_0
        return value


@pytest.mark.parametrize("name", NAMES)
def test_every_state(name: str) -> None:
    net = registered(name)
    torch.manual_seed(3)
    x = batch(net)
    values = Kept(net, x).values
    (output,) = next(node for node in net.graph.nodes if node.target == HEAD).args
    cotangent = torch.randn_like(values[output.name])
    checked = 0
    for key in net.program.states:
        state, *index = key
        node = net.states.get("_".join(map(str, key)))
        if node is None or any(isinstance(part, int) and part < 0 for part in index):
            continue
        source = State(state)[tuple(index) if len(index) > 1 else index[0]]
        (wanted,) = torch.autograd.grad(
            values[output.name], values[node], cotangent, retain_graph=True, allow_unused=True
        )
        if wanted is None:
            with pytest.raises(FormulaError, match="does not depend on"):
                path_spectrum(net, x, cotangent=cotangent, source=source)
            continue
        spectrum = path_spectrum(net, x, cotangent=cotangent, source=source)
        assert error(spectrum.gradient, wanted, spectrum) < 1e-10
        checked += 1
    assert checked > 1
