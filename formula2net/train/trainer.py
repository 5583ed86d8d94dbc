"""Trains networks with Lightning: quiet, resumable, and one like the other."""

from __future__ import annotations

import logging
import pickle
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from lightning.pytorch import Callback, Trainer
from lightning.pytorch.callbacks import ModelCheckpoint
from torch import nn

from formula2net.blocks import count_macs, count_parameters
from formula2net.errors import Formula2NetError, Problem
from formula2net.train.batches import ImageBatches
from formula2net.train.callbacks import EpochSeed, History, ProgressBar, ScalarSchedule, Schedule
from formula2net.train.data import ImageData
from formula2net.train.module import Classifier, Recipe
from formula2net.train.result import TrainResult


class CheckpointError(Formula2NetError):
    """A checkpoint that cannot be resumed: missing, not plain tensors, or of another network."""


def train(
    net: nn.Module,
    data: ImageData,
    epochs: int,
    out_dir: str | Path,
    *,
    recipe: Recipe | None = None,
    scalars: Mapping[str, Schedule] | None = None,
    resume: str | Path | None = None,
    seed: int = 0,
    progress: bool = True,
    label: str = "training",
) -> TrainResult:
    """Trains `net` in place on the GPU if there is one, else on the CPU.

    On one machine the same seed gives the same run, whether or not it was interrupted and
    resumed; the caller's random numbers are left as they were.

    Args:
        net: Images (N, C, H, W) to scores (N, classes), with its initial weights.
        data: Training and test images.
        epochs: How many there are in all, those before a resume included.
        out_dir: Where `last.ckpt` goes, after every epoch.
        recipe: Batch size, optimiser and schedule.
        scalars: Schedules of scalars of the formula, as of `ScalarSchedule`:
            `{"h": lambda done: 2 - 2 * done}` lets h fall from 2 to 0. They are not trained.
        resume: A checkpoint of an earlier run of the same network. It is read as plain tensors,
            never unpickled.
        seed: Of the order of the images, their augmentation, and dropout.
        progress: Whether to show a progress bar.
        label: What the bar calls the run.

    Raises:
        CheckpointError: `resume` is missing or does not fit the network.
        FormulaError: The network has no such scalar.
    """
    if epochs < 1:
        raise Formula2NetError(Problem("Training needs an epoch.", got=f"epochs={epochs}"))
    recipe = recipe or Recipe()
    module = Classifier(net, data.classes, recipe)
    if resume is not None:
        _check_fits(Path(resume), module, epochs)
    history = History()
    callbacks = [EpochSeed(seed), history, _saver(Path(out_dir))]
    callbacks += [ScalarSchedule(scalars)] if scalars else []
    callbacks += [ProgressBar(label)] if progress else []
    batches = ImageBatches(data, recipe.batch_size, seed)
    with _quiet(), _own_random_numbers():
        trainer = _trainer(epochs, callbacks)
        trainer.fit(module, batches, ckpt_path=resume, weights_only=True)
    return TrainResult(
        history=tuple(history.epochs),
        parameters=count_parameters(net),
        macs=count_macs(net, data.shape),
        checkpoint=Path(out_dir) / "last.ckpt",
    )


def compare_training(
    nets: Mapping[str, nn.Module],
    data: ImageData,
    epochs: int,
    out_dir: str | Path,
    **options: Any,
) -> dict[str, TrainResult]:
    """Trains every network in the same way, each in a folder of its own; options as in `train`."""
    folders = {name: re.sub(r"[^\w.-]+", "_", name) for name in nets}
    return {
        name: train(net, data, epochs, Path(out_dir) / folders[name], label=name, **options)
        for name, net in nets.items()
    }


def _trainer(epochs: int, callbacks: list[Callback]) -> Trainer:
    """One device, no logger, no summary: the result says it all."""
    return Trainer(
        accelerator="auto",
        devices=1,
        max_epochs=epochs,
        callbacks=callbacks,
        enable_progress_bar=False,
        enable_model_summary=False,
        logger=False,
        num_sanity_val_steps=0,
        use_distributed_sampler=False,
    )


def _saver(folder: Path) -> ModelCheckpoint:
    """Writes `last.ckpt` after every epoch, in place of the one before."""
    return ModelCheckpoint(
        dirpath=folder,
        filename="last",
        save_on_train_epoch_end=True,
        enable_version_counter=False,
    )


def _check_fits(path: Path, module: nn.Module, epochs: int) -> None:
    """Raises CheckpointError unless the file holds the module's tensors, at an earlier epoch."""
    if not path.is_file():
        raise CheckpointError(Problem(f"There is no checkpoint {path}."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the file is not is said below
            stored = torch.load(path, map_location="cpu", weights_only=True)
        tensors, done = stored["state_dict"], len(stored["callbacks"]["History"]["epochs"])
    except (pickle.UnpicklingError, RuntimeError, KeyError, TypeError, EOFError) as error:
        raise CheckpointError(Problem(f"{path} is not a checkpoint of a training run.")) from error
    expected = {name: tuple(value.shape) for name, value in module.state_dict().items()}
    found = {name: tuple(value.shape) for name, value in tensors.items()}
    for name in sorted(expected.keys() | found.keys()):
        if expected.get(name) != found.get(name):
            raise CheckpointError(
                Problem(
                    f"{path} belongs to another network: it differs at {name}.",
                    got=str(found.get(name, "nothing")),
                    expected=str(expected.get(name, "nothing")),
                )
            )
    if done > epochs:
        raise CheckpointError(
            Problem(
                f"{path} has more epochs behind it than this run has.",
                got=str(done),
                expected=f"at most {epochs}",
                try_=f"epochs={done + 1}",
            )
        )


@contextmanager
def _own_random_numbers() -> Iterator[None]:
    devices = [torch.cuda.current_device()] if torch.cuda.is_available() else []
    with torch.random.fork_rng(devices=devices):
        yield


@contextmanager
def _quiet() -> Iterator[None]:
    """Keeps Lightning's notes off the terminal: devices, workers, its calls of old torch names.

    Only its own: a warning that comes from the network is shown.
    """
    log = logging.getLogger("lightning.pytorch")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module=r"lightning\.")
            yield
    finally:
        log.setLevel(level)
