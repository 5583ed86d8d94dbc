"""`formula2net train`: a formula becomes a network that classifies real images."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from formula2net.cli import options
from formula2net.cli.console import indented, out, say, show_table
from formula2net.cli.networks import NETWORK, Layout, choose

if TYPE_CHECKING:
    from formula2net.train import ImageData

CHECKPOINT: Final = "last.ckpt"


def train(
    formula: options.NetworkArgument,
    data: options.Data = options.DataName.digits,
    data_dir: options.DataDir = None,
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the images, in all.")] = 5,
    folder: Annotated[
        Path | None,
        typer.Option("--out", help="Checkpoint, curves and network go there; runs/NAME."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from the checkpoint in that folder.")
    ] = False,
    blocks: options.Blocks = None,
    widths: options.Widths = None,
    block: options.Block = None,
    transition: options.Transition = None,
    batch_size: Annotated[int, typer.Option(min=1, help="Images in one step.")] = 64,
    lr: Annotated[float, typer.Option(min=0.0, help="The highest learning rate.")] = 0.05,
    seed: options.Seed = 0,
    settings: options.Settings = None,
) -> None:
    """Train the network of a formula, or one that has a name, on images, with checkpoints."""
    chosen = choose(formula, settings, Layout(blocks, widths, block, transition))
    folder = folder or Path("runs") / chosen.name
    checkpoint = folder / CHECKPOINT if resume else None
    if checkpoint is not None and not checkpoint.is_file():
        raise typer.BadParameter(f"--resume: there is no {checkpoint}")
    folder.mkdir(parents=True, exist_ok=True)
    with out.status("compiling"):
        import torch

        from formula2net.lower.serialize import save
        from formula2net.report import plot_curves, results_table
        from formula2net.train import Recipe
        from formula2net.train import train as train_network

        images = load_images(data.value, data_dir)
        torch.manual_seed(seed)
        net = chosen.make(images.shape[0], images.classes)
    say(indented(str(chosen.recursion)))
    say(f"{len(images.train_images):,} images of {data.value}, {epochs} epochs, into {folder}")
    result = train_network(
        net,
        images,
        epochs,
        folder,
        recipe=Recipe(batch_size=batch_size, lr=lr),
        resume=checkpoint,
        seed=seed,
        label=chosen.name,
    )
    save(net, folder / NETWORK)
    curves = plot_curves({chosen.name: result}, folder / "curves.png")
    show_table(results_table({chosen.name: result}))
    say(f"curves: {curves}")
    say(f"network: formula2net.load({str(folder / NETWORK)!r})")
    say(f"its gradient by path length: formula2net spectrum {folder}")
    say(f"to go on: the same command with --resume and more --epochs than {epochs}")


def load_images(name: str, folder: Path | None) -> ImageData:
    """A data set by its name, from the folder that holds it.

    Raises:
        typer.BadParameter: If it needs a folder, and none is given.
        DataError: If it is not there.
    """
    from formula2net.train import load_cifar, load_digits_data

    if name == "digits":
        return load_digits_data()
    if folder is None:
        raise typer.BadParameter(f"--data {name} needs --data-dir, the folder that holds {name}/")
    return load_cifar(folder, name)
