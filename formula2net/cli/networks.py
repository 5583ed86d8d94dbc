"""The network that is meant: of a formula over a backbone, or one that has a name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

import typer

from formula2net.cli.reading import NAME, read_backbone, read_formula, read_settings
from formula2net.errors import FormulaError, Problem

if TYPE_CHECKING:
    from formula2net.language.recursion import Recursion
    from formula2net.lower.network import Network

NETWORK: Final = "network"  # what a run's folder calls its network


@dataclass(frozen=True)
class Layout:
    """What a formula is laid over, as far as it was given; a named network has its own.

    Attributes:
        blocks: Steps of each stage.
        widths: Channels of each stage.
        block: What the blocks are.
        transition: What adapts a value to another stage.
    """

    blocks: str | None
    widths: str | None
    block: str | None
    transition: str | None

    def refuse(self, name: str) -> None:
        """Refuses what does not apply to a named network.

        Raises:
            typer.BadParameter: Names it.
        """
        given = [f"--{option}" for option, value in asdict(self).items() if value is not None]
        if given:
            what = f"{name} is a network with blocks and a backbone of its own"
            raise typer.BadParameter(f"{what}: {', '.join(given)} cannot be given")


@dataclass(frozen=True)
class Chosen:
    """A network that can be made.

    Attributes:
        name: What to call it.
        recursion: Its formula.
        blocks: Its blocks, in words.
        make: Makes it for a number of channels and of classes; the usual ones for None.
    """

    name: str
    recursion: Recursion
    blocks: str
    make: Callable[[int | None, int | None], Any]

    def stages(self, net: Network) -> str:
        """What it is laid over, in words."""
        stages = [f"{stage.blocks} of width {stage.width}" for stage in net.backbone.stages]
        return f"over {net.backbone.depth} steps of {self.blocks}: {', '.join(stages)}"


def choose(text: str, settings: list[str] | None, layout: Layout, first_width: int = 16) -> Chosen:
    """What a user names: a formula by its text or its name, or a network.

    Raises:
        typer.BadParameter: If an option has another form, or does not apply.
        Formula2NetError: If there is no such name, or the text is no formula.
    """
    name = text.strip()
    if NAME.fullmatch(name):
        from formula2net.formulas import FORMULAS

        if name not in FORMULAS:
            return _of_name(name, settings, layout)
    named = read_formula(text, settings)
    block, transition = layout.block or "basic", layout.transition or "projection"
    blocks = layout.blocks or "2,2,2,2"
    read_backbone(blocks, layout.widths, transition)  # refused before anything is made

    def make(in_chans: int | None, num_classes: int | None) -> Network:
        from formula2net.compiler import compile

        over = read_backbone(
            blocks,
            layout.widths,
            transition,
            3 if in_chans is None else in_chans,
            10 if num_classes is None else num_classes,
            first_width,
        )
        return compile(named.recursion, over, block)

    return Chosen(named.name, named.recursion, f"{block} blocks", make)


def _of_name(name: str, settings: list[str] | None, layout: Layout) -> Chosen:
    from formula2net.formulas import FORMULAS
    from formula2net.models.registry import MODELS

    if name not in MODELS:
        near = get_close_matches(name.lower().replace("-", "_"), [*FORMULAS, *MODELS], n=5)
        what = f"There is no formula and no network {name!r}."
        raise FormulaError(Problem(what, try_=", ".join(near) or "formula2net models"))
    layout.refuse(name)
    options = read_settings(settings)
    formula = MODELS[name].design(**options).formula

    def make(in_chans: int | None, num_classes: int | None) -> Any:
        from formula2net.models.create import create_model

        return create_model(name, num_classes=num_classes, in_chans=in_chans, **options)

    return Chosen(name, formula, name, make)
