"""CIFAR from Parquet files: small ones that the tests write, and the real ones where they lie."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from PIL import Image

from formula2net.train import DataError, load_cifar


def encode(pixels: np.ndarray) -> dict[str, Any]:
    """PNG keeps every pixel."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return {"bytes": buffer.getvalue(), "path": None}


def write(file: Path, images: list[Any], labels: list[int], label: str = "label") -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table({"img": images, label: labels}), file)


def noise(count: int) -> np.ndarray:
    return np.random.default_rng(count).integers(0, 256, (count, 32, 32, 3), dtype=np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """CIFAR-10's layout, with two files of training images."""
    place = tmp_path / "cifar10" / "plain_text"
    cells = [encode(image) for image in noise(5)]
    write(place / "train-00000-of-00002.parquet", cells[:3], [0, 1, 2])
    write(place / "train-00001-of-00002.parquet", cells[3:], [3, 4])
    write(place / "test-00000-of-00001.parquet", [encode(image) for image in noise(2)], [9, 8])
    return tmp_path


@pytest.mark.parametrize("inside", ["", "cifar10", "cifar10/plain_text"])
def test_pixels_and_labels_from_any_of_the_three_folders(folder: Path, inside: str) -> None:
    data = load_cifar(folder / inside)
    assert data.train_images.dtype == torch.uint8
    assert np.array_equal(data.train_images.permute(0, 2, 3, 1).numpy(), noise(5))
    assert np.array_equal(data.test_images.permute(0, 2, 3, 1).numpy(), noise(2))
    assert data.train_labels.tolist() == [0, 1, 2, 3, 4]
    assert data.test_labels.tolist() == [9, 8]
    assert (data.name, data.shape, data.classes) == ("cifar10", (3, 32, 32), 10)


def test_cifar100_takes_the_fine_labels(tmp_path: Path) -> None:
    for split in ("train", "test"):
        file = tmp_path / "cifar100" / "cifar100" / f"{split}-00000-of-00001.parquet"
        write(file, [encode(noise(1)[0])], [71], label="fine_label")
    data = load_cifar(tmp_path, "cifar100")
    assert (data.train_labels.tolist(), data.classes) == ([71], 100)


def test_unknown_name(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        load_cifar(tmp_path, "mnist")
    assert str(caught.value) == ("There is no loader for 'mnist'.\n  expected cifar10 or cifar100")


def test_no_files(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        load_cifar(tmp_path)
    assert str(caught.value) == (
        f"There are no Parquet files of cifar10 in {tmp_path}.\n"
        "  expected cifar10/plain_text/train-*.parquet and test-*.parquet\n"
        "  try: name the folder that holds cifar10/, a copy of uoft-cs/cifar10 on the hub"
    )


def test_no_test_split(folder: Path) -> None:
    (test,) = folder.rglob("test-*.parquet")
    test.unlink()
    with pytest.raises(DataError, match=r"There is no test-\*\.parquet in"):
        load_cifar(folder)


def test_missing_column(folder: Path) -> None:
    (test,) = folder.rglob("test-*.parquet")
    write(test, [encode(noise(1)[0])], [1], label="labels")
    with pytest.raises(DataError) as caught:
        load_cifar(folder)
    assert str(caught.value) == (
        f"{test} has no column label.\n  got img, labels; expected img, label"
    )


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ({"bytes": b"no image", "path": None}, "Row 0 of .* is not an image"),
        ({"bytes": encode(noise(1)[0])["bytes"][:900], "path": None}, "Row 0 of .* is not an im"),
        (encode(noise(1)[0][:28, :28]), "Row 0 of .* has another shape.\n  got 28x28x3; exp"),
        (None, "Row 0 of .* is not an image"),
    ],
    ids=["no image", "cut off", "small", "empty"],
)
def test_bad_image(folder: Path, cell: Any, message: str) -> None:
    (test,) = folder.rglob("test-*.parquet")
    write(test, [cell], [1])
    with pytest.raises(DataError, match=message):
        load_cifar(folder)


def test_no_parquet(folder: Path) -> None:
    (test,) = folder.rglob("test-*.parquet")
    test.write_bytes(b"PAR1 and no more")
    with pytest.raises(DataError, match="is no Parquet file that can be read"):
        load_cifar(folder)


def test_real_images(cifar_dir: Path) -> None:
    data = load_cifar(cifar_dir)
    assert (len(data.train_images), len(data.test_images)) == (50_000, 10_000)
    assert data.train_labels.bincount().tolist() == [5_000] * 10
    mean, std = (value / 255 for value in data.statistics())
    assert mean.tolist() == pytest.approx([0.4914, 0.4822, 0.4465], abs=2e-3)
    assert std.tolist() == pytest.approx([0.2470, 0.2435, 0.2616], abs=2e-3)
