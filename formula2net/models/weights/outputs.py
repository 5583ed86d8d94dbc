"""Whether two modules compute the same, once they have the same weights."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import torch
from torch import Tensor

from formula2net.errors import Formula2NetError, Problem, ShapeError
from formula2net.models.weights.ties import TOLERANCE, random_tensors
from formula2net.models.weights.trace import Trace
from formula2net.models.weights.wiring import Call


def check_outputs(theirs: Trace, ours: Trace, keys: Mapping[str, str], x: Tensor) -> None:
    """Compares the outputs for random weights and for theirs, put in the places of ours.

    Random ones show what some weights hide: a block that starts as 0 may stand anywhere.

    Args:
        theirs: The one program.
        ours: The other one.
        keys: From names of theirs to names of ours.
        x: An input.

    Raises:
        ShapeError: The outputs differ in shape.
        Formula2NetError: They differ; says where they begin to.
    """
    random = random_tensors(theirs.tensors, {name: name for name in theirs.tensors})
    for values in (random, theirs.tensors):
        with torch.no_grad():
            one, seen = theirs.run(x, values, theirs.wiring.calls)
            other, own_seen = ours.run(x, _in_place(values, ours, keys), ours.wiring.calls)
        one, other = _pooled(one), _pooled(other)
        what = "The parts of the module have their places in the network, but outputs differ"
        if one.shape != other.shape:
            got, expected = (f"{tuple(each.shape)}" for each in (one, other))
            raise ShapeError(Problem(f"{what} in shape.", got=got, expected=expected))
        if not _same(one, other):
            where = _where(seen, own_seen, keys)
            got = f"a relative error of {((one - other).norm() / other.norm()).item():.1g}"
            raise Formula2NetError(Problem(f"{what}: {where}", got=got))


def _in_place(
    values: Mapping[str, Tensor], ours: Trace, keys: Mapping[str, str]
) -> dict[str, Tensor]:
    own = {keys[name]: value for name, value in values.items() if name in keys}
    return {k: own[k].reshape(v.shape) if k in own else v for k, v in ours.tensors.items()}


def _where(
    theirs: Mapping[Call, Tensor], ours: Mapping[Call, Tensor], keys: Mapping[str, str]
) -> str:
    """The first call that reads other values than its partner."""
    partners = defaultdict(list)
    for call, value in ours.items():
        partners[call.tensors].append((call, value))
    for call, value in theirs.items():
        found = partners[tuple(keys.get(name, "") for name in call.tensors)]
        partner, own = found.pop(0) if found else (call, value)
        if not _same(value, own):
            return f"{call.name} reads other values than {partner.name}."
    return "something else happens after the last of them."


def _same(one: Tensor, other: Tensor) -> bool:
    if one.numel() != other.numel():
        return False
    scale = other.nan_to_num(0, 0, 0).abs().max().item()
    other = other.reshape(one.shape)
    return torch.allclose(one, other, rtol=0, atol=TOLERANCE * scale, equal_nan=True)


def _pooled(output: Tensor) -> Tensor:
    """The mean over positions of features: without classifiers one may be pooled, one not."""
    return output.flatten(2).mean(2) if output.dim() > 2 else output
