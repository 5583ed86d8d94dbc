"""What happens around an epoch: its own seed, its line in the history, its stretch of the bar.

And around a batch: scalars of the formula that follow a schedule.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import torch
from lightning.pytorch import Callback, LightningModule, Trainer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from formula2net.lower.scalars import set_scalars
from formula2net.train.batches import epoch_seed
from formula2net.train.result import Epoch

Schedule = Callable[[float], float]


class EpochSeed(Callback):
    """Seeds every epoch by itself, so that a resumed run draws what it would have drawn."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def on_train_epoch_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Before the first batch: augmentation and dropout draw from torch's generator."""
        torch.manual_seed(epoch_seed(self.seed, trainer.current_epoch))


class History(Callback):
    """The figures of every epoch; they travel in the checkpoint."""

    def __init__(self) -> None:
        self.epochs: list[Epoch] = []
        self._start = 0.0

    def on_train_epoch_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Starts the clock."""
        self._start = time.perf_counter()

    def on_train_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """After the test images too; the checkpoint is written later still."""
        metrics = {name: float(value) for name, value in trainer.callback_metrics.items()}
        self.epochs.append(Epoch(**metrics, seconds=time.perf_counter() - self._start))

    def state_dict(self) -> dict[str, Any]:
        """Plain numbers, which a checkpoint that is not unpickled may hold."""
        return {"epochs": [asdict(epoch) for epoch in self.epochs]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """The epochs before a resume."""
        self.epochs = [Epoch(**epoch) for epoch in state_dict["epochs"]]


class ScalarSchedule(Callback):
    """Sets scalars of the formula before every batch; they are not trained.

    Args:
        schedules: By the scalar's name: its value as a function of the share of the run that is
            done, from 0 on and less than 1. A resumed run goes on where it was.
    """

    def __init__(self, schedules: Mapping[str, Schedule]) -> None:
        self.schedules = dict(schedules)

    def setup(self, trainer: Trainer, pl_module: LightningModule, stage: str) -> None:
        """Before the optimiser is made, which must not have them."""
        self._set(pl_module, 0.0)

    def on_train_batch_start(self, trainer: Trainer, pl_module: LightningModule, *_: Any) -> None:
        """The values of this batch."""
        self._set(pl_module, trainer.global_step / trainer.estimated_stepping_batches)

    def _set(self, module: LightningModule, done: float) -> None:
        set_scalars(module.net, **{name: of(done) for name, of in self.schedules.items()})


class ProgressBar(Callback):
    """One line for the whole run: steps done, time, loss and test accuracy of the last epoch.

    Args:
        label: What stands before the bar.
    """

    def __init__(self, label: str) -> None:
        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[figures]}"),
        )
        self.task = self.bar.add_task(label, start=False, total=None, figures="")

    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Knows by now how many steps there are, and how many a resumed run has behind it."""
        batches = int(trainer.num_training_batches)
        total = batches * (trainer.max_epochs or 0)
        self.bar.update(self.task, total=total, completed=batches * trainer.current_epoch)
        self.bar.start_task(self.task)
        self.bar.start()

    def on_train_batch_end(self, *_: Any) -> None:
        """One step further."""
        self.bar.advance(self.task)

    def on_train_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """The figures of the epoch."""
        loss, hits = (trainer.callback_metrics[key] for key in ("train_loss", "test_accuracy"))
        self.bar.update(self.task, figures=f"loss {loss:.3f}  test {hits:.1%}")

    def on_train_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Leaves the line where it is."""
        self.bar.stop()

    def on_exception(
        self, trainer: Trainer, pl_module: LightningModule, exception: BaseException
    ) -> None:
        """Gives the terminal back."""
        self.bar.stop()
