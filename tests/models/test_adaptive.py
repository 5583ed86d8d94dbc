"""The adaptive block: each sample's error estimate scales its step, and gradients know it."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from formula2net import create_feature_extractor, create_model
from formula2net.blocks import FUNCTIONS
from formula2net.lower.network import Network
from tests.formulas import verner

STAGES = range(1, 17)


@pytest.fixture
def net() -> Network:
    """In evaluation mode: a sample does not see the others."""
    torch.manual_seed(0)
    return create_model("rk8_adaptive_x1", width=4).double().eval()


@pytest.fixture
def images() -> Tensor:
    """Of four sizes, so that the blocks' outputs have others too."""
    x = torch.randn(4, 3, 6, 6, dtype=torch.float64)
    return x * torch.tensor([0.01, 0.5, 1.0, 30.0], dtype=torch.float64)[:, None, None, None]


def states(net: Network, x: Tensor) -> dict[str, Tensor]:
    names = [*(f"K{s}_1" for s in STAGES), "E_1", "X_0", "X_1"]
    return create_feature_extractor(net, names).eval()(x)


def factors(net: Network, x: Tensor) -> Tensor:
    """One a sample, read off what the step did to the state."""
    values = states(net, x)
    step = sum(b * values[f"K{s}_1"] for s, b in verner.B.items())
    ratio = (values["X_1"] - values["X_0"]) / step
    spread = ratio.flatten(1)
    assert torch.allclose(spread, spread[:, :1].expand_as(spread), rtol=1e-6)
    return spread[:, 0]


def test_the_factor_differs_between_samples_and_follows_from_their_errors(net, images) -> None:
    found = factors(net, images)
    values = states(net, images)
    error = sum(e * values[f"K{s}_1"] for s, e in verner.ERROR.items())
    torch.testing.assert_close(values["E_1"], error)
    size = error.flatten(1).square().mean(1).sqrt()
    torch.testing.assert_close(found, 0.8 * size ** (-1 / 8))
    assert len(set(found.tolist())) == 4
    by_error = found[size.argsort()]
    assert torch.equal(by_error, by_error.sort(descending=True).values)


def test_the_factor_stays_within_its_bounds(net, images) -> None:
    with torch.no_grad():
        for scale, bound in ((1e-9, 4.0), (1e9, 0.125)):
            for s in STAGES:
                net.get_submodule(f"F_1_{s}").conv2.weight.mul_(scale)
            torch.testing.assert_close(
                factors(net, images),
                torch.full((4,), bound, dtype=torch.float64),
                rtol=1e-6,
                atol=0,
            )
            for s in STAGES:
                net.get_submodule(f"F_1_{s}").conv2.weight.div_(scale)


def test_the_tolerance_is_the_error_at_which_the_step_is_four_fifths() -> None:
    torch.manual_seed(0)
    x = torch.randn(2, 3, 6, 6, dtype=torch.float64)
    found = []
    for tolerance in (1, 256):
        torch.manual_seed(0)
        net = create_model("rk8_adaptive_x1", width=4, tolerance=tolerance).double().eval()
        found.append(factors(net, x))
    torch.testing.assert_close(found[1], 2 * found[0])  # 256^(1/8)


def gradients(net: Network, x: Tensor) -> dict[int, float]:
    """The largest gradient of each block's last convolution."""
    net.zero_grad()
    net(x).square().sum().backward()
    weights = {s: net.get_submodule(f"F_1_{s}").conv2.weight for s in STAGES}
    return {s: 0.0 if w.grad is None else w.grad.abs().max().item() for s, w in weights.items()}


class Unmoved(nn.Module):
    """The factor as a number: no gradient flows through it."""

    def forward(self, error: Tensor) -> Tensor:
        return FUNCTIONS["step_factor"]()(error.detach())


def test_blocks_15_and_16_learn_through_the_factor_alone(net, images) -> None:
    assert all(size > 0 for size in gradients(net, images).values())
    before = net(images)
    net.step_factor = Unmoved()
    torch.testing.assert_close(net(images), before)
    without = gradients(net, images)
    assert {s for s, size in without.items() if size == 0} == {15, 16}


def test_gradients_through_the_factor_are_those_of_differences() -> None:
    torch.manual_seed(0)
    net = create_model("rk8_adaptive_x1", width=2, num_classes=2).double().eval()
    x = torch.randn(2, 3, 3, 3, dtype=torch.float64, requires_grad=True)
    kinks = [m for m in net.modules() if isinstance(m, nn.ReLU)]
    for module in list(net.modules()):
        for name, child in list(module.named_children()):
            if child in kinks:
                setattr(module, name, nn.Tanh())  # differences see kinks, derivatives do not
    assert torch.autograd.gradcheck(net, (x,))
    weight = net.get_submodule("F_1_16").conv2.weight

    def of_weight(value: Tensor) -> Tensor:
        return torch.func.functional_call(net, {"F_1_16.conv2.weight": value}, (x.detach(),))

    assert torch.autograd.gradcheck(of_weight, (weight.detach().requires_grad_(),))


def test_half_precision() -> None:
    torch.manual_seed(0)
    net = create_model("rk8_adaptive_x1", width=8)
    x = torch.randn(2, 3, 8, 8)
    with torch.autocast("cpu", torch.bfloat16):
        scores = net(x)
        scores.float().square().sum().backward()
    assert scores.isfinite().all()
    assert all(w.grad.isfinite().all() for w in net.parameters())
