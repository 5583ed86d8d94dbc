"""What is said about two modules that are not the same network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Final

from formula2net.errors import Problem
from formula2net.models.weights.refine import Colours, by_ancestors, by_descendants, surplus
from formula2net.models.weights.wiring import INPUT, Call, Wiring

SHOWN: Final = 4  # names in one line
PARTS: Final = 6  # kinds of parts in one message
HEADS: Final = "load_weights(net, module, head=False), which leaves the classifiers out"
Wirings = tuple[Wiring, Wiring]


def parts(wirings: Wirings, labels: Colours) -> Iterator[Problem]:
    """Kinds of calls that one module has more of than the network, or the other way round."""
    differing = [*surplus(labels)[0], *surplus(labels)[1]]
    heads = [wiring.classifier for wiring in wirings]
    of_heads = {
        colour
        for wiring, colours, head in zip(wirings, labels, heads, strict=True)
        for call, colour in zip(wiring.calls, colours, strict=True)
        if call is head
    }
    if set(differing) <= of_heads:
        got, expected = ("none" if head is None else f"{head.name}: {head}" for head in heads)
        yield Problem("The classifiers differ.", got=got, expected=expected, try_=HEADS)
        return
    theirs, ours = (
        [_of_colour(wiring, colours, colour) for colour in differing]
        for wiring, colours in zip(wirings, labels, strict=True)
    )
    rest = {str(calls[0]): calls[0].name for calls in ours if calls}
    for one, other in list(zip(theirs, ours, strict=True))[:PARTS]:
        call = (one or other)[0]
        expected = _names(other)
        if not other and (near := get_close_matches(str(call), rest, n=1, cutoff=0)):
            expected += f"; nearest is {rest[near[0]]}: {near[0]}"
        what = f"The module and the network differ in parts: {call}."
        yield Problem(what, got=f"{_names(one)} in the module", expected=expected)
    if len(differing) > PARTS:
        yield Problem(f"They differ in {len(differing) - PARTS} more kinds of parts.")


def wiring(wirings: Wirings, labels: Colours, colours: Colours) -> Problem:
    """The place where one program goes another way: from the input, or else from the output.

    Args:
        wirings: Of both, which have equal parts.
        labels: The colours of parts.
        colours: Refined by wiring.
    """
    forward = by_ancestors(wirings, labels)
    if any(surplus(forward)):
        one, other = _first(wirings, forward)
        return Problem(
            "The module has the parts of the network, but is wired in another way.",
            got=f"{one.name} ({one}), which reads {_read(wirings[0], one)}",
            expected=f"{other.name} ({other}), which reads {_read(wirings[1], other)}",
        )
    backward = by_descendants(wirings, labels)
    one, other = _last(wirings, backward if any(surplus(backward)) else colours)
    return Problem(
        "The module has the parts of the network, but its values go another way.",
        got=f"{one.name}, which is read by {_readers(wirings[0], one)}",
        expected=f"{other.name}, which is read by {_readers(wirings[1], other)}",
    )


def between(wirings: Wirings, colours: Colours) -> Problem:
    """What differs is neither a part nor wired in another way."""
    one, other = _first(wirings, colours)
    what = "The module has the wiring of the network, but computes something else with it."
    return Problem(what, got=f"no partner for {one.name} among {other.name} and what is like it")


def _first(wirings: Wirings, colours: Colours) -> list[Call]:
    """The first call of each program that the other one has no partner for."""
    return [
        next(call for call, colour in zip(wiring.calls, own, strict=True) if colour in extra)
        for wiring, own, extra in zip(wirings, colours, surplus(colours), strict=True)
    ]


def _last(wirings: Wirings, colours: Colours) -> list[Call]:
    """The last call of each program that the other one has no partner for."""
    return [
        next(wiring.calls[k] for k in reversed(range(len(own))) if own[k] in extra)
        for wiring, own, extra in zip(wirings, colours, surplus(colours), strict=True)
    ]


def shared(name: str, places: Sequence[str]) -> Problem:
    """A tensor of the one that is two in the other."""
    return Problem(f"{name} is one tensor, and stands for {' and '.join(places)}.")


def _of_colour(wiring: Wiring, colours: Sequence[int], colour: int) -> list[Call]:
    return [call for call, each in zip(wiring.calls, colours, strict=True) if each == colour]


def _names(calls: Sequence[Call]) -> str:
    names = [call.name for call in calls[:SHOWN]]
    more = [f"... {calls[-1].name}"] if len(calls) > SHOWN else []
    return f"{len(calls)}: {', '.join(names + more)}" if calls else "none"


def _read(wiring: Wiring, call: Call) -> str:
    names = ["the input" if n == INPUT else wiring.calls[n].name for n in call.reads]
    return _list(names)


def _readers(wiring: Wiring, call: Call) -> str:
    number = wiring.calls.index(call)
    names = [other.name for other in wiring.calls if number in other.reads]
    return _list(names + ["the output"] * (number in wiring.last))


def _list(names: Sequence[str]) -> str:
    return ", ".join([*names[:SHOWN], *(["..."] if len(names) > SHOWN else [])]) or "nothing"
