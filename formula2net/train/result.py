"""What a training run leaves: numbers by epoch, and the costs of the network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Epoch:
    """One pass over the training images.

    Attributes:
        train_loss: Mean cross-entropy while training, with augmentation.
        train_accuracy: Share of hits while training, 0 to 1.
        test_loss: Mean cross-entropy on the test images, afterwards.
        test_accuracy: Share of hits on the test images, 0 to 1.
        seconds: Wall-clock time, the test included.
    """

    train_loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float
    seconds: float


@dataclass(frozen=True)
class TrainResult:
    """A trained network's figures.

    Attributes:
        history: One entry for each epoch, those before a resume included.
        parameters: Trainable numbers.
        macs: Multiply-accumulates of the convolutions and matrices for one image.
        checkpoint: The file to resume from.
    """

    history: tuple[Epoch, ...]
    parameters: int
    macs: int
    checkpoint: Path

    @property
    def accuracy(self) -> float:
        """On the test images after the last epoch, 0 to 1: the last, not the best."""
        return self.history[-1].test_accuracy

    @property
    def seconds(self) -> float:
        """Wall-clock time of all epochs."""
        return sum(epoch.seconds for epoch in self.history)
