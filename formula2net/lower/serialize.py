"""A network in a directory: `formula2net.json` and `model.safetensors`.

Neither holds code, and reading them runs none.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, Final

from safetensors import SafetensorError, safe_open
from safetensors.torch import load_model, save_model

from formula2net.blocks.zero import Zero
from formula2net.errors import BlockError, Formula2NetError, Problem, ShapeError
from formula2net.language.backbone import Backbone
from formula2net.lower.given import as_network
from formula2net.lower.network import Network

FORMAT: Final = 1
SPEC_FILE: Final = "formula2net.json"
TENSOR_FILE: Final = "model.safetensors"


@dataclass(frozen=True)
class Saved:
    """What `formula2net.json` says.

    Attributes:
        formula: text of the formula.
        backbone: what it lies over.
        block: name and options of the blocks; None where they have no name.
        trainable: start values of the trainable scalars.
    """

    formula: str
    backbone: Backbone
    block: Mapping[str, Any] | None
    trainable: Mapping[str, float]


def save(net: Network, directory: str | PathLike[str]) -> None:
    """Writes a network to a directory, which is made.

    `formula2net.json` has the formula as text, `model.safetensors` the weights; no code is written.
    Blocks of the user's own have no name: a warning says what to pass to `load`.

    Args:
        net: The network.
        directory: Its files are replaced, if it has any.

    Raises:
        ShapeError: the backbone's transition is a callable, which has no spelling.
        Formula2NetError: it is no network, or blocks were taken out of it.
    """
    net = as_network(net)
    _check_whole(net)
    folder = Path(directory)
    data = {
        "format": FORMAT,
        "formula": net.formula.to_text(),
        "backbone": net.backbone.to_dict(),
        "block": net.block.to_dict(),
        "trainable": dict(net.spec.starts),
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / SPEC_FILE).write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    save_model(net, str(folder / TENSOR_FILE))
    if data["block"] is None:
        what = f"the blocks {net.block.text} have no name: pass them to load(directory, block=...)"
        warnings.warn(what, stacklevel=2)


def _check_whole(net: Network) -> None:
    """Refuses a network without some of its blocks: its formula would make them again."""
    lost = [name for name, module in net.named_modules() if isinstance(module, Zero)]
    if lost:
        what = f"A network without its block {lost[0]} cannot be saved: its formula has it."
        raise Formula2NetError(Problem(what, try_="save the whole network; lesion what is loaded"))


def read_spec(directory: str | PathLike[str]) -> Saved:
    """What a directory says about its network.

    Raises:
        Formula2NetError: it is of another format version, or something is missing.
        FileNotFoundError: there is no such file.
    """
    path = Path(directory) / SPEC_FILE
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        version = data["format"]
        if version != FORMAT:
            what = f"{path} is of format version {version!r}."
            raise Formula2NetError(Problem(what, expected=f"version {FORMAT}"))
        backbone = Backbone.from_dict(data["backbone"])
        return Saved(data["formula"], backbone, data["block"], data["trainable"])
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        what = f"{path} does not describe a network."
        got = f"{type(error).__name__}: {error}"
        raise Formula2NetError(Problem(what, got=got)) from error


def load_tensors(net: Network, directory: str | PathLike[str]) -> None:
    """Fills a network with the tensors of a directory.

    Raises:
        ShapeError: keys are missing or unexpected, or shapes differ; lists them.
        FileNotFoundError: there is no such file.
    """
    path = Path(directory) / TENSOR_FILE
    problems = _misfits(net, path)
    if not problems:
        missing, unexpected = load_model(net, str(path), strict=False)
        problems = [Problem(f"{path} has no {key}.") for key in sorted(missing)]
        problems += [Problem(f"The network has no {key}.") for key in sorted(unexpected)]
    if problems:
        raise ShapeError(*problems)


def _misfits(net: Network, path: Path) -> list[Problem]:
    """Tensors that have another shape in the file than in the network."""
    state = net.state_dict()
    try:
        with safe_open(str(path), framework="pt") as file:
            shapes = {key: tuple(file.get_slice(key).get_shape()) for key in file.keys()}  # noqa: SIM118
    except SafetensorError as error:
        raise BlockError(Problem(f"{path} holds no tensors.", got=str(error))) from error
    return [
        Problem(f"{key} has another shape.", got=f"{shape}", expected=f"{tuple(state[key].shape)}")
        for key, shape in shapes.items()
        if key in state and tuple(state[key].shape) != shape
    ]
