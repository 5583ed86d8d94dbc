"""Shuffling, augmentation, normalisation."""

from __future__ import annotations

import torch
from lightning.pytorch.trainer.states import RunningStage
from torch import Tensor
from torch.nn.functional import pad

from formula2net.train import ImageData
from formula2net.train.batches import EpochBatches, ImageBatches, random_flip, random_shift


def test_a_shifted_image_is_a_crop_of_the_padded_one() -> None:
    images = torch.rand(64, 3, 6, 5) + 1
    shifted = random_shift(images, padding=2)
    found = set()
    for before, after in zip(images, shifted, strict=True):
        padded = pad(before, [2] * 4)
        places = [
            (y, x)
            for y in range(5)
            for x in range(5)
            if torch.equal(padded[:, y : y + 6, x : x + 5], after)
        ]
        assert len(places) == 1
        found.update(places)
    assert len(found) > 15  # of 25 places: both ends and both axes are reached
    assert {y for y, _ in found} == {x for _, x in found} == set(range(5))


def test_no_padding_changes_nothing() -> None:
    images = torch.rand(4, 1, 3, 3)
    assert torch.equal(random_shift(images, padding=0), images)


def test_about_half_of_the_images_are_mirrored() -> None:
    images = torch.rand(1000, 1, 1, 4)
    flipped = random_flip(images)
    mirrored = (flipped == images.flip(-1)).flatten(1).all(1)
    kept = (flipped == images).flatten(1).all(1)
    assert torch.equal(mirrored, ~kept)
    assert 400 < int(mirrored.sum()) < 600


def test_an_epoch_sees_each_image_at_most_once_and_leaves_out_a_part_batch() -> None:
    batches = EpochBatches(count=103, batch_size=10, seed=0)
    seen = [index for batch in batches for index in batch]
    assert len(batches) == 10
    assert len(seen) == len(set(seen)) == 100


def test_fewer_images_than_a_batch_are_one_batch() -> None:
    (batch,) = EpochBatches(count=7, batch_size=10, seed=0)
    assert sorted(batch) == list(range(7))


def test_the_order_depends_on_seed_and_epoch() -> None:
    def order(seed: int, epoch: int) -> list[list[int]]:
        batches = EpochBatches(count=50, batch_size=10, seed=seed)
        batches.set_epoch(epoch)
        return list(batches)

    assert order(0, 3) == order(0, 3)
    assert order(0, 3) != order(0, 4)
    # The second epoch of one run is not the first epoch of the next seed's.
    assert order(0, 1) != order(1, 0)


class Stage:
    """Stands for a trainer that is in one of its stages."""

    def __init__(self, stage: RunningStage) -> None:
        self.training = stage is RunningStage.TRAINING


def prepare(data: ImageData, stage: RunningStage) -> Tensor:
    batches = ImageBatches(data, batch_size=96)
    batches.trainer = Stage(stage)  # type: ignore[assignment]
    images, _ = batches.on_after_batch_transfer((data.train_images, data.train_labels), 0)
    return images


def test_test_images_are_normalised_and_nothing_else(colours: ImageData) -> None:
    images = prepare(colours, RunningStage.VALIDATING)
    raw = colours.train_images.float()
    scaled = (raw - raw.mean((0, 2, 3), True)) / raw.std((0, 2, 3), correction=0, keepdim=True)
    torch.testing.assert_close(images, scaled)


def test_training_images_are_augmented_too(colours: ImageData) -> None:
    plain = prepare(colours, RunningStage.VALIDATING)
    images = prepare(colours, RunningStage.TRAINING)
    assert images.shape == plain.shape
    assert (images != plain).flatten(1).any(1).float().mean() > 0.8


def test_loaders_hand_out_whole_batches(colours: ImageData) -> None:
    batches = ImageBatches(colours, batch_size=40)
    train = [(images.shape[0], labels.shape[0]) for images, labels in batches.train_dataloader()]
    assert train == [(40, 40), (40, 40)]
    (test,) = batches.val_dataloader()
    assert torch.equal(test[0], colours.test_images)
    assert torch.equal(test[1], colours.test_labels)
