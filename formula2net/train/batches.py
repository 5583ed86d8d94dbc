"""From raw images to batches: shuffled, shifted, mirrored and normalised on the device."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from lightning.pytorch import LightningDataModule
from torch import Tensor
from torch.nn.functional import pad
from torch.utils.data import BatchSampler, DataLoader, Sampler, SequentialSampler, TensorDataset

from formula2net.train.data import ImageData

Batch = tuple[Tensor, Tensor]


def random_shift(images: Tensor, padding: int) -> Tensor:
    """A crop of the same size at a random place of the zero-padded image.

    Args:
        images: (N, C, H, W).
        padding: The furthest shift, in pixels.
    """
    count, channels, height, width = images.shape
    padded = pad(images, [padding] * 4)
    offsets = torch.randint(0, 2 * padding + 1, (2, count, 1), device=images.device)
    rows = offsets[0] + torch.arange(height, device=images.device)
    columns = offsets[1] + torch.arange(width, device=images.device)
    image = torch.arange(count, device=images.device)[:, None, None, None]
    channel = torch.arange(channels, device=images.device)[None, :, None, None]
    return padded[image, channel, rows[:, None, :, None], columns[:, None, None, :]]


def random_flip(images: Tensor) -> Tensor:
    """Each image (N, C, H, W) mirrored left to right with probability one half."""
    mirrored = torch.rand(len(images), 1, 1, 1, device=images.device) < 0.5
    return torch.where(mirrored, images.flip(-1), images)


def epoch_seed(seed: int, epoch: int) -> int:
    """A seed of its own for each epoch: epoch 1 of seed 0 is not epoch 0 of seed 1."""
    return (seed * 2**20 + epoch) % 2**63


class EpochBatches(Sampler[list[int]]):
    """Shuffled batches of indices, whose order depends on the seed and the epoch alone.

    So a resumed run sees what an uninterrupted one would have seen. An incomplete last batch is
    left out: batch normalisation has no use for a batch of one.
    """

    def __init__(self, count: int, batch_size: int, seed: int) -> None:
        self.count, self.seed, self.epoch = count, seed, 0
        self.batch_size = min(batch_size, count)

    def set_epoch(self, epoch: int) -> None:
        """Called by the trainer before each epoch."""
        self.epoch = epoch

    def __len__(self) -> int:
        return self.count // self.batch_size

    def __iter__(self) -> Iterator[list[int]]:
        generator = torch.Generator().manual_seed(epoch_seed(self.seed, self.epoch))
        order = torch.randperm(self.count, generator=generator)
        for part in order[: len(self) * self.batch_size].split(self.batch_size):
            yield part.tolist()


class ImageBatches(LightningDataModule):
    """Batches (images, labels) of one data set: float32 (N, C, H, W) and int64 (N,).

    Args:
        data: The images, raw.
        batch_size: Images in one batch.
        seed: Fixes the order of the training images.
    """

    def __init__(self, data: ImageData, batch_size: int = 128, seed: int = 0) -> None:
        super().__init__()
        self.data, self.batch_size, self.seed = data, batch_size, seed
        mean, std = data.statistics()
        self.mean, self.std = mean[:, None, None], std[:, None, None]

    def train_dataloader(self) -> DataLoader[Batch]:
        """The training images, shuffled anew each epoch."""
        images, labels = self.data.train_images, self.data.train_labels
        return _loader(images, labels, EpochBatches(len(images), self.batch_size, self.seed))

    def val_dataloader(self) -> DataLoader[Batch]:
        """The test images, in order; they are looked at after every epoch and choose nothing."""
        images, labels = self.data.test_images, self.data.test_labels
        order = BatchSampler(SequentialSampler(images), 4 * self.batch_size, drop_last=False)
        return _loader(images, labels, order)

    def on_after_batch_transfer(self, batch: Batch, dataloader_idx: int) -> Batch:
        """Augments (in training) and normalises, where the batch already lies on its device."""
        images, labels = batch
        if self.trainer is not None and self.trainer.training:
            images = random_shift(images, self.data.padding)
            images = random_flip(images) if self.data.flip else images
        mean, std = self.mean.to(images.device), self.std.to(images.device)
        return (images.float() - mean) / std, labels


def _loader(images: Tensor, labels: Tensor, batches: Sampler[list[int]]) -> DataLoader[Batch]:
    # The sampler yields whole batches: one indexing a batch, where the default would index and
    # stack every image by itself. The loader draws a number for its workers whenever it starts;
    # from a generator of its own, so that the run's numbers do not depend on when that is.
    return DataLoader(
        TensorDataset(images, labels), sampler=batches, batch_size=None, generator=torch.Generator()
    )
