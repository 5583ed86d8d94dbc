"""How a network learns to classify: loss, metrics, optimiser and schedule."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from lightning.pytorch import LightningModule
from lightning.pytorch.utilities.types import OptimizerLRSchedulerConfig
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.optim import SGD
from torch.optim.lr_scheduler import LambdaLR
from torchmetrics.classification import MulticlassAccuracy


@dataclass(frozen=True)
class Recipe:
    """SGD with Nesterov momentum; the rate rises linearly, then falls as a half cosine to 0.

    Attributes:
        batch_size: Images in one step.
        lr: The highest learning rate.
        momentum: Of SGD.
        weight_decay: On weights of two and more dimensions. Norms, biases and the trainable
            scalars of a formula are left alone: pulled to 0 they would be another formula.
        warmup: The share of all steps in which the rate rises.
    """

    batch_size: int = 64
    lr: float = 0.05
    momentum: float = 0.9
    weight_decay: float = 5e-4
    warmup: float = 0.2

    def rate(self, step: int, steps: int) -> float:
        """The share of `lr` at a step, from 0, of so many."""
        rising = max(1, round(self.warmup * steps))
        if step < rising:
            return (step + 1) / (rising + 1)
        return 0.5 * (1 + math.cos(math.pi * (step - rising) / max(1, steps - rising)))


class Classifier(LightningModule):
    """Trains `net` on (images, labels) by cross-entropy.

    Args:
        net: Images (N, C, H, W) to scores (N, classes).
        classes: Number of classes.
        recipe: Optimiser and schedule.
    """

    def __init__(self, net: nn.Module, classes: int, recipe: Recipe | None = None) -> None:
        super().__init__()
        self.net = net
        self.recipe = recipe or Recipe()
        self.train_accuracy = MulticlassAccuracy(classes, average="micro")
        self.test_accuracy = MulticlassAccuracy(classes, average="micro")

    def forward(self, images: Tensor) -> Tensor:
        """The scores (N, classes)."""
        scores: Tensor = self.net(images)
        return scores

    def training_step(self, batch: tuple[Tensor, Tensor], _: int) -> Tensor:
        """The loss of one batch."""
        return self._step(batch, "train", self.train_accuracy)

    def validation_step(self, batch: tuple[Tensor, Tensor], _: int) -> None:
        """The loss and hits of one batch of test images."""
        self._step(batch, "test", self.test_accuracy)

    def _step(self, batch: tuple[Tensor, Tensor], split: str, hits: MulticlassAccuracy) -> Tensor:
        images, labels = batch
        scores = self(images)
        loss = cross_entropy(scores, labels)
        hits.update(scores, labels)
        options: dict[str, Any] = {"on_step": False, "on_epoch": True, "prog_bar": True}
        self.log(f"{split}_loss", loss, batch_size=len(labels), **options)
        self.log(f"{split}_accuracy", hits, **options)
        return loss

    def configure_optimizers(self) -> OptimizerLRSchedulerConfig:
        """SGD, and the schedule over all steps of this run.

        The rate is a function of the step, so a run may be resumed for more epochs than it was
        started with.
        """
        recipe = self.recipe
        trainable = [p for p in self.net.parameters() if p.requires_grad]
        decayed = [p for p in trainable if p.ndim > 1]
        free = [p for p in trainable if p.ndim <= 1]
        groups = [
            {"params": decayed, "weight_decay": recipe.weight_decay},
            {"params": free, "weight_decay": 0.0},
        ]
        optimizer = SGD(groups, lr=recipe.lr, momentum=recipe.momentum, nesterov=True)
        steps = int(self.trainer.estimated_stepping_batches)
        schedule = LambdaLR(optimizer, lambda step: recipe.rate(step, steps))
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}
