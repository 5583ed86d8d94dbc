"""model_info(): what is known of a named network."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from formula2net.language.recursion import Recursion
from formula2net.models.entry import Model
from formula2net.models.registry import get_model

# One for each file of families.
TABLES: Final = (
    "residual",
    "first_paper",
    "seqconv",
    "high_order",
    "ode_nets",
    "dense",
    "preact",
    "fractal",
)


@dataclass(frozen=True)
class ModelInfo:
    """What is known of a named network; printing it shows formula, source and counts.

    Attributes:
        name: What `create_model` calls it.
        title: What people call its family.
        summary: What the family is.
        source: Paper, and section or equation.
        formula: Its formula.
        options: The options of the family's function, with the values it has them.
        input_shape: Of one sample, with the channels first.
        num_classes: Unless others are asked for.
        params: Number of trainable parameters with the usual options; None if it is not on record.
        macs: Multiply-accumulates of convolutions and linear layers for one sample.
        published: What the paper prints, by what it is: "params", "flops", "where".
        note: What is special about it.
    """

    name: str
    title: str
    summary: str
    source: str
    formula: Recursion = field(repr=False)
    options: Mapping[str, Any]
    input_shape: tuple[int, ...]
    num_classes: int
    params: int | None
    macs: int | None
    published: Mapping[str, str]
    note: str

    def __str__(self) -> str:
        lines = [f"{self.name}: {self.title}. {self.summary}", f"{self.source}."]
        lines += ["", *(f"  {line}" for line in self.formula.to_text().splitlines()), ""]
        shape = "x".join(map(str, self.input_shape))
        lines.append(f"input {shape}, {self.num_classes} classes")
        if self.params is not None:
            lines.append(f"{self.params:,} parameters, {self.macs:,} multiply-accumulates")
        if self.published:
            printed = ", ".join(f"{k} {v}" for k, v in self.published.items() if k != "where")
            lines.append(f"published: {printed} ({self.published.get('where', self.source)})")
        return "\n".join(lines + ([self.note] if self.note else []))

    __repr__ = __str__


def model_info(name: str) -> ModelInfo:
    """What is known of a network, without making it.

    Args:
        name: One of `list_models()`.

    Raises:
        Formula2NetError: If there is none of this name; lists the nearest.
    """
    model = get_model(name)
    known = counts().get(name, {})
    design = model.design()
    notes = [model.note, *design.notes] if model.note else design.notes
    return ModelInfo(
        name=name,
        title=model.family.title,
        summary=model.family.summary,
        source=model.family.source,
        formula=design.formula,
        options=_options(model),
        input_shape=model.input_shape,
        num_classes=model.num_classes,
        params=known.get("params"),
        macs=known.get("macs"),
        published=MappingProxyType(dict(known.get("published", {}))),
        note=" ".join(notes),
    )


@cache
def counts() -> Mapping[str, Mapping[str, Any]]:
    """Exact and published counts by model, of all files of `data/`."""
    found: dict[str, Any] = {}
    for name in TABLES:
        text = (files(__package__) / "data" / f"{name}.json").read_text(encoding="utf-8")
        found |= json.loads(text)["models"]
    return MappingProxyType(found)


def _options(model: Model) -> Mapping[str, Any]:
    parameters = inspect.signature(model.family.build).parameters
    return MappingProxyType(
        {
            name: model.options.get(name, parameter.default)
            for name, parameter in parameters.items()
            if name not in ("num_classes", "in_chans")
        }
    )
