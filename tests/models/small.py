"""Small networks of several families, and ways to copy one."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import torch
from torch import nn

import formula2net as f2n
from formula2net.lower.feature_network import FeatureNetwork
from formula2net.lower.network import Network

BLOCKS = (1, 2, 1, 1)
SMALL: dict[str, dict[str, Any]] = {
    "resnet18": {"blocks": BLOCKS, "width": 4},
    "difference_resnet50": {"blocks": BLOCKS, "width": 4},
    "se_resnet18": {"blocks": BLOCKS, "width": 4, "reduction": 2},
    "resnext29_2x64d": {"blocks": (2, 1, 1), "base_width": 2, "stem_width": 4},
    "res2next29_6c24w4s": {"blocks": (2, 1, 1), "cardinality": 2, "base_width": 4},
    "preact_resnet110": {"blocks": (2, 1, 1), "widths": (16, 4, 8), "transition": "conv"},
}


def small(name: str = "resnet18", **options: Any) -> Network:
    torch.manual_seed(0)
    net = f2n.create_model(name, **{**SMALL[name], **options})
    assert isinstance(net, Network)
    return net


def features(name: str = "resnet18", **options: Any) -> FeatureNetwork:
    net = f2n.create_model(name, features_only=True, **{**SMALL[name], **options})
    assert isinstance(net, FeatureNetwork)
    return net


def unlike(net: Network) -> Network:
    """Random statistics, so that training and evaluation differ."""
    for key, value in net.named_buffers():
        if "running" in key:
            nn.init.uniform_(value, 0.5, 1)
    return net.eval()


def drop_rates(net: nn.Module) -> dict[str, float]:
    return {
        name.removesuffix(".drop_path"): module.rate
        for name, module in net.named_modules()
        if name.endswith(".drop_path")
    }


COPIES = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda net: pickle.loads(pickle.dumps(net)),
}
