"""The plain interpreter against networks written by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

import pytest
import torch
from torch import Tensor, nn

from formula2net.ir.builder import Builder
from formula2net.ir.coefficient import radical, scalar
from formula2net.lower.interpreter import interpret
from formula2net.lower.network import Network
from tests.lower.cases import CASES

Modules = Mapping[str, nn.Module]


def resnet_relu(m: Modules, x: Tensor) -> Tensor:
    x = torch.relu(x + m["W_1"](x))
    x = torch.relu(x + m["W_2"](x))
    x = torch.relu(m["transition_X_2_to_2"](x) + m["W_3"](x))
    return torch.relu(x + m["W_4"](x))


def difference(m: Modules, x: Tensor) -> Tensor:
    w = m["W_1"](x)
    x = x + w
    w, x = (new := m["W_2"](x)), x + new - w
    adapted = m["transition_X_2_to_2"](x) - m["transition_X_W_2_to_2"](w)
    w = m["W_3"](x)
    x = adapted + w
    return x + m["W_4"](x) - w


def highway(m: Modules, x: Tensor) -> Tensor:
    for k in range(1, 5):
        t = torch.sigmoid(m[f"T_{k}"](x))
        carried = m["transition_X_2_to_2"](x) if k == 3 else x
        x = t * m[f"H_{k}"](x) + (1 - t) * carried
    return x


def rk4(m: Modules, x: Tensor) -> Tensor:
    for k in range(1, 5):
        f1, f2, f3, f4 = (m[f"F_{k}_{s}"] for s in range(1, 5))
        k1 = f1(x)
        if k == 3:
            x = m["transition_X_2_to_2"](x)
        k2 = f2(x + k1 / 2)
        k3 = f3(x + k2 / 2)
        k4 = f4(x + k3)
        x = x + (k1 + 2 * k2 + 2 * k3 + k4) / 6
    return x


def seqconv_windowed(m: Modules, x: Tensor) -> Tensor:
    window = list(x.chunk(4, dim=1))
    for k in range(1, 4):
        window.append(m[f"F_{k}"](torch.cat(window[-4:], dim=1)))
    return torch.cat(window[-3:], dim=1)


HAND_WRITTEN: dict[str, Callable[[Modules, Tensor], Tensor]] = {
    "resnet_relu": resnet_relu,
    "difference": difference,
    "highway": highway,
    "rk4": rk4,
    "seqconv_windowed": seqconv_windowed,
}


def in_float64(name: str) -> tuple[Network, Tensor, dict[str, nn.Module]]:
    """A network, its X_0 and its modules."""
    net = CASES[name].compile().double().eval()
    return net, net.stem(CASES[name].images().double()), dict(net.named_modules())


def agree(a: Tensor, b: Tensor) -> bool:
    return torch.allclose(a, b, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", HAND_WRITTEN)
def test_against_networks_written_by_hand(name: str) -> None:
    net, x, modules = in_float64(name)
    wanted = HAND_WRITTEN[name](modules, x)
    assert agree(interpret(net.program, modules, x)[net.program.output], wanted)
    assert agree(net(CASES[name].images().double()), net.head(wanted))


@pytest.mark.parametrize("name", CASES)
def test_code_computes_what_the_interpreter_does(name: str) -> None:
    net, x, modules = in_float64(name)
    values = interpret(net.program, modules, x, net.scalars)
    assert agree(net(CASES[name].images().double()), net.head(values[net.program.output]))


def test_coefficients() -> None:
    build = Builder()
    x = build.input("X_0")
    root = radical(2, Fraction(1, 2))
    value = build.combine({x: root * scalar("a"), build.zeros(x): 1})
    program = build.finish(value, {})
    x0 = torch.ones(1, 3, dtype=torch.float64)
    found = interpret(program, {}, x0, {"a": 0.5})[value]
    assert agree(found, x0 * 0.5 * 2**0.5)


def test_constants_and_gates() -> None:
    build = Builder()
    x = build.input("X_0")
    value = build.hadamard([build.combine({build.constant(): 1, x: -1}), x, x])
    x0 = torch.randn(2, 3, dtype=torch.float64)
    assert agree(interpret(build.finish(value, {}), {}, x0)[value], (1 - x0) * x0 * x0)
