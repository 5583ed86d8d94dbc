"""load_weights(): the weights of a network that somebody has written by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike, fspath
from typing import Final

import torch
from torch import Tensor, nn

from formula2net.errors import Formula2NetError, Problem
from formula2net.lower.network import Network
from formula2net.models.weights.by_name import Mapped, match_names, read_file
from formula2net.models.weights.match import Keys, match
from formula2net.models.weights.outputs import check_outputs
from formula2net.models.weights.trace import BATCH, Trace, record

LARGE: Final = 224


def load_weights(
    net: Network,
    source: nn.Module | Mapping[str, Tensor] | str | PathLike[str],
    mapping: Mapped | None = None,
    *,
    head: bool = True,
    input_shape: Sequence[int] | None = None,
) -> dict[str, str]:
    """Takes over the weights of a network with the same wiring, written by hand.

    A module is matched by place, not by name: both are run once and recorded, and parameters and
    buffers belong together when the operations that read them have the same kind, shapes and
    arguments, and are wired in the same way. Then the outputs of both, on random input in float64,
    must be equal, for random weights and for the given ones. A state_dict is matched by name.

    It is all or nothing: nothing of the network changes unless everything fits. The source is left
    as it is. The network keeps its dtype and device. Nothing is unpickled.

    Args:
        net: The network to fill.
        source: A module, such as torchvision's `resnet18()`; or a state_dict; or the path of a
            .safetensors file.
        mapping: From a name of the source to the network's name, as a dict, in which names that
            are alike may be left out, or as a function; None in place of a name leaves it out.
            Needed for a state_dict with other names. With a module it takes the place of the
            matching; the outputs are compared all the same.
        head: Whether the classifier's weights are taken over too.
        input_shape: Of one sample, for the run; a usual one unless given.

    Returns:
        From each name of the source to the network's. It is a `mapping` for a state_dict of the
        same make.

    Raises:
        ShapeError: Parts or tensors are missing, left over, or of another shape; names them.
        Formula2NetError: The wiring or the outputs differ, or the source is none of these.
    """
    net = getattr(net, "_orig_mod", net)  # what torch.compile has wrapped
    if not isinstance(net, Network):
        what = f"load_weights fills a network of this library; got {type(net).__name__}."
        raise Formula2NetError(Problem(what, try_="create_model(name), or compile(formula, ...)"))
    if isinstance(source, str | PathLike):
        source = read_file(fspath(source))
    if isinstance(source, nn.Module):
        keys, tensors = _from_module(net, source, mapping, head, input_shape)
    else:
        keys, tensors = match_names(net.state_dict(), source, mapping, head), source
    _fill(net, {own: tensors[name] for name, own in keys.items()})
    return keys


def _from_module(
    net: Network,
    module: nn.Module,
    mapping: Mapped | None,
    head: bool,
    input_shape: Sequence[int] | None,
) -> tuple[Keys, Mapping[str, Tensor]]:
    module = getattr(module, "_orig_mod", module)
    theirs, ours, x = _record_both(net, module, head, input_shape)
    if mapping is None:
        keys = match(theirs, ours, x)
    else:
        keys = match_names(net.state_dict(), module.state_dict(), mapping, head)
    check_outputs(theirs, ours, keys, x)
    return keys, {**dict(module.named_buffers()), **module.state_dict()}


def _record_both(
    net: Network, module: nn.Module, head: bool, input_shape: Sequence[int] | None
) -> tuple[Trace, Trace, Tensor]:
    """Both programs, on the smallest input that the module takes, and that input."""
    generator = torch.Generator().manual_seed(0)
    shapes = [tuple(input_shape)] if input_shape else _shapes(net)
    for shape in shapes:
        x = torch.randn(BATCH, *shape, generator=generator, dtype=torch.float64)
        ours = record(net, x, head or not net.num_classes)
        try:
            return record(module, x, head), ours, x
        except Formula2NetError:
            raise
        except Exception as error:  # whatever a user's module raises, the user wants to know
            if shape == shapes[-1]:
                what = f"The module does not run on an input of {shape} in float64."
                got = f"{type(error).__name__}: {error}"
                try_ = "load_weights(..., input_shape=(channels, height, width))"
                raise Formula2NetError(Problem(what, got=got, try_=try_)) from error
    raise AssertionError("there is a shape")


def _shapes(net: Network) -> list[tuple[int, ...]]:
    """Usual shapes of one sample: a few positions are left after all strides, or 224."""
    backbone = net.backbone
    stride = backbone.shape_of(len(backbone.stages)).stride
    lengths = [max(32, 2 * stride)] + [LARGE] * (backbone.dims in (1, 2))
    return [(backbone.stem.in_chans, *[length] * backbone.dims) for length in lengths]


def _fill(net: nn.Module, tensors: Mapping[str, Tensor]) -> None:
    """Copies values; shapes are those of the network up to axes of length 1."""
    own = {**dict(net.named_buffers()), **net.state_dict(keep_vars=True)}
    with torch.no_grad():
        for name, tensor in tensors.items():
            own[name].copy_(tensor.reshape(own[name].shape))
