"""Calls that wiring alone does not tell apart.

The two branches of a gate read the same value and are read by the same block; so are the parts of
a concatenation; trained numbers are wired to nothing. What they do to the output differs. All calls
of one colour are given equal random weights: those in one place then have equal values and equal
gradients in both programs, and those in different places do not. What is left are places that can
be exchanged, and any choice is right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final
from zlib import crc32

import torch
from torch import Tensor

from formula2net.models.weights.refine import Colours, Numbers
from formula2net.models.weights.trace import Trace
from formula2net.models.weights.wiring import Call

TOLERANCE: Final = 1e-9  # relative, in float64


def split(traces: Sequence[Trace], colours: Colours, x: Tensor) -> Colours:
    """Finer colours: of calls that have one colour, those that differ in value or gradient."""
    tied = {colour for colour, number in Counter(colours[0]).items() if number > 1}
    numbers, found = Numbers(), []
    known: dict[int, list[Tensor]] = {}
    for trace, each in zip(traces, colours, strict=True):
        calls = [c for c, colour in zip(trace.wiring.calls, each, strict=True) if colour in tied]
        prints = _fingerprints(trace, each, x, calls)
        new = []
        for call, colour in zip(trace.wiring.calls, each, strict=True):
            like = _index(known.setdefault(colour, []), prints[call]) if colour in tied else 0
            new.append(numbers[colour, like])
        found.append(new)
    return found


def choose(colours: Colours) -> Colours:
    """One tied call of each program gets a colour of its own."""
    counts = Counter(colours[0])
    tied = next(colour for colour in colours[0] if counts[colour] > 1)
    fresh = max(map(max, colours)) + 1
    found = [list(each) for each in colours]
    for each in found:
        each[each.index(tied)] = fresh
    return found


def random_tensors(
    tensors: Mapping[str, Tensor], places: Mapping[str, object]
) -> dict[str, Tensor]:
    """Random values for tensors: equal ones for equal places. Integers keep theirs.

    Matrices are of a size that keeps that of features; vectors are positive, since some of them
    are variances.
    """
    found = dict(tensors)
    for name, place in places.items():
        like = tensors[name]
        if like.is_floating_point():
            generator = torch.Generator().manual_seed(crc32(repr(place).encode()))
            draw = torch.randn if like.dim() > 1 else torch.rand
            values = draw(like.numel(), generator=generator, dtype=like.dtype).reshape(like.shape)
            found[name] = values / like[0].numel() ** 0.5 if like.dim() > 1 else values + 0.5
    return found


def _fingerprints(
    trace: Trace, colours: Sequence[int], x: Tensor, calls: Sequence[Call]
) -> dict[Call, Tensor]:
    """A few numbers for each call: its value, and the gradient of the output, projected."""
    places: dict[str, list[tuple[int, int]]] = {}
    for call, colour in zip(trace.wiring.calls, colours, strict=True):
        for number, name in enumerate(call.tensors):
            places.setdefault(name, []).append((colour, number))
    same = {name: sorted(place) for name, place in places.items()}
    tensors = random_tensors(trace.tensors, same)
    for call in calls:
        if call.is_number:  # it is an end of the program, as the input is
            tensors[call.tensors[0]].requires_grad_()
    output, values = trace.run(x.clone().requires_grad_(), tensors, calls)
    loss = (output * _noise(output)).sum()
    return {
        call: torch.cat([_summary(value), _summary(gradient)])
        for (call, value), gradient in zip(
            values.items(), _gradients(loss, list(values.values())), strict=True
        )
    }


def _gradients(loss: Tensor, values: Sequence[Tensor]) -> list[Tensor]:
    """Gradients; 0 for what the loss does not depend on."""
    ends = [value for value in values if value.requires_grad and loss.requires_grad]
    found = torch.autograd.grad(loss, ends, materialize_grads=True) if ends else ()
    by_end = dict(zip(map(id, ends), found, strict=True))
    return [by_end.get(id(value), torch.zeros_like(value)) for value in values]


def _summary(value: Tensor) -> Tensor:
    """A size and a direction: two numbers that are equal for equal tensors only."""
    value = value.detach().flatten()
    size = value.norm()
    return torch.stack([size.log(), (value * _noise(value)).sum() / size]).nan_to_num()


def _noise(like: Tensor) -> Tensor:
    """Random numbers, the same for all tensors of a shape."""
    generator = torch.Generator().manual_seed(0)
    return torch.randn(like.shape, generator=generator, dtype=like.dtype)


def _index(known: list[Tensor], given: Tensor) -> int:
    """The place of a fingerprint among those known, to which it is added."""
    for number, each in enumerate(known):
        if torch.allclose(each, given, rtol=0, atol=TOLERANCE):
            return number
    known.append(given)
    return len(known) - 1
