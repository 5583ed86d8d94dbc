"""Weights whose names are known, or can be told: from a state_dict, or from a safetensors file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Final

from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from formula2net.errors import BlockError, Formula2NetError, Problem, ShapeError
from formula2net.lower.names import CLASSIFIER

Mapped = Mapping[str, str | None] | Callable[[str], str | None]
COUNTER: Final = ".num_batches_tracked"  # older files lack it; it counts, and computes nothing
SHOWN: Final = 8  # problems in one message
HEADS: Final = "load_weights(..., head=False), which leaves the classifier out"


def read_file(path: str) -> dict[str, Tensor]:
    """The tensors of a safetensors file.

    Raises:
        Formula2NetError: It is a file of another kind: reading it could run code.
        BlockError: It holds no tensors.
    """
    if not path.endswith(".safetensors"):
        what = f"{path} is no safetensors file, and nothing is unpickled."
        try_ = "safetensors.torch.save_file(state_dict, 'weights.safetensors') where it was made"
        raise Formula2NetError(Problem(what, try_=try_))
    try:
        return load_file(path)
    except SafetensorError as error:
        raise BlockError(Problem(f"{path} holds no tensors.", got=str(error))) from error


def match_names(
    own: Mapping[str, Tensor], given: Mapping[str, Tensor], mapping: Mapped | None, head: bool
) -> dict[str, str]:
    """From each name that is given to the network's.

    Args:
        own: The network's state_dict.
        given: Another state_dict.
        mapping: See `load_weights`.
        head: Whether the classifier's weights are taken over.

    Raises:
        ShapeError: Lists what is missing, left over, named twice, or of another shape.
        Formula2NetError: What is given is no state_dict.
    """
    _check(given)
    keys = {name: target for name in given if (target := _target(name, mapping)) is not None}
    if not head:
        keys = {name: target for name, target in keys.items() if not _is_head(target)}
    if problems := [*_misfits(own, given, keys, head), *_unknown(given, mapping)]:
        raise ShapeError(*_first(problems))
    return keys


def _first(problems: list[Problem]) -> list[Problem]:
    """As many as one can read, and how many more there are."""
    left = len(problems) - SHOWN
    return [*problems[:SHOWN], *([Problem(f"and {left} more")] if left > 0 else [])]


def _target(name: str, mapping: Mapped | None) -> str | None:
    if mapping is None:
        return name
    return mapping(name) if callable(mapping) else mapping.get(name, name)


def _is_head(name: str) -> bool:
    return name.startswith(f"{CLASSIFIER}.")


def _misfits(
    own: Mapping[str, Tensor], given: Mapping[str, Tensor], keys: Mapping[str, str], head: bool
) -> Iterator[Problem]:
    """Everything that stands in the way, name by name."""
    sources: dict[str, str] = {}
    missing = [k for k in own if k not in keys.values() and (head or not _is_head(k))]
    for name, target in keys.items():
        label = name if name == target else f"{name} ({target})"
        got = f"{tuple(given[name].shape)}"
        if target not in own:
            near = _near(target, given[name], {k: own[k] for k in missing})
            yield Problem(f"The network has no {label}.", got=got, try_=near)
        elif sources.setdefault(target, name) != name:
            yield Problem(f"{sources[target]} and {name} are both mapped to {target}.")
        elif given[name].shape != own[target].shape:
            expected, try_ = f"{tuple(own[target].shape)}", HEADS if _is_head(target) else ""
            yield Problem(f"{label} has another shape.", got=got, expected=expected, try_=try_)
    for name in missing:
        if not name.endswith(COUNTER):
            yield Problem(f"Nothing is given for {name}.", expected=f"{tuple(own[name].shape)}")


def _near(name: str, tensor: Tensor, missing: Mapping[str, Tensor]) -> str:
    """A name that has no source yet: one that is spelled alike, or the first of that shape."""
    close = get_close_matches(name, missing, n=1)
    alike = [other for other, own in missing.items() if own.shape == tensor.shape]
    return "".join([*close, *alike][:1])


def _unknown(given: Mapping[str, Tensor], mapping: Mapped | None) -> Iterator[Problem]:
    if isinstance(mapping, Mapping):
        for name in mapping:
            if name not in given:
                near = get_close_matches(name, given, n=1)
                yield Problem(f"The mapping names {name}, which is not given.", try_="".join(near))


def _check(given: object) -> None:
    if not isinstance(given, Mapping):
        what = f"{type(given).__name__} is no module and no state_dict."
        raise Formula2NetError(Problem(what, expected="an nn.Module, a mapping, a path"))
    wrong = [name for name, value in given.items() if not isinstance(value, Tensor)]
    if wrong:
        what = f"{wrong[0]!r} of the state_dict is no tensor."
        inner = isinstance(given[wrong[0]], Mapping)
        try_ = f"load_weights(net, checkpoint[{wrong[0]!r}])" if inner else ""
        raise Formula2NetError(Problem(what, got=type(given[wrong[0]]).__name__, try_=try_))
