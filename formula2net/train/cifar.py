"""CIFAR-10 and CIFAR-100 from a folder of Parquet files, as the Hugging Face hub lays them out."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import torch
from torch import Tensor

from formula2net.errors import Problem
from formula2net.train.data import DataError, ImageData


class Layout(NamedTuple):
    """Where `uoft-cs/<name>` keeps what."""

    folder: str
    label: str
    classes: int


LAYOUTS: Final = {
    "cifar10": Layout("plain_text", "label", 10),
    "cifar100": Layout("cifar100", "fine_label", 100),
}


def load_cifar(data_dir: str | Path, name: str = "cifar10") -> ImageData:
    """CIFAR-10 or CIFAR-100 (fine labels): 50,000 and 10,000 images of 3x32x32.

    Source: A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images (2009).

    Args:
        data_dir: The folder with the Parquet files, or one above it: `cifar10/`, or the folder
            that holds `cifar10/`.
        name: "cifar10" or "cifar100".

    Raises:
        DataError: The files, a column or an image is not there.
    """
    if name not in LAYOUTS:
        raise DataError(Problem(f"There is no loader for {name!r}.", expected=" or ".join(LAYOUTS)))
    layout = LAYOUTS[name]
    folder = _find(Path(data_dir), name, layout)
    train_images, train_labels = _read(folder, "train", layout)
    test_images, test_labels = _read(folder, "test", layout)
    return ImageData(
        name,
        train_images,
        train_labels,
        test_images,
        test_labels,
        classes=layout.classes,
        padding=4,
        flip=True,
    )


def _find(root: Path, name: str, layout: Layout) -> Path:
    places = (root / name / layout.folder, root / layout.folder, root)
    for place in places:
        if any(place.glob("train-*.parquet")):
            return place
    raise DataError(
        Problem(
            f"There are no Parquet files of {name} in {root}.",
            expected=f"{name}/{layout.folder}/train-*.parquet and test-*.parquet",
            try_=f"name the folder that holds {name}/, a copy of uoft-cs/{name} on the hub",
        )
    )


def _read(folder: Path, split: str, layout: Layout) -> tuple[Tensor, Tensor]:
    """All files of one split: images (N, 3, 32, 32) uint8, labels (N,) int64."""
    files = sorted(folder.glob(f"{split}-*.parquet"))
    if not files:
        raise DataError(Problem(f"There is no {split}-*.parquet in {folder}."))
    images: list[np.ndarray] = []
    labels: list[int] = []
    for file in files:
        cells, numbers = _columns(file, layout.label)
        images += [_decode(cell, row, file) for row, cell in enumerate(cells)]
        labels += numbers
    channels_first = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).contiguous()
    return channels_first, torch.tensor(labels)


def _columns(file: Path, label: str) -> tuple[list[Any], list[int]]:
    """The encoded images and the labels of one file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(file)
    except pa.ArrowException as error:
        raise DataError(Problem(f"{file} is no Parquet file that can be read.")) from error
    missing = [column for column in ("img", label) if column not in table.column_names]
    if missing:
        raise DataError(
            Problem(
                f"{file} has no column {' and none '.join(missing)}.",
                got=", ".join(table.column_names),
                expected=f"img, {label}",
            )
        )
    return table["img"].to_pylist(), table[label].to_pylist()


def _decode(cell: Any, row: int, file: Path) -> np.ndarray:
    """One image as (32, 32, 3) uint8."""
    from PIL import Image

    try:
        pixels = np.asarray(Image.open(io.BytesIO(cell["bytes"])))
    except (KeyError, TypeError, OSError) as error:  # Pillow's errors are OSErrors
        raise DataError(Problem(f"Row {row} of {file} is not an image.")) from error
    if pixels.shape != (32, 32, 3):
        got = "x".join(map(str, pixels.shape))
        raise DataError(
            Problem(f"Row {row} of {file} has another shape.", got=got, expected="32x32x3")
        )
    return pixels
