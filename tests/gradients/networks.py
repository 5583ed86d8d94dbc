"""Small networks in float64: of every registered formula, and of whatever a test names."""

from __future__ import annotations

import torch
from torch import nn

from formula2net.compiler import compile
from formula2net.errors import Formula2NetError
from formula2net.formulas import FORMULAS, get_formula
from formula2net.language.backbone import Backbone
from formula2net.language.recursion import Recursion
from formula2net.lower.network import Network

TWO_STAGES = Backbone.cifar((2, 1), (16, 32))  # squeezed to a 16th
ONE_STAGE = Backbone.cifar((2,), (8,))  # what is concatenated has one resolution
TABLE = Backbone.table(3, (2, 1), (4, 6), 2)


def small(
    formula: Recursion | str, backbone: Backbone = ONE_STAGE, block: object = "plain"
) -> Network:
    """A network in evaluation mode, whose statistics and scalars are no special ones."""
    torch.manual_seed(0)
    return settled(compile(formula, backbone, block, check=False))


def settled(net: Network) -> Network:
    """The same in float64, with random statistics and scalars."""
    net = net.double().eval()
    for key, value in net.named_buffers():
        if "running" in key:
            nn.init.uniform_(value, *((0.5, 1) if "var" in key else (-0.3, 0.3)))
    with torch.no_grad():
        for scalar in net.scalars.values():
            scalar += 0.3 * torch.randn_like(scalar)
    return net


def registered(name: str) -> Network:
    """The network of a registered formula, over two stages where it can be."""
    depth = FORMULAS[name].depth
    backbones = [Backbone.cifar((depth,), (8,))] if depth else [TWO_STAGES, ONE_STAGE]
    for backbone in backbones:
        try:
            return small(get_formula(name), backbone)
        except Formula2NetError:
            continue
    raise AssertionError(f"{name} makes no network")
