"""Which tensors of two modules stand in the same place of their programs."""

from __future__ import annotations

from torch import Tensor

from formula2net.errors import Formula2NetError, Problem, ShapeError
from formula2net.models.weights import misfits
from formula2net.models.weights.refine import by_label, number_of, refine, surplus
from formula2net.models.weights.ties import choose, split
from formula2net.models.weights.trace import Trace
from formula2net.models.weights.wiring import Call

Keys = dict[str, str]  # from names of theirs to names of ours


def match(theirs: Trace, ours: Trace, x: Tensor) -> Keys:
    """From the name of each tensor of theirs to that of ours in the same place.

    Raises:
        ShapeError: They have other parts: kinds, shapes or numbers of calls differ.
        Formula2NetError: Their wiring differs, or tensors are shared in other ways.
    """
    keys: Keys = {}
    taken: Keys = {}
    for one, other in match_calls(theirs, ours, x):
        for name, own in zip(one.tensors, other.tensors, strict=True):
            if keys.setdefault(name, own) != own:
                raise Formula2NetError(misfits.shared(name, [keys[name], own]))
            if taken.setdefault(own, name) != name:
                raise Formula2NetError(misfits.shared(own, [taken[own], name]))
    keys |= _beside(theirs, ours, keys)
    left = [("module", name) for name in theirs.tensors if name not in {*keys, *theirs.left_out}]
    own = {*keys.values(), *ours.left_out}
    left += [("network", name) for name in ours.tensors if name not in own]
    if left:
        why = "has no partner: nothing reads it"
        raise Formula2NetError(*(Problem(f"{name} of the {of} {why}.") for of, name in left))
    return keys


def match_calls(theirs: Trace, ours: Trace, x: Tensor) -> list[tuple[Call, Call]]:
    """The calls that stand in the same places."""
    wirings = theirs.wiring, ours.wiring
    labels = by_label(wirings)
    if any(surplus(labels)):
        raise ShapeError(*misfits.parts(wirings, labels))
    colours = refine(wirings, labels)
    if any(surplus(colours)):
        raise Formula2NetError(misfits.wiring(wirings, labels, colours))
    while (number := number_of(colours)) < len(ours.wiring.calls):
        colours = split((theirs, ours), colours, x)
        if any(surplus(colours)):
            raise Formula2NetError(misfits.between(wirings, colours))
        if number_of(colours) == number:  # the places can be exchanged
            colours = choose(colours)
        colours = refine(wirings, colours)
    place = dict(zip(colours[1], ours.wiring.calls, strict=True))
    return [(call, place[c]) for call, c in zip(theirs.wiring.calls, colours[0], strict=True)]


def _beside(theirs: Trace, ours: Trace, keys: Keys) -> Keys:
    """Tensors that nothing reads in evaluation, such as counters: they go with their module."""
    owners = {_owner(name): _owner(own) for name, own in keys.items()}
    found = {}
    for name, tensor in theirs.tensors.items():
        if name not in keys and name not in theirs.left_out and _owner(name) in owners:
            own = owners[_owner(name)] + name.removeprefix(_owner(name))
            if own in ours.tensors and ours.tensors[own].shape == tensor.shape:
                found[name] = own
    return found


def _owner(name: str) -> str:
    return name.rpartition(".")[0]
