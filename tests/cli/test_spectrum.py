"""`formula2net spectrum`: of a network before training, and of what a run has saved."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

import formula2net as f2n
from formula2net.train import load_digits_data
from tests.cli.conftest import Command, lines

SMALL = ("--blocks", "1,1", "--widths", "4,8")


def test_before_training(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "spectrum.png"
    ran = command("spectrum", "resnet", *SMALL, "--images", "8", "--draw", str(path))
    assert (ran.code, ran.err) == (0, "")
    out = lines(ran.out)
    assert out[0] == "  X[i] = (1 + W[i])*X[i - 1]"
    assert out[2] == "8 images of digits, cross entropy"
    rows = [line.split() for line in out[4:8]]
    assert rows[0] == ["length", "wired", "words", "norm", "share"]
    assert [row[:3] for row in rows[1:]] == [["0", "1", "1"], ["1", "2", "2"], ["2", "1", "1"]]
    shares = [float(row[4].rstrip("%")) for row in rows[1:]]
    assert sum(shares) == pytest.approx(100, abs=0.2)
    assert out[-1] == f"It is drawn in {path}."
    assert path.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("inside", ["", "network"])
def test_what_a_run_has_saved(inside: str, command: Command, tmp_path: Path) -> None:
    """The gradient of the saved weights, on normalised test images."""
    torch.manual_seed(1)
    backbone = f2n.Backbone.cifar((1, 1), (4, 8), in_chans=1)
    net = f2n.compile(f2n.get_formula("difference"), backbone).eval()
    f2n.save(net, tmp_path / "network")
    ran = command("spectrum", str(tmp_path / inside), "--images", "5", "--max-length", "0")
    assert (ran.code, ran.err) == (0, "")

    digits = load_digits_data()
    mean, std = digits.statistics()
    images = (digits.test_images[:5].float() - mean[:, None, None]) / std[:, None, None]
    spectrum = f2n.path_spectrum(net, (images, digits.test_labels[:5]), max_length=0)
    assert lines(ran.out)[-4:] == [line.rstrip() for line in str(spectrum).splitlines()]
    assert spectrum.labels() == ["0", "1+"]


def test_a_network_by_name(command: Command) -> None:
    ran = command("spectrum", "resnet18", "--set", "width=4", "--images", "2", "--max-length", "0")
    assert (ran.code, ran.err) == (0, "")
    assert lines(ran.out)[-1].split()[0] == "1+"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("resnt",), "FormulaError: There is no formula and no network 'resnt'."),
        (("runs/nothing",), "error: Invalid value: there is no folder runs/nothing\n"),
        (("resnet", "--images", "0"), "error: Invalid value for '--images': "),
        (("resnet", "--data", "cifar10"), "error: Invalid value: --data cifar10 needs --data-dir"),
        (("resnet", *SMALL, "--draw", "picture"), "Formula2NetError: 'picture' does not end in"),
    ],
)
def test_what_is_refused(
    arguments: tuple[str, ...],
    message: str,
    command: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = command("spectrum", *arguments)
    assert code == 2
    assert err.startswith(message)


def test_a_saved_network_has_a_layout_of_its_own(command: Command, tmp_path: Path) -> None:
    code, _, err = command("spectrum", str(tmp_path), *SMALL)
    assert code == 2
    assert err.endswith("--blocks, --widths cannot be given\n")
    code, _, err = command("spectrum", str(tmp_path))
    assert (code, err) == (2, f"error: No such file or directory: {tmp_path}/formula2net.json\n")
