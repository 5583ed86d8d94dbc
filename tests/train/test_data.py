"""The digits, and what is known of a data set."""

from __future__ import annotations

import numpy as np
import torch
from sklearn.datasets import load_digits

from formula2net.train import ImageData, load_digits_data


def test_digits_are_those_of_scikit_learn_split_four_to_one() -> None:
    data = load_digits_data()
    assert data.shape == (1, 8, 8)
    assert data.train_images.dtype == data.test_images.dtype == torch.uint8
    assert (len(data.train_images), len(data.test_images)) == (1437, 360)
    together = torch.cat([data.train_images, data.test_images]).flatten(1).numpy()
    expected = (load_digits().images * 255 / 16).round().astype(np.uint8).reshape(1797, 64)
    assert sorted(map(bytes, together)) == sorted(map(bytes, expected))


def test_digits_are_stratified() -> None:
    data = load_digits_data()
    train, test = data.train_labels.bincount(), data.test_labels.bincount()
    assert torch.all((test / (train + test) - 0.2).abs() < 0.01)


def test_the_split_depends_on_the_seed_alone() -> None:
    again, other = load_digits_data(), load_digits_data(seed=1)
    data = load_digits_data(seed=0)
    assert torch.equal(data.test_images, again.test_images)
    assert not torch.equal(data.test_images, other.test_images)


def test_a_label_belongs_to_its_image() -> None:
    data = load_digits_data()
    digits = load_digits()
    known = {
        bytes((image * 255 / 16).round().astype(np.uint8)): label
        for image, label in zip(digits.images, digits.target, strict=True)
    }
    for image, label in zip(data.test_images, data.test_labels, strict=True):
        assert known[bytes(image.numpy())] == label


def test_statistics_are_those_of_the_training_pixels_by_channel(colours: ImageData) -> None:
    pixels = colours.train_images.double().transpose(0, 1).flatten(1)
    mean, std = colours.statistics()
    torch.testing.assert_close(mean.double(), pixels.mean(1), rtol=1e-6, atol=0)
    torch.testing.assert_close(std.double(), pixels.std(1, correction=0), rtol=1e-6, atol=0)
