"""The networks by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Any, Final

from formula2net.errors import Formula2NetError, Problem
from formula2net.models import (
    dense,
    first_paper,
    fractal,
    high_order,
    ode_nets,
    preact,
    residual,
    seqconv,
)
from formula2net.models.design import Design
from formula2net.models.entry import CIFAR, Model, family

MODELS: Final[dict[str, Model]] = {}


def register_all(models: Iterable[Model]) -> None:
    """Gives networks their names.

    Raises:
        Formula2NetError: If a name is taken.
    """
    for model in models:
        if model.name in MODELS:
            what = f"There is a model {model.name!r} already."
            raise Formula2NetError(Problem(what, got=MODELS[model.name].family.title))
        MODELS[model.name] = model


def register_model(
    name: str,
    build: Callable[..., Design],
    *,
    title: str = "",
    source: str = "",
    input_shape: tuple[int, ...] = CIFAR,
    num_classes: int = 10,
    **options: Any,
) -> None:
    """Gives a network of your own a name, under which `create_model` finds it.

    Args:
        name: Not taken yet.
        build: Designs it: takes `num_classes`, `in_chans` and its options as keywords, and returns
            a `Design`.
        title: What people call it.
        source: Where it comes from.
        input_shape: Of one sample, with the channels first.
        num_classes: Unless others are asked for.
        **options: Of `build`, unless others are asked for.

    Raises:
        Formula2NetError: If the name is taken, or `build` has no such option.
    """
    made = family(title=title or name, source=source)(build)
    model = made.model(name, input_shape=input_shape, num_classes=num_classes, **options)
    model.check_options(options)
    register_all([model])


def list_models(pattern: str = "*", family: str = "*") -> list[str]:
    """Names of the networks that match, as `list_models("*seq*")`, in the registry's order.

    Args:
        pattern: Of the name, with `*` for any letters, `?` for one.
        family: Of the family's name, likewise.
    """
    return [
        name
        for name, model in MODELS.items()
        if fnmatchcase(name, pattern) and fnmatchcase(model.family.name, family)
    ]


def get_model(name: str) -> Model:
    """A network by name.

    Raises:
        Formula2NetError: If there is none of this name; lists the nearest.
        TableauError: If the name is that of an implicit method.
    """
    if not isinstance(name, str):
        raise Formula2NetError(Problem(f"{name!r} is no name of a model.", try_='"resnet18"'))
    if name not in MODELS:
        high_order.refuse(name)
        near = get_close_matches(name.lower().replace("-", "_"), MODELS, n=5)
        what = f"There is no model {name!r}."
        raise Formula2NetError(Problem(what, try_=", ".join(near) or "list_models()"))
    return MODELS[name]


register_all(residual.MODELS)
register_all(first_paper.MODELS)
register_all(seqconv.MODELS)
register_all(high_order.MODELS)
register_all(ode_nets.MODELS)
register_all(dense.MODELS)
register_all(preact.MODELS)
register_all(fractal.MODELS)
