"""`formula2net demo`: the whole way, from a formula in text to a trained network.

Every step prints the call that it makes, so that what is seen here can be typed.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from formula2net.cli import options
from formula2net.cli.console import (
    explain,
    folded,
    heading,
    indented,
    out,
    say,
    show_beside,
    show_table,
)

if TYPE_CHECKING:
    from formula2net.language.backbone import Backbone
    from formula2net.language.recursion import Recursion
    from formula2net.lower.network import Network
    from formula2net.train import ImageData, TrainResult

DIFFERENCE: Final = "X_i = (1 + W_i) X_{i-1} - W_{i-1} X_{i-2}; X_1 = (1 + W_1) X_0"
RESNET: Final = "X_i = (1 + W_i) X_{i-1}"
WIDTHS: Final = (16, 32, 64, 128)


def demo(
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the images.")] = 8,
    folder: Annotated[Path, typer.Option("--out", help="Where the pictures go.")] = Path("demo"),
    seed: options.Seed = 0,
) -> None:
    """Watch a formula become a trained network, beside ResNet; in less than three minutes."""
    start = time.perf_counter()
    folder.mkdir(parents=True, exist_ok=True)
    formulas = _write()
    _count(formulas)
    nets, images = _compile(formulas, seed)
    _verify(nets)
    results = _train(nets, images, epochs, folder, seed)
    _report(formulas, nets, results, folder)
    say(f"\nThat took {time.perf_counter() - start:.0f} seconds.")


def _write() -> dict[str, Recursion]:
    """Step 1: text becomes a formula."""
    from formula2net.language.notation import parse

    heading("1. Write a formula")
    explain(
        "It says how the state X_i follows from earlier ones; W_i is the block of step i. This "
        "one is ResNet's, less what the block before has added."
    )
    _call("import formula2net as f2n")
    _call(f'difference = f2n.parse("{DIFFERENCE}")')
    _call(f'resnet = f2n.parse("{RESNET}")')
    formulas = {"difference": parse(DIFFERENCE), "resnet": parse(RESNET)}
    say()
    say(indented(str(formulas["difference"])))
    return formulas


def _count(formulas: Mapping[str, Recursion], depth: int = 8) -> None:
    """Step 2: the paths that a gradient takes."""
    from formula2net.cli.counts import counts_table, form_text, tally

    heading("2. See its gradient paths")
    explain(
        f"The derivative dX_{depth}/dX_0 is a sum over paths, and a word lists the blocks of one."
    )
    _call(f"difference.paths(depth={depth})")
    say()
    say(folded(str(formulas["difference"].paths(depth))))
    say()
    _call(f"difference.paths(depth={depth}).by_length(), resnet.paths(depth={depth}).by_length()")
    say()
    show_beside(
        *(
            counts_table(tally(formula, depth), title=f"  {name}")
            for name, formula in formulas.items()
        )
    )
    explain(
        "wired: all ways through the wiring. words: those that are left when equal ways of "
        "opposite sign cancel. total: the sum of their coefficients."
    )
    for name, formula in formulas.items():
        text = form_text(formula.closed_form("words", "all"))
        say(f"{name} has {text} words at every depth L.")


def _compile(formulas: Mapping[str, Recursion], seed: int) -> tuple[dict[str, Network], ImageData]:
    """Step 3: both formulas over one backbone."""
    heading("3. Compile it")
    explain("Both formulas wire the same eight blocks, over the four stages of a small ResNet.")
    _call(f"backbone = f2n.Backbone.cifar((2, 2, 2, 2), {WIDTHS}, in_chans=1)")
    _call("net = f2n.compile(difference, backbone)")
    with out.status("loading torch"):
        import torch

        from formula2net.compiler import compile
        from formula2net.train import load_digits_data

    images = load_digits_data()
    backbone = _backbone(images)
    nets = {}
    for name, formula in formulas.items():
        torch.manual_seed(seed)
        nets[name] = compile(formula, backbone)
    say()
    explain("The network is a torch.fx.GraphModule whose code reads as the formula does:")
    _call("print(net.code)")
    say()
    lines = nets["difference"].code.strip().splitlines()
    say(indented("\n".join([*lines[:11], "    ..."])), "cyan")
    return nets, images


def _backbone(images: ImageData) -> Backbone:
    from formula2net.language.backbone import Backbone

    return Backbone.cifar(
        (2, 2, 2, 2), WIDTHS, in_chans=images.shape[0], num_classes=images.classes
    )


def _verify(nets: Mapping[str, Network]) -> None:
    """Step 4: the network is the formula's."""
    from formula2net.cli.verify import report_table
    from formula2net.lower.verify import verify

    heading("4. Prove it")
    explain(
        "Paths are counted in three independent ways, one of which reads the network's code; its "
        "Jacobian is compared with the sum over its paths, and its output with that of a plain "
        "interpreter. The paper view takes activations, and transitions between stages, for the "
        "identity; the exact view keeps them, and less cancels."
    )
    for name, net in nets.items():
        _call(f"f2n.verify(net)   # {name}")
        with out.status("checking"):
            report = verify(net)
        show_table(report_table(report))
        report.raise_if_failed()


def _train(
    nets: Mapping[str, Network], images: ImageData, epochs: int, folder: Path, seed: int
) -> dict[str, TrainResult]:
    """Step 5: real images."""
    from formula2net.train import compare_training

    heading("5. Train it")
    explain(
        f"On {len(images.train_images):,} handwritten digits of 8x8 pixels that come with "
        f"scikit-learn, for {epochs} epochs each; {len(images.test_images):,} others test them."
    )
    _call("formula2net train difference --data digits", prompt="$")
    say()
    return compare_training(nets, images, epochs, folder, seed=seed)


def _report(
    formulas: Mapping[str, Recursion],
    nets: Mapping[str, Network],
    results: Mapping[str, TrainResult],
    folder: Path,
) -> None:
    """Step 6: the networks side by side."""
    from formula2net.report import plot_curves, results_table
    from formula2net.report.wiring import draw_wiring

    heading("6. Compare")
    say()
    show_table(results_table(results))
    say()
    for name, formula in formulas.items():
        path = draw_wiring(formula, folder / f"wiring_{name}.png", nets[name].backbone)
        say(f"wiring of {name}: {path}")
    say(f"curves: {plot_curves(results, folder / 'curves.png')}")
    say("\nNow your own formula:")
    _call("formula2net show 'X_i = X_{i-2} + W_i X_{i-1}; X_1 = W_1 X_0' --depth 6", prompt="$")
    _call("formula2net formulas", prompt="$")


def _call(text: str, prompt: str = ">>>") -> None:
    say(f"  {prompt} {text}", "green")
