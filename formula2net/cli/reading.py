"""What is read from the command line: formulas, integers, backbones."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import typer

from formula2net.errors import FormulaError, Problem

if TYPE_CHECKING:
    from formula2net.formulas import Entry
    from formula2net.language.backbone import Backbone
    from formula2net.language.recursion import Recursion

NAME: Final = re.compile(r"[A-Za-z][\w.-]*")
TAKEN: Final = ("self", "text", "scalars")  # by the functions that take the settings


@dataclass(frozen=True)
class Named:
    """A formula, and what to call it.

    Attributes:
        name: Its name in the registry; "formula" if it was given as text.
        recursion: The formula.
        entry: Where it comes from, if it has a name.
    """

    name: str
    recursion: Recursion
    entry: Entry | None = None


def read_formula(text: str, settings: list[str] | None = None) -> Named:
    """A formula by its name, or from its text.

    Raises:
        typer.BadParameter: If a setting is none.
        Formula2NetError: If there is no such name, or the text is no formula.
    """
    given = read_settings(settings)
    if NAME.fullmatch(text.strip()):
        entry = _entry(text.strip())
        return Named(entry.name, entry.with_parameters(**given), entry)
    from formula2net.language.notation import parse

    return Named("formula", parse(text, (), **given))


def _entry(name: str) -> Entry:
    from formula2net.formulas import FORMULAS, formula_entry

    if name not in FORMULAS:
        from formula2net.models.registry import MODELS

        if name in MODELS:
            what = f"{name} is a network, and no formula."
            raise FormulaError(Problem(what, try_=f"formula2net model {name}"))
    return formula_entry(name)


def read_beside(named: Named, settings: list[str] | None = None) -> Named | None:
    """The formula that a registered one departs from, with those of the settings that it has."""
    if named.entry is None or named.entry.beside is None:
        return None
    from formula2net.formulas import formula_entry

    entry = formula_entry(named.entry.beside)
    given = read_settings(settings)
    known = {name: value for name, value in given.items() if name in entry.parameters}
    return Named(entry.name, entry.with_parameters(**known), entry)


def read_settings(settings: list[str] | None) -> dict[str, int]:
    """`["g=8"]` as `{"g": 8}`.

    Raises:
        typer.BadParameter: If one is not of that form.
    """
    found = {}
    for setting in settings or []:
        name, equals, value = setting.partition("=")
        if not (equals and name.isidentifier() and re.fullmatch(r"-?\d{1,9}", value)):
            raise typer.BadParameter(f"--set {setting}: write a name and an integer, as g=8")
        if name in TAKEN:
            raise typer.BadParameter(f"--set {setting}: no parameter can be called {name}")
        found[name] = int(value)
    return found


def read_numbers(option: str, text: str) -> tuple[int, ...]:
    """`2,2,2,2` as numbers.

    Raises:
        typer.BadParameter: If it is no list of positive integers.
    """
    if not re.fullmatch(r"\s*\d+\s*(,\s*\d+\s*)*", text):
        raise typer.BadParameter(f"{option} {text}: write positive integers, as 2,2,2,2")
    return tuple(int(number) for number in text.split(","))


def read_backbone(
    blocks: str,
    widths: str | None,
    transition: str,
    in_chans: int = 3,
    num_classes: int = 10,
    first_width: int = 16,
) -> Backbone:
    """A backbone for small images.

    Raises:
        typer.BadParameter: If blocks or widths are no numbers.
        ShapeError: If they do not fit.
    """
    from formula2net.language.backbone import Backbone

    steps = read_numbers("--blocks", blocks)
    doubled = tuple(first_width * 2**stage for stage in range(len(steps)))
    return Backbone.cifar(
        steps,
        doubled if widths is None else read_numbers("--widths", widths),
        in_chans=in_chans,
        num_classes=num_classes,
        transition=transition,
    )
