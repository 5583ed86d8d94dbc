"""Every registered network: built, counted, its paths read back, run, and written down."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from formula2net import create_model, load, model_info, save
from formula2net.blocks import count_macs, count_parameters
from formula2net.lower.network import Network
from formula2net.models.info import counts
from formula2net.models.registry import MODELS

FAMILIES = {model.family.name for model in MODELS.values()}
SMALLEST = [
    min(
        (name for name, model in MODELS.items() if model.family.name == family),
        key=lambda name: counts()[name]["macs"],
    )
    for family in sorted(FAMILIES)
]
OTHERS = [name for name in MODELS if name not in SMALLEST]
EVERY = [*SMALLEST, *(pytest.param(name, marks=pytest.mark.slow) for name in OTHERS)]


def test_every_network_has_its_counts_on_record() -> None:
    assert set(counts()) == set(MODELS)


@pytest.mark.parametrize("name", MODELS)
def test_what_is_said_of_a_network(name: str) -> None:
    info = model_info(name)
    assert info.name == name
    assert info.title
    assert info.summary.endswith((".", ":"))
    assert any(word.strip("().,;").isdigit() for word in info.source.split()), info.source
    assert info.formula.to_text() in str(info).replace("\n  ", "\n")
    assert set(info.published) <= {"params", "flops", "where"}


@pytest.mark.parametrize("name", EVERY)
def test_its_parameters_and_operations_are_those_on_record(name: str) -> None:
    """Operations are counted twice: by the layers' shapes, and by what torch dispatches."""
    with torch.device("meta"):
        net = create_model(name, check=False)
        shape = MODELS[name].input_shape
        with FlopCounterMode(display=False) as flops:
            scores = net.eval()(torch.empty(1, *shape))
    assert scores.shape == (1, MODELS[name].num_classes)
    assert count_parameters(net) == counts()[name]["params"]
    assert flops.get_total_flops() == 2 * counts()[name]["macs"]


@pytest.mark.parametrize("name", EVERY)
def test_it_is_built_checked_run_and_written_down(name: str, tmp_path: Path) -> None:
    net = create_model(name)  # its paths are read back and compared
    assert isinstance(net, Network)
    shape = MODELS[name].input_shape
    assert count_macs(net, shape) == counts()[name]["macs"]
    x = torch.randn(2, *shape)
    net.train()(x).square().mean().backward()
    idle = [key for key, weight in net.named_parameters() if weight.grad is None]
    assert idle == []
    scores = net.eval()(x)
    assert scores.isfinite().all()
    again = create_model(name, check=False)
    again.load_state_dict(net.state_dict())
    assert torch.equal(again.eval()(x), scores)
    save(net, tmp_path)
    assert torch.equal(load(tmp_path, check=False).eval()(x), scores)
