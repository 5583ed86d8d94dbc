"""`formula2net models` and `model`, and networks by name in `verify` and `train`."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

import formula2net as f2n
from formula2net.models.registry import MODELS
from tests.cli.conftest import Command, lines

SMALL = ("--set", "width=4")


def test_the_networks_are_listed(command: Command) -> None:
    ran = command("models")
    assert (ran.code, ran.err) == (0, "")
    assert set(MODELS) <= {line.split()[0] for line in lines(ran.out) if line.strip()}
    found = lines(command("models", "difference_*net18").out)
    rows = [line.split() for line in found if line.startswith("  difference")]
    assert rows == [
        ["difference_resnet18", "11,393,956", "ResNet"],
        ["difference_se_resnet18", "11,488,732", "SE-ResNet"],
    ]
    assert found[-1] == "formula2net model NAME tells more."


def test_their_sources(command: Command) -> None:
    out = command("models", "resnet50", "--sources").out
    assert "Analyze and Design Network Architectures" in " ".join(out.split())


def test_what_is_known_of_a_network(command: Command) -> None:
    ran = command("model", "difference_resnet50")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"{f2n.model_info('difference_resnet50')}\n"
    assert "  X[i] = X[i - 1] + K[i] - K[i - 1]\n" in ran.out
    assert "26,481,828 parameters, 1,415,454,720 multiply-accumulates\n" in ran.out


def test_verify_a_network_by_name(command: Command) -> None:
    ran = command("verify", "difference_resnet18", *SMALL)
    assert (ran.code, ran.err) == (0, "")
    over = "over 8 steps of difference_resnet18: 2 of width 4, 2 of width 8, 2 of width 16, 2 of w"
    assert over in ran.out
    assert "  K[0] = ZerosLike(X[0])\n" in ran.out
    assert sum("  ok  " in line for line in lines(ran.out)) == 8


def test_train_a_network_by_name(command: Command, tmp_path: Path) -> None:
    """Channels and classes are those of the images."""
    folder = tmp_path / "run"
    ran = command("train", "resnet18", *SMALL, "--epochs", "1", "--out", str(folder))
    assert (ran.code, ran.err) == (0, "")
    assert any("resnet18 │" in line for line in lines(ran.out))
    net = f2n.load(folder / "network")
    assert net.formula == f2n.model_info("resnet18").formula
    assert net.backbone.stages[0].width == 4
    assert net(torch.zeros(2, 1, 8, 8)).shape == (2, 10)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("verify", "resnet18", "--blocks", "1,1"),
            (
                "error: Invalid value: resnet18 is a network with blocks and a backbone of its "
                "own: --blocks cannot be given\n"
            ),
        ),
        (
            ("train", "resnet18", "--transition", "layer", "--block", "basic", "--widths", "8"),
            (
                "error: Invalid value: resnet18 is a network with blocks and a backbone of its "
                "own: --widths, --block, --transition cannot be given\n"
            ),
        ),
        (
            ("verify", "resnet19"),
            (
                "FormulaError: There is no formula and no network 'resnet19'.\n"
                "  try: resnet18, resnet, resnet110, resnet101, resnet50\n"
            ),
        ),
        (
            ("train", "zzz"),
            (
                "FormulaError: There is no formula and no network 'zzz'.\n"
                "  try: formula2net models\n"
            ),
        ),
        (
            ("model", "resnet19"),
            (
                "Formula2NetError: There is no model 'resnet19'.\n"
                "  try: resnet18, resnet110, resnet101, resnet50, resnet34\n"
            ),
        ),
        (
            ("verify", "resnet18", "--set", "depth=3"),
            (
                "Formula2NetError: resnet18 has no option 'depth'.\n  expected form, blocks, "
                "width, bottleneck, stem, initial, activation, norm\n  try: width\n"
            ),
        ),
    ],
)
def test_what_is_refused(arguments: tuple[str, ...], message: str, command: Command) -> None:
    code, _, err = command(*arguments)
    assert (code, err) == (2, message)
