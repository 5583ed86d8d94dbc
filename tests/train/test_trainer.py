"""Training: it learns, it is repeatable, it resumes, it is quiet, it never unpickles."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from formula2net.blocks import count_macs, count_parameters
from formula2net.errors import Formula2NetError
from formula2net.train import (
    CheckpointError,
    ImageData,
    Recipe,
    compare_training,
    load_cifar,
    load_digits_data,
    train,
)

Make = Callable[[], nn.Module]
RECIPE = Recipe(batch_size=16, lr=0.1)


def weights(net: nn.Module) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in net.state_dict().items()}


def same(a: nn.Module, b: nn.Module) -> bool:
    left, right = weights(a), weights(b)
    return left.keys() == right.keys() and all(torch.equal(left[k], right[k]) for k in left)


def test_a_resnet_reads_the_digits(resnet: nn.Module, tmp_path: Path) -> None:
    result = train(resnet, load_digits_data(), epochs=10, out_dir=tmp_path, progress=False)
    assert result.accuracy > 0.97
    assert result.history[0].train_loss > 5 * result.history[-1].train_loss
    assert result.history[0].test_loss > 5 * result.history[-1].test_loss
    assert result.history[-1].train_accuracy > 0.97
    # The budget of a run is a minute on two cores; this is a few seconds.
    assert 0 < result.seconds < 60
    assert result.parameters == count_parameters(resnet)
    assert result.macs == count_macs(resnet, (1, 8, 8)) > 1_000_000


def test_the_accuracy_reported_is_that_of_the_net_it_leaves(
    colours: ImageData, small: Make, tmp_path: Path
) -> None:
    net = small()
    result = train(net, colours, 4, tmp_path, recipe=RECIPE, progress=False)
    mean, std = (value[:, None, None] for value in colours.statistics())
    with torch.no_grad():
        scores = net.eval()((colours.test_images.float() - mean) / std)
    hits = (scores.argmax(1) == colours.test_labels).float().mean()
    assert result.accuracy == pytest.approx(float(hits))
    assert result.accuracy > 0.5  # a third is chance


def test_same_seed_same_run(colours: ImageData, small: Make, tmp_path: Path) -> None:
    nets = [small() for _ in range(3)]
    for net, seed in zip(nets, (0, 0, 1), strict=True):
        train(net, colours, 2, tmp_path, recipe=RECIPE, seed=seed, progress=False)
    assert same(nets[0], nets[1])
    assert not same(nets[0], nets[2])


def test_a_resumed_run_is_the_uninterrupted_one(
    colours: ImageData, small: Make, tmp_path: Path
) -> None:
    whole, first, second = small(), small(), small()
    options: dict[str, Any] = {"recipe": Recipe(batch_size=16, lr=0.1), "progress": False}
    expected = train(whole, colours, 3, tmp_path / "whole", **options)

    stop = Interrupt(first, after=11)  # of 6 steps an epoch
    with pytest.raises(InterruptionError):
        train(stop, colours, 3, tmp_path / "parts", **options)
    resumed = Interrupt(second, after=10**6)
    last = tmp_path / "parts" / "last.ckpt"
    result = train(resumed, colours, 3, tmp_path / "parts", resume=last, **options)

    assert same(resumed.net, whole)
    assert [e.train_loss for e in result.history] == [e.train_loss for e in expected.history]
    assert [e.test_loss for e in result.history] == [e.test_loss for e in expected.history]


class InterruptionError(Exception):
    """What ends the run."""


class Interrupt(nn.Module):
    """Raises after so many training steps."""

    def __init__(self, net: nn.Module, after: int) -> None:
        super().__init__()
        self.net, self.left = net, after

    def forward(self, images: Tensor) -> Tensor:
        if self.training:
            self.left -= 1
            if self.left == 0:
                raise InterruptionError
        out: Tensor = self.net(images)
        return out


def test_resume_for_more_epochs(colours: ImageData, small: Make, tmp_path: Path) -> None:
    net = small()
    short = train(net, colours, 1, tmp_path, recipe=RECIPE, progress=False)
    before = weights(net)
    longer = train(
        small(), colours, 3, tmp_path, recipe=RECIPE, resume=short.checkpoint, progress=False
    )
    assert len(longer.history) == 3
    assert longer.history[0] == short.history[0]
    again = small()
    done = train(again, colours, 3, tmp_path, resume=longer.checkpoint, progress=False)
    assert done.history == longer.history  # nothing was left to do, but the weights are there
    assert not all(torch.equal(before[name], value) for name, value in weights(again).items())


def test_it_leaves_one_checkpoint_and_no_litter(
    colours: ImageData, small: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        result = train(small(), colours, 2, tmp_path / "out", recipe=RECIPE, progress=False)
    assert [p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*")] == [
        "out",
        "out/last.ckpt",
    ]
    assert result.checkpoint == tmp_path / "out" / "last.ckpt"
    stored = torch.load(result.checkpoint, weights_only=True)
    assert stored["epoch"] == 1


def test_the_caller_keeps_random_numbers_and_the_mode_of_the_net(
    colours: ImageData, small: Make, tmp_path: Path
) -> None:
    net = small()
    state = torch.get_rng_state()
    train(net, colours, 1, tmp_path, recipe=RECIPE, progress=False)
    assert torch.equal(torch.get_rng_state(), state)
    assert net.training


def test_compare_trains_each_net_in_a_folder_of_its_own(
    colours: ImageData, small: Make, tmp_path: Path
) -> None:
    nets = {"ResNet": small(), "(1 + W) X": small()}
    results = compare_training(nets, colours, 1, tmp_path, recipe=RECIPE, progress=False)
    assert list(results) == ["ResNet", "(1 + W) X"]
    first, second = results.values()
    assert first.checkpoint == tmp_path / "ResNet" / "last.ckpt"
    assert first.checkpoint != second.checkpoint
    assert first.checkpoint.is_file()
    assert second.checkpoint.is_file()
    assert first.accuracy == second.accuracy  # the same net, the same seed


def test_the_bar_and_nothing_else_is_printed(tmp_path: Path) -> None:
    """In a process of its own, as a user runs it: warnings on, no capture."""
    code = """
