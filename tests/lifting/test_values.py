"""A lifted program computes what its module computes, and has its gradients."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

import formula2net as f2n
from formula2net.lower.interpreter import interpret
from tests.lifting import nets

FUNCTIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "global_pool": lambda x: x.mean((2, 3), keepdim=True),
    "transpose": lambda x: x.transpose(2, 3),
    "permute": lambda x: x.permute(0, 2, 3, 1),
    "permute_2": lambda x: x.permute(0, 3, 1, 2),
    "avg_pool2d": lambda x: F.avg_pool2d(x, 2),
    "upsample_nearest2d": lambda x: F.interpolate(x, scale_factor=2),
}


class Does(nn.Module):
    """Blocks a, b and c, and a function that says what is done with them."""

    def __init__(self, does: Callable[[Does, Tensor], Tensor]) -> None:
        super().__init__()
        self.a, self.b, self.c = (nets.conv(nets.WIDTH, nets.WIDTH) for _ in range(3))
        self.narrow, self.wide = nets.conv(4, 4), nets.conv(16, nets.WIDTH)
        self.alpha, self.does = nn.Parameter(torch.tensor([0.5])), does

    def forward(self, x: Tensor) -> Tensor:
        return self.does(self, x)


WAYS: list[Callable[[Does, Tensor], Tensor]] = []


def way(does: Callable[[Does, Tensor], Tensor]) -> Callable[[Does, Tensor], Tensor]:
    """Registers one of the ways to write a network."""
    WAYS.append(does)
    return does


@way
def adds_in_place(s: Does, x: Tensor) -> Tensor:
    y = kept = s.a(x)
    y += x
    return s.b(y).add_(kept, alpha=0.5)


@way
def adds_in_place_to_what_was_read_before(s: Does, x: Tensor) -> Tensor:
    x = 1 * x
    y = s.a(x.clone())  # or torch has no gradient of it
    x.sub_(y).mul_(3)
    return s.b(y) + x


@way
def adds_through_a_view(s: Does, x: Tensor) -> Tensor:
    y = s.a(x)
    flat = y.view(2, -1)
    flat += x.flatten(1)
    return y


@way
def activates_in_place_under_another_name(s: Does, x: Tensor) -> Tensor:
    y = s.a(x)
    z = y
    F.relu(y, inplace=True)
    return s.b(z) + 2 * y


@way
def adds_to_some_channels(s: Does, x: Tensor) -> Tensor:
    y = s.a(x)
    y[:, :4] += s.narrow(x[:, 4:])
    y[:, 2:4] *= 2
    return y + x


@way
def fills_an_empty_tensor(s: Does, x: Tensor) -> Tensor:
    y = torch.empty_like(x)
    y[:, 4:] = x[:, :4]
    y[:, :4] = s.narrow(x[:, 4:])
    return s.a(y)


@way
def fills_zeros(s: Does, x: Tensor) -> Tensor:
    y = x.new_zeros(x.shape)
    y[:, 2:4] = x[:, 6:]
    y[...] += s.a(x)
    return y


@way
def lists_that_are_one(s: Does, x: Tensor) -> Tensor:
    values = [x]
    same = values
    for block in (s.a, s.b, s.c):
        same.append(block(values[-1]) + values[0])
    return torch.stack(values).mean(0) - torch.stack(values[1:], 1).sum(1)


@way
def in_halves(s: Does, x: Tensor) -> Tensor:
    one, two = x.chunk(2, 1)
    two = two + s.narrow(one)
    return s.a(torch.cat((two, one), 1)) - torch.cat((one, s.narrow(two)), 1)


@way
def uneven_parts(s: Does, x: Tensor) -> Tensor:
    one, two, three = torch.cat([x, s.a(x)], 1).split([4, 8, 4], 1)
    return s.wide(torch.cat([three, two, one], 1)) + torch.cat([s.narrow(one), three], 1)


@way
def rearranges_and_takes_back(s: Does, x: Tensor) -> Tensor:
    one, two = s.a(x).unflatten(1, (2, 4)).unbind(1)
    return torch.cat([two, one], 1) + x.permute(0, 2, 3, 1).permute(0, 3, 1, 2)


@way
def gates(s: Does, x: Tensor) -> Tensor:
    gate = torch.sigmoid(s.a(x))
    pooled = torch.sigmoid(s.b(x).mean((2, 3), keepdim=True))
    return gate * s.c(x) * pooled + (1 - gate) * x


@way
def highway_by_lerp(s: Does, x: Tensor) -> Tensor:
    return torch.addcmul(torch.lerp(x, s.a(x), torch.sigmoid(s.b(x))), x, s.c(x), value=-0.5)


@way
def numbers_of_all_kinds(s: Does, x: Tensor) -> Tensor:
    return (x - s.a(x)) / 3 + s.alpha * s.b(x) * (0.5**0.5) - -x + 1 - torch.rsub(x, 2 * x, alpha=3)


@way
def tied_and_called_again(s: Does, x: Tensor) -> Tensor:
    for _ in range(3):
        x = x + s.a(x)
    return x + s.a(x)


@way
def transposed(s: Does, x: Tensor) -> Tensor:
    return s.a(x).transpose(2, 3) - x


@way
def up_and_down(s: Does, x: Tensor) -> Tensor:
    return x + F.interpolate(s.a(F.avg_pool2d(x, 2)), scale_factor=2)


@way
def nothing_is_left(s: Does, x: Tensor) -> Tensor:
    y = s.a(x)
    return torch.cat([x, y - y], 1).narrow(1, 4, 8) + s.b(x)


@way
def momentum(s: Does, x: Tensor) -> Tensor:
    v = torch.zeros_like(x)
    for block in (s.a, s.b, s.c):
        v = 0.9 * v + (1 - 0.9) * block(x)
        x = x + v
    return x


@pytest.mark.parametrize("does", WAYS, ids=[does.__name__ for does in WAYS])
def test_values_and_gradients(does: Callable[[Does, Tensor], Tensor]) -> None:
    torch.manual_seed(0)
    net = Does(does).double()
    x = torch.randn(2, nets.WIDTH, 8, 8, dtype=torch.float64, requires_grad=True)
    lifted = f2n.lift(
        net,
        x.detach(),
        blocks=nn.Conv2d,
        stem=(),
        head=(),
    )
    modules = {name: net.get_submodule(path) for name, (path,) in lifted.modules.items()}
    wanted = net(x)
    found = interpret(lifted, {**FUNCTIONS, **modules}, x, {"alpha": net.alpha})[lifted.output]
    assert torch.allclose(found, wanted, rtol=1e-12, atol=1e-12)
    cotangent = torch.randn_like(wanted)
    gradients = [torch.autograd.grad(value, x, cotangent)[0] for value in (wanted, found)]
    assert torch.allclose(*gradients, rtol=1e-12, atol=1e-12)
