"""`formula2net spectrum`: the gradient of a network by the length of its paths."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from formula2net.cli import options
from formula2net.cli.console import indented, out, say
from formula2net.cli.networks import NETWORK, Layout, choose
from formula2net.cli.train import load_images

if TYPE_CHECKING:
    from formula2net.lower.network import Network
    from formula2net.train import ImageData


def spectrum(
    network: Annotated[
        str,
        typer.Argument(
            metavar="NETWORK",
            help="The folder of a run of `formula2net train`; or a formula or a network, as for "
            "`formula2net verify`, before training.",
            show_default=False,
        ),
    ],
    data: options.Data = options.DataName.digits,
    data_dir: options.DataDir = None,
    images: Annotated[int, typer.Option("--images", min=1, help="Number of test images.")] = 64,
    max_length: Annotated[
        int | None,
        typer.Option(min=0, help="Longer paths are gathered.", show_default=False),
    ] = None,
    blocks: options.Blocks = None,
    widths: options.Widths = None,
    block: options.Block = None,
    transition: options.Transition = None,
    seed: options.Seed = 0,
    settings: options.Settings = None,
    draw: Annotated[
        Path | None, typer.Option("--draw", metavar="FILE", help="Draw it (.png, .svg or .pdf).")
    ] = None,
) -> None:
    """Show which share of the gradient comes along paths of each length."""
    layout = Layout(blocks, widths, block, transition)
    with out.status("compiling"):
        from formula2net.gradients.measure import path_spectrum
        from formula2net.train.batches import ImageBatches

        found = load_images(data.value, data_dir)
        net = _network(network, settings, layout, found, seed).eval()
        batch = found.test_images[:images], found.test_labels[:images]
        result = path_spectrum(
            net, ImageBatches(found).on_after_batch_transfer(batch, 0), max_length=max_length
        )
    say(indented(str(net.formula)))
    say(f"\n{len(batch[0])} images of {data.value}, cross entropy")
    say(str(result))
    if draw is not None:
        from formula2net.report.spectrum import plot_spectrum

        say(f"\nIt is drawn in {plot_spectrum(result, draw)}.")


def _network(
    text: str, settings: list[str] | None, layout: Layout, images: ImageData, seed: int
) -> Network:
    """What a run has saved, or a network before training."""
    folder = Path(text)
    if folder.is_dir():
        from formula2net.compiler import load

        layout.refuse(text)
        return load(folder / NETWORK if (folder / NETWORK).is_dir() else folder)
    if "=" not in text and len(folder.parts) > 1:
        raise typer.BadParameter(f"there is no folder {text}")
    chosen = choose(text, settings, layout)
    import torch

    torch.manual_seed(seed)
    return chosen.make(images.shape[0], images.classes)
