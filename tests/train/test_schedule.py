"""A factor that a schedule changes while the network trains: set before every batch."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from lightning.pytorch import Callback

from formula2net import create_model, set_scalars
from formula2net.blocks import count_parameters
from formula2net.errors import FormulaError
from formula2net.lower.network import Network
from formula2net.train import ImageData, Recipe, train
from formula2net.train.callbacks import ScalarSchedule

BATCHES = 3  # of 32 images, an epoch


def decay(done: float) -> float:
    return 2 - 2 * done


def make(factor: str = "learned") -> Network:
    torch.manual_seed(0)
    return create_model("rk4_x1", num_classes=3, blocks=(2,), width=4, factor=factor)


class Watch(Callback):
    """What the scalars are when a batch is over, and whether the optimiser has them."""

    def __init__(self, net: Network) -> None:
        self.net = net
        self.seen: list[list[float]] = []

    def on_train_batch_end(self, trainer, *_) -> None:
        self.seen.append([h.item() for h in self.net.scalars.values()])
        held = {id(p) for group in trainer.optimizers[0].param_groups for p in group["params"]}
        assert held.isdisjoint(map(id, self.net.scalars.values()))
        assert len(held) == len(list(self.net.parameters())) - len(self.net.scalars)


def run(net: Network, colours: ImageData, folder: Path, epochs: int = 2, **options):
    options = {"recipe": Recipe(batch_size=32), "progress": False, **options}
    return train(net, colours, epochs, folder, scalars={"h": decay}, **options)


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> list[Watch]:
    """Every run is watched."""
    watches: list[Watch] = []

    def with_watch(schedules):
        made = ScalarSchedule(schedules)
        inner = made.setup

        def setup(trainer, pl_module, stage):
            watches.append(Watch(pl_module.net))
            trainer.callbacks.append(watches[-1])
            inner(trainer, pl_module, stage)

        made.setup = setup
        return made

    monkeypatch.setattr("formula2net.train.trainer.ScalarSchedule", with_watch)
    return watches


@pytest.mark.parametrize(("factor", "count"), [("learned", 1), ("learned_per_step", 2)])
def test_a_factor_falls_from_2_to_0(factor, count, colours, watched, tmp_path) -> None:
    net = make(factor)
    trained = count_parameters(net) - count
    result = run(net, colours, tmp_path)
    (watch,) = watched
    steps = 2 * BATCHES
    wanted = [[decay(step / steps)] * count for step in range(steps)]
    torch.testing.assert_close(torch.tensor(watch.seen), torch.tensor(wanted))
    assert result.parameters == count_parameters(net) == trained


def test_a_resumed_run_goes_on_where_it_was(colours, watched, tmp_path) -> None:
    whole = make()
    run(whole, colours, tmp_path / "whole")
    first = run(make(), colours, tmp_path / "first", epochs=1)
    rest = make()
    run(rest, colours, tmp_path / "rest", resume=first.checkpoint)
    assert watched[2].seen == watched[0].seen[BATCHES:]


def test_other_weights_learn_and_another_schedule_is_another_run(colours, tmp_path) -> None:
    before = make().state_dict()
    falling = make()
    run(falling, colours, tmp_path / "falling")
    constant = make()
    options = {"recipe": Recipe(batch_size=32), "progress": False}
    train(constant, colours, 2, tmp_path / "constant", scalars={"h": lambda _: 1.0}, **options)
    key = "F_1_1.conv1.weight"
    assert constant.scalars["h"].item() == 1
    assert not torch.equal(falling.state_dict()[key], before[key])
    assert not torch.equal(falling.state_dict()[key], constant.state_dict()[key])


def test_a_network_without_the_scalar_is_refused(colours, tmp_path) -> None:
    net = create_model("rk4_x1", num_classes=3, width=4)
    with pytest.raises(FormulaError, match="The network has no scalar h"):
        run(net, colours, tmp_path)


def test_scalars_are_set_by_hand_and_put_back() -> None:
    net = make("learned_per_step")
    set_scalars(net, h=0.5)
    assert [h.item() for h in net.scalars.values()] == [0.5, 0.5]
    set_scalars(net, h=0.25, h_2=3)
    assert [h.item() for h in net.scalars.values()] == [0.25, 3]
    assert not any(h.requires_grad for h in net.scalars.values())
    x = torch.randn(2, 3, 8, 8)
    other = create_model("rk4_x1", num_classes=3, blocks=(2,), width=4)
    set_scalars(net, h=1)
    other.load_state_dict({k: v for k, v in net.state_dict().items() if k not in net.scalars})
    torch.testing.assert_close(net.eval()(x), other.eval()(x))
    net.scalars["h_1"].requires_grad_()
    net(x).sum().backward()
    assert net.scalars["h_1"].grad is not None
    assert net.scalars["h_2"].grad is None


@pytest.mark.parametrize(
    ("net", "text"),
    [
        (make(), "The network has no scalar g, k.\n  expected h"),
        (make("learned_per_step"), "The network has no scalar g, k.\n  expected h, h_1, h_2"),
        (torch.nn.Linear(1, 1), "The network has no scalar g, k.\n  expected none: it trains none"),
    ],
)
def test_unknown_scalars_are_named(net: torch.nn.Module, text: str) -> None:
    with pytest.raises(FormulaError) as raised:
        set_scalars(net, h=1, k=2, g=3) if isinstance(net, Network) else set_scalars(net, k=2, g=3)
    assert str(raised.value) == text
