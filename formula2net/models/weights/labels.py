"""What an operation does with its weights, without their names: its label."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from torch.fx import Node

from formula2net.models.weights.flow import aten

Label = tuple[Any, ...]
DATA: Final = "data"
LINEAR: Final = "linear layer or 1x1 convolution"
COMMUTATIVE: Final = frozenset({aten.add.Tensor, aten.mul.Tensor})

# No part of what is computed in evaluation.
IGNORED: Final = frozenset({"training", "momentum", "cudnn_enabled"})
# Not worth a word in a message: they follow from the others, or are as usual.
HIDDEN: Final = frozenset({"running_mean", "running_var"})
USUAL: Final[Mapping[str, Any]] = {
    "alpha": 1,
    "beta": 1,
    "bias": None,
    "dilation": 1,
    "eps": 1e-5,
    "groups": 1,
    "output_padding": 0,
    "transposed": False,
}


@dataclass(frozen=True)
class Weight:
    """A value that is made of tensors alone.

    Attributes:
        names: Of the tensors.
        form: The shape of a tensor; the label of an operation on some.
    """

    names: tuple[str, ...]
    form: Label


def label_of(node: Node, weights: Mapping[Node, Weight]) -> tuple[Label, tuple[str, ...]]:
    """The label of an operation, and its tensors where they are not in the order of arguments.

    A linear layer and a 1x1 convolution of stride 1 are one; so are x + y and y + x.
    """
    if linear := _linear(node, weights):
        return linear
    arguments = [(name, _form(value, weights)) for name, value in _arguments(node)]
    kept = [(name, form) for name, form in arguments if name not in IGNORED]
    if node.target in COMMUTATIVE:
        (_, one), (_, other), *rest = kept
        kept = [("of", tuple(sorted((one, other), key=repr))), *rest]
    return (_kind(node), *kept), ()


def describe(label: Label) -> str:
    """A label for people."""
    kind, *arguments = label
    shown = (
        f"{name} {'that is computed' if _is_label(value) else value}"
        for name, value in arguments
        if value != DATA and name not in HIDDEN and not _is_usual(name, value)
    )
    return ", ".join([kind, *shown])


def _linear(node: Node, weights: Mapping[Node, Weight]) -> tuple[Label, tuple[str, ...]] | None:
    given = dict(_arguments(node))
    match node.target:
        case aten.addmm.default | aten.mm.default:
            turned = given["mat2"]
            weight = turned.args[0] if turned.target is aten.t.default else None
            bias = given["self"] if "mat1" in given else None
        case aten.convolution.default if _is_pointwise(given):
            weight, bias = given["weight"], given["bias"]
        case _:
            return None
    if weight not in weights or (bias is not None and bias not in weights):
        return None
    shape = weights[weight].form
    if any(length != 1 for length in shape[2:]):  # what is computed has a kind, and no length
        return None
    tensors = [weights[weight], *([] if bias is None else [weights[bias]])]
    label = (LINEAR, ("weight", shape[:2]), ("bias", bias and weights[bias].form))
    return label, tuple(name for tensor in tensors for name in tensor.names)


def _form(value: Any, weights: Mapping[Node, Weight]) -> Any:
    """An argument without names: what it is to the operation."""
    if isinstance(value, Node):
        return weights[value].form if value in weights else DATA
    if isinstance(value, list | tuple):
        return tuple(_form(each, weights) for each in value)
    return value if isinstance(value, int | float | str | None) else str(value)


def _arguments(node: Node) -> Iterator[tuple[str, Any]]:
    """The arguments of an operation with their names."""
    schema = getattr(node.target, "_schema", None)
    names = [argument.name for argument in schema.arguments] if schema else []
    for number, value in enumerate(node.args):
        yield names[number] if number < len(names) else str(number), value
    yield from node.kwargs.items()


def _kind(node: Node) -> str:
    schema = getattr(node.target, "_schema", None)
    name = schema.name.rpartition("::")[2] if schema else str(node.target)
    return name.removeprefix("native_")


def _is_pointwise(given: Mapping[str, Any]) -> bool:
    once = all(step == 1 for step in given["stride"]) and not any(given["padding"])
    return once and not given["transposed"] and given["groups"] == 1


def _is_label(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], str)


def _is_usual(name: str, value: Any) -> bool:
    each = value if isinstance(value, tuple) else (value,)
    return name in USUAL and all(one == USUAL[name] for one in each)