import sys, torch
from torch import nn
from formula2net.train import load_digits_data, train
net = nn.Sequential(nn.Flatten(), nn.Linear(64, 10))
train(net, load_digits_data(), 2, sys.argv[1], label="a line", progress=sys.argv[2] == "bar")
"""
    env = os.environ | {"PYTHONWARNINGS": "always", "COLUMNS": "100", "TERM": "dumb"}

    def run(mode: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", code, str(tmp_path), mode]
        return subprocess.run(command, env=env, capture_output=True, text=True, check=True)

    shown, silent = run("bar"), run("silent")
    assert "a line" in shown.stdout
    assert "44/44" in shown.stdout
    assert "test" in shown.stdout
    assert len(shown.stdout.strip().splitlines()) == 1
    assert silent.stdout == ""
    for noise in ("lightning", "GPU available", "workers", "litlogger"):
        assert noise not in (shown.stderr + silent.stderr)


def test_a_warning_of_the_net_is_heard(colours: ImageData, small: Make, tmp_path: Path) -> None:
    class Warns(nn.Sequential):
        def forward(self, images: Tensor) -> Tensor:
            warnings.warn("from the net", stacklevel=1)
            out: Tensor = super().forward(images)
            return out

    with pytest.warns(UserWarning, match="from the net"):
        train(Warns(small()), colours, 1, tmp_path, recipe=RECIPE, progress=False)


@pytest.mark.parametrize("epochs", [0, -1])
def test_no_epochs(epochs: int, colours: ImageData, small: Make, tmp_path: Path) -> None:
    with pytest.raises(Formula2NetError, match="Training needs an epoch"):
        train(small(), colours, epochs, tmp_path)


def test_a_missing_checkpoint(colours: ImageData, small: Make, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="There is no checkpoint"):
        train(small(), colours, 1, tmp_path, resume=tmp_path / "last.ckpt")


class Malice:
    """Would make a folder when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> Any:
        return Path.mkdir, (self.folder,)


@pytest.mark.parametrize("how", ["torch", "pickle", "text", "empty", "number"])
def test_a_checkpoint_is_never_unpickled(
    how: str, colours: ImageData, small: Make, tmp_path: Path
) -> None:
    file, trace = tmp_path / "bad.ckpt", tmp_path / "trace"
    if how == "torch":
        torch.save({"state_dict": Malice(trace), "epoch": 0}, file)
    elif how == "number":
        torch.save(7, file)
    else:
        content = {"pickle": pickle.dumps(Malice(trace)), "text": b"no checkpoint", "empty": b""}
        file.write_bytes(content[how])
    with pytest.raises(CheckpointError, match="is not a checkpoint of a training run"):
        train(small(), colours, 1, tmp_path, resume=file)
    assert not trace.exists()


def test_a_checkpoint_of_another_net(colours: ImageData, small: Make, tmp_path: Path) -> None:
    result = train(small(), colours, 1, tmp_path, recipe=RECIPE, progress=False)
    other = small()
    other[0] = nn.Conv2d(3, 8, 5, 2, 2, bias=False)
    with pytest.raises(CheckpointError) as caught:
        train(other, colours, 2, tmp_path, resume=result.checkpoint)
    assert str(caught.value) == (
        f"{result.checkpoint} belongs to another network: it differs at net.0.weight.\n"
        "  got (8, 3, 3, 3); expected (8, 3, 5, 5)"
    )


def test_a_checkpoint_with_more_epochs(colours: ImageData, small: Make, tmp_path: Path) -> None:
    result = train(small(), colours, 3, tmp_path, recipe=RECIPE, progress=False)
    with pytest.raises(CheckpointError) as caught:
        train(small(), colours, 2, tmp_path, resume=result.checkpoint)
    assert str(caught.value) == (
        f"{result.checkpoint} has more epochs behind it than this run has.\n"
        "  got 3; expected at most 2\n"
        "  try: epochs=4"
    )


@pytest.mark.slow
def test_real_images(cifar_dir: Path, small: Make, tmp_path: Path) -> None:
    net = small()
    net[-1] = nn.Linear(8, 10)
    data = load_cifar(cifar_dir)
    result = train(net, data, 1, tmp_path, recipe=Recipe(batch_size=128), progress=False)
    assert result.accuracy > 0.2  # eight filters, one epoch; a tenth is chance


@pytest.mark.gpu
def test_on_a_gpu(resnet: nn.Module, tmp_path: Path) -> None:
    result = train(resnet, load_digits_data(), epochs=10, out_dir=tmp_path, progress=False)
    assert result.accuracy > 0.97
