"""An operation in place changes every value that shares its storage from there on."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

import formula2net as f2n
from formula2net.formulas import get_formula
from tests.lifting import nets

IMAGES = torch.randn(2, 3, 8, 8)


def stacked(depth: int, aliased: bool) -> f2n.lifting.lifted.Lifted:
    return f2n.lift(nets.Stacked(depth, aliased), IMAGES)


def test_the_published_code_is_not_its_formula() -> None:
    lifted = stacked(4, aliased=True)
    comparison = f2n.compare(lifted, get_formula("difference"), depth=4)
    assert not comparison.equal_network
    assert not comparison.equal_paths
    as_it_runs = f2n.compare(lifted, get_formula("published_a5_system"), depth=4)
    assert as_it_runs.equal_network
    assert as_it_runs.equal_wiring


def test_without_the_alias_it_has_the_paths_of_its_formula() -> None:
    comparison = f2n.compare(stacked(4, aliased=False), get_formula("difference"), depth=4)
    assert comparison.equal_paths


def test_a_relu_in_place_changes_the_shortcut() -> None:
    kept, changed = (
        f2n.lift(
            nn.Sequential(*(nets.ReluFirst(inplace) for _ in range(2))),
            torch.randn(2, nets.WIDTH, 8, 8),
            activations=nn.ReLU,
        )
        for inplace in (False, True)
    )
    assert str(kept.paths(view="exact")) == ("1 + W_2*relu@2 + W_1*relu + W_2*relu@2*W_1*relu")
    assert str(changed.paths(view="exact")) == (
        "relu@2*relu + W_2*relu@2*relu + relu@2*W_1*relu + W_2*relu@2*W_1*relu"
    )


class Aliased(nn.Module):
    """One of several ways to write into a value that is read again."""

    def __init__(self, way: str) -> None:
        super().__init__()
        self.conv, self.way = nets.conv(nets.WIDTH, nets.WIDTH), way

    def forward(self, x: Tensor) -> Tensor:
        out = self.conv(x)
        if self.way == "name":
            kept = out
        elif self.way == "view":
            kept = out.view(out.shape)
        elif self.way == "detour":
            kept = out.flatten(1).unflatten(1, out.shape[1:])
        else:
            kept = out.clone()
        out += x
        return out + 2 * kept


@pytest.mark.parametrize("way", ["name", "view", "detour"])
def test_an_alias_is_changed_too(way: str) -> None:
    lifted = f2n.lift(Aliased(way), torch.randn(2, nets.WIDTH, 4, 4))
    assert str(lifted.paths()) == "3 + 3*W_1"


def test_a_copy_is_not() -> None:
    lifted = f2n.lift(Aliased("copy"), torch.randn(2, nets.WIDTH, 4, 4))
    assert str(lifted.paths()) == "1 + 3*W_1"


class WritesIntoItsInput(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nets.conv(nets.WIDTH, nets.WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        x = 1 * x
        y = self.conv(x)
        x.mul_(2)
        x.sub_(y, alpha=3)
        return x + y


def test_scaling_and_subtracting_in_place() -> None:
    lifted = f2n.lift(WritesIntoItsInput(), torch.randn(2, nets.WIDTH, 4, 4))
    assert str(lifted.paths()) == "2 - 2*W_1"


class WritesIntoAPart(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nets.conv(nets.WIDTH, nets.WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv(x)
        y[:, 2:4] += 5 * x[:, 2:4]
        return y


def test_writing_into_some_channels() -> None:
    lifted = f2n.lift(WritesIntoAPart(), torch.randn(2, nets.WIDTH, 4, 4))
    assert str(lifted.paths()) == "5*out:2:2 + W_1"
