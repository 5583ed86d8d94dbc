"""`formula2net verify`, `train` and `demo`: what needs torch."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import torch

import formula2net as f2n
from tests.cli.conftest import Command, lines

SMALL = ("--blocks", "1,1", "--widths", "4,8")


def test_verify(command: Command) -> None:
    ran = command("verify", "difference", *SMALL, "--code")
    assert (ran.code, ran.err) == (0, "")
    assert "over 2 steps of basic blocks: 1 of width 4, 1 of width 8" in ran.out
    assert "W_1 = self.W_1(X_0)" in ran.out
    checks = [line for line in lines(ran.out) if "  ok  " in line]
    assert len(checks) == 8
    assert "FAILED" not in ran.out


def test_widths_double_from_stage_to_stage(command: Command) -> None:
    out = command("verify", "plain", "--blocks", "1,1,1").out
    assert "1 of width 8, 1 of width 16, 1 of width 32" in out


def test_a_network_that_fails_gives_exit_code_1(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    from formula2net.lower.verify import Check, VerifyReport

    report = VerifyReport((Check("one", True, "0"), Check("two", False, "3 differ")))
    monkeypatch.setattr("formula2net.lower.verify.verify", lambda *_: report)
    ran = command("verify", "plain", *SMALL)
    assert ran.code == 1
    assert any(line.split() == ["two", "FAILED", "3", "differ"] for line in lines(ran.out))


def test_train_and_go_on(command: Command, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    arguments = ("train", "difference", *SMALL, "--out", str(folder))
    first = command(*arguments, "--epochs", "1")
    assert (first.code, first.err) == (0, "")
    assert "1,437 images of digits, 1 epochs" in first.out
    assert (folder / "curves.png").read_bytes().startswith(b"\x89PNG")
    one = f2n.load(folder / "network")
    assert one.formula == f2n.get_formula("difference")
    assert one(torch.zeros(2, 1, 8, 8)).shape == (2, 10)

    again = command(*arguments, "--epochs", "2", "--resume")
    assert again.code == 0
    row = next(line for line in lines(again.out) if "difference │" in line)
    assert row.split("│")[5].strip() == "2"  # epochs, the one before the resume included
    two = f2n.load(folder / "network")
    assert not torch.equal(one.stem.conv.weight, two.stem.conv.weight)


def test_train_a_text_on_cifar(command: Command, tmp_path: Path) -> None:
    _write_cifar(tmp_path / "cifar10" / "plain_text")
    folder = tmp_path / "run"
    ran = command(
        *("train", "X_i = (1 + W_i) X_{i-1}", *SMALL, "--epochs", "1", "--out", str(folder)),
        *("--data", "cifar10", "--data-dir", str(tmp_path)),
    )
    assert (ran.code, ran.err) == (0, "")
    assert "40 images of cifar10" in ran.out
    assert f2n.load(folder / "network").backbone.stem.in_chans == 3


def _write_cifar(folder: Path) -> None:
    """A few random images as the Hugging Face hub lays them out."""
    import numpy as np
    import pyarrow as pa
    from PIL import Image
    from pyarrow import parquet

    random = np.random.default_rng(0)
    folder.mkdir(parents=True)
    for split, number in (("train", 40), ("test", 20)):
        images = []
        for _ in range(number):
            pixels = random.integers(0, 256, (32, 32, 3), dtype=np.uint8)
            file = io.BytesIO()
            Image.fromarray(pixels).save(file, "PNG")
            images.append({"bytes": file.getvalue(), "path": None})
        labels = [k % 10 for k in range(number)]
        table = pa.table({"img": images, "label": labels})
        parquet.write_table(table, folder / f"{split}-00000-of-00001.parquet")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--resume",), "error: Invalid value: --resume: there is no "),
        (("--data", "cifar10"), "error: Invalid value: --data cifar10 needs --data-dir"),
        (("--data", "cifar10", "--data-dir", "nowhere"), "DataError: There are no Parquet files"),
        (("--transition", "nothing"), "ShapeError: Unknown transition"),
    ],
)
def test_what_stands_in_the_way_of_training(
    arguments: tuple[str, ...],
    message: str,
    command: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = command("train", "resnet", *arguments)
    assert code == 2
    assert err.startswith(message)
    assert "Traceback" not in err


def test_the_demo(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ran = command("demo", "--epochs", "1", "--out", "pictures")
    assert (ran.code, ran.err) == (0, "")
    out = lines(ran.out)
    titles = [line[3:] for line in out if line[:1].isdigit() and line[1:3] == ". "]
    assert titles == [
        "Write a formula",
        "See its gradient paths",
        "Compile it",
        "Prove it",
        "Train it",
        "Compare",
    ]
    # Its words, beside ResNet's; the proof of both; both trained.
    assert "  1 + W_8 + W_8*W_7 + W_8*W_7*W_6 + W_8*W_7*W_6*W_5 + W_8*W_7*W_6*W_5*W_4 +" in out
    assert any(line.split() == ["all", "985", "9", "9", "all", "256", "256", "256"] for line in out)
    assert sum("  ok  " in line for line in out) == 16
    for name in ("difference", "resnet"):
        assert any(line.startswith(f"│ {name}") and "%" in line for line in out)
    for name in ("wiring_difference.png", "wiring_resnet.png", "curves.png"):
        assert (tmp_path / "pictures" / name).read_bytes().startswith(b"\x89PNG")
    assert max(map(len, out)) <= 100


def test_the_calls_of_the_demo_are_valid(command: Command, tmp_path: Path) -> None:
    """What it prints after >>> runs as it stands."""
    ran = command("demo", "--epochs", "1", "--out", str(tmp_path))
    calls = [line.strip()[4:] for line in lines(ran.out) if line.strip().startswith(">>> ")]
    names: dict[str, object] = {}
    for call in calls:
        exec(compile(call, "demo", "exec"), names)  # noqa: S102 - our own text
    assert names["difference"] == f2n.get_formula("difference")
    assert isinstance(names["net"], f2n.Network)
