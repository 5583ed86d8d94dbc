"""A data set of images in memory, and the one that needs no file: scikit-learn's digits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from formula2net.errors import Formula2NetError


class DataError(Formula2NetError):
    """Images that are not where they should be, or not what they should be."""


@dataclass(frozen=True, eq=False)
class ImageData:
    """A data set in memory, as raw pixels; `batches.py` prepares them.

    Attributes:
        name: What tables and curves call it.
        train_images: uint8, (N, C, H, W).
        train_labels: int64, (N,), from 0.
        test_images: uint8, (M, C, H, W).
        test_labels: int64, (M,).
        classes: Number of classes.
        padding: Pixels by which a training image may be shifted.
        flip: Whether a mirrored image means the same (a mirrored digit does not).
    """

    name: str
    train_images: Tensor
    train_labels: Tensor
    test_images: Tensor
    test_labels: Tensor
    classes: int
    padding: int
    flip: bool

    @property
    def shape(self) -> tuple[int, int, int]:
        """(C, H, W) of one image."""
        channels, height, width = self.train_images.shape[1:]
        return channels, height, width

    def statistics(self) -> tuple[Tensor, Tensor]:
        """Mean and standard deviation of each channel over the training images, both (C,)."""
        pixels = self.train_images.flatten(2)
        count = pixels.shape[0] * pixels.shape[2]
        total = torch.zeros(pixels.shape[1], dtype=torch.float64)
        squares = total.clone()
        for part in pixels.split(1024):  # the whole set in float64 would be gigabytes
            total += part.double().sum((0, 2))
            squares += part.double().square().sum((0, 2))
        mean = total / count
        return mean.float(), (squares / count - mean.square()).sqrt().float()


def load_digits_data(seed: int = 0) -> ImageData:
    """The handwritten digits of scikit-learn: 1,797 gray images of 8x8, nothing downloaded.

    A fifth of each class is held out for the test; the split depends on `seed` alone.
    Source: E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits, UCI (1998).
    """
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    digits = load_digits()
    # Counts of black pixels in blocks of 4x4, so 0 to 16.
    images = (digits.images * (255 / 16)).round().astype(np.uint8)[:, None]
    split = train_test_split(
        images, digits.target, test_size=0.2, stratify=digits.target, random_state=seed
    )
    train_x, test_x, train_y, test_y = (torch.from_numpy(np.ascontiguousarray(a)) for a in split)
    return ImageData(
        "digits", train_x, train_y.long(), test_x, test_y.long(), classes=10, padding=1, flip=False
    )
