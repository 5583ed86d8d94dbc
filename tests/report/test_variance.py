"""Variances of states: of every step, in order, and as a picture."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from formula2net import Backbone, compile, get_formula
from formula2net.errors import FormulaError
from formula2net.report.variance import plot_variances, state_variances

SMALL = Backbone.cifar((2, 1), (4, 8))


def test_each_step_has_the_variance_of_its_state() -> None:
    net = compile(get_formula("resnet_relu"), SMALL).eval()
    x = torch.randn(3, 3, 8, 8)
    values = [net.stem(x)]
    for step in (1, 2):
        values.append(torch.relu(values[-1] + net.get_submodule(f"W_{step}")(values[-1])))
    last = net.get_submodule("transition_X_2_to_2")(values[-1])
    values.append(torch.relu(last + net.get_submodule("W_3")(values[-1])))
    wanted = [value.double().var().item() for value in values]
    assert state_variances(net, x) == pytest.approx(wanted)


def test_any_state_of_a_system_may_be_asked_for() -> None:
    net = compile(get_formula("difference_system"), SMALL).eval()
    x = torch.randn(3, 3, 8, 8)
    blocks = state_variances(net, x, "K")
    assert len(blocks) == 4
    assert blocks[0] == 0  # K_0 is a zero with a shape
    assert len(state_variances(net, x, "X")) == 4
    with pytest.raises(FormulaError, match=r"no state Z\.\n  expected X, K"):
        state_variances(net, x, "Z")


def test_lanes_count_together() -> None:
    net = compile(get_formula("hyper_connection", lanes=2), Backbone.cifar((2,), (4,))).eval()
    x = torch.randn(3, 3, 8, 8)
    both = [net.stem(x).double().var().item()] * 2
    assert state_variances(net, x, "X")[0] == pytest.approx(sum(both) / 2)


def test_the_picture(tmp_path: Path) -> None:
    path = plot_variances({"a": [1.0, 2.0, 4.0], "b": [1.0, 0.5]}, tmp_path / "new" / "v.svg")
    text = path.read_text(encoding="utf-8")
    assert path.name == "v.svg"
    assert text.count("<path") > 20  # curves, axes and letters
