"""One named network: how to design it, where it comes from, and what was published of it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, Final

from formula2net.errors import Formula2NetError, Problem
from formula2net.models.design import Design

CIFAR: Final = (3, 32, 32)
IMAGENET: Final = (3, 224, 224)


@dataclass(frozen=True, eq=False)
class Family:
    """Networks that one function designs.

    Attributes:
        name: Of the function.
        title: What people call them.
        source: Paper, and section or equation.
        summary: The first paragraph of the function's docstring.
        build: Designs one: keywords are `num_classes`, `in_chans` and its options.
    """

    name: str
    title: str
    source: str
    summary: str
    build: Callable[..., Design] = field(repr=False)

    def model(
        self,
        name: str,
        *,
        input_shape: tuple[int, ...] = CIFAR,
        num_classes: int = 10,
        note: str = "",
        **options: Any,
    ) -> Model:
        """A network of the family, with these options unless others are given."""
        given = MappingProxyType(options)
        return Model(name, self, given, input_shape, num_classes, note)


@dataclass(frozen=True, eq=False)
class Model:
    """A network with a name.

    Attributes:
        name: What `create_model` calls it.
        family: Designs it.
        options: Of the family's function.
        input_shape: Of one sample, with the channels first.
        num_classes: Unless others are asked for.
        note: What is special about it.
    """

    name: str
    family: Family
    options: Mapping[str, Any]
    input_shape: tuple[int, ...] = CIFAR
    num_classes: int = 10
    note: str = ""

    def design(
        self, num_classes: int | None = None, in_chans: int | None = None, **overrides: Any
    ) -> Design:
        """What the network is compiled from.

        Args:
            num_classes: The usual number unless given; 0 for the features X_L.
            in_chans: Channels of the input.
            **overrides: Options of the family's function.

        Raises:
            Formula2NetError: If an option is unknown; lists those there are.
        """
        self.check_options(overrides)
        self._check_lists(overrides)
        return self.family.build(
            num_classes=self.num_classes if num_classes is None else num_classes,
            in_chans=self.input_shape[0] if in_chans is None else in_chans,
            **{**self.options, **overrides},
        )

    def check_options(self, names: Iterable[str]) -> None:
        """Refuses options that the family's function does not take.

        Raises:
            Formula2NetError: If one is unknown; lists those there are.
        """
        parameters = inspect.signature(self.family.build).parameters
        if any(each.kind is each.VAR_KEYWORD for each in parameters.values()):
            return
        known = [name for name in parameters if name not in ("num_classes", "in_chans")]
        if unknown := [name for name in names if name not in known]:
            raise Formula2NetError(*(self._unknown(name, known) for name in unknown))

    def _check_lists(self, given: Mapping[str, Any]) -> None:
        """Refuses one number where the family's function takes one for each stage."""
        parameters = inspect.signature(self.family.build).parameters
        for name, value in given.items():
            usual = self.options.get(name, parameters[name].default if name in parameters else None)
            if isinstance(usual, tuple | list) and isinstance(value, int | float):
                what = f"{name}={value!r} is no list with a number for each stage."
                raise Formula2NetError(Problem(what, expected=f"as {name}={usual!r}"))

    def _unknown(self, name: str, known: list[str]) -> Problem:
        near = get_close_matches(name, known, n=1)
        what = f"{self.name} has no option {name!r}."
        return Problem(what, expected=", ".join(known) or "none", try_="".join(near))


def family(*, title: str, source: str) -> Callable[[Callable[..., Design]], Family]:
    """Makes a family of the function that designs its networks."""

    def as_family(build: Callable[..., Design]) -> Family:
        summary = (inspect.getdoc(build) or "").partition("\n\n")[0]
        return Family(build.__name__, title, source, " ".join(summary.split()), build)

    return as_family
