"""The formulas of SeqConv networks once more, as a person would code them, with lists of groups."""

from __future__ import annotations

import numpy as np

from tests.formulas.arithmetic import WIDTH, Vector, block
from tests.formulas.by_hand import by_hand

GROUPS = 4

Groups = list[Vector]


def norm(name: str, x: Vector) -> Vector:
    return block(name, x, len(x))


def joined(groups: Groups) -> Vector:
    return np.concatenate(groups)


def residual_blocks(raw: Groups, depth: int, windowed: bool) -> Vector:
    """Two layers a block; the view is the layer's input, and what the layer has made since."""
    active = [norm(f"norm2_0_{j}", group) for j, group in enumerate(raw, 1)]
    for i in range(1, depth + 1):
        hidden: Groups = []
        view = list(active)
        for j in range(1, GROUPS + 1):
            hidden.append(norm(f"norm1_{i}_{j}", block(f"F_{i}_{j}", joined(view))))
            view = [*view[windowed:], hidden[-1]]
        sums, active, view = [], [], list(hidden)
        for j in range(1, GROUPS + 1):
            sums.append(block(f"G_{i}_{j}", joined(view)) + raw[j - 1])
            active.append(norm(f"norm2_{i}_{j}", sums[-1]))
            view = [*view[windowed:], active[-1]]
        raw = sums
    return joined(active)


@by_hand
def seqresnet_stage(x: Vector, depth: int) -> Vector:
    return residual_blocks(np.split(x, GROUPS), depth, windowed=True)


@by_hand
def seqresnet_stage_dense(x: Vector, depth: int) -> Vector:
    return residual_blocks(np.split(x, GROUPS), depth, windowed=False)


@by_hand
def seqresnet_first_stage(x: Vector, depth: int) -> Vector:
    raw: Groups = []
    seen = x
    for j in range(1, GROUPS + 1):
        raw.append(block(f"E_{j}", seen))
        seen = joined([seen, norm(f"norm2_0_{j}", raw[-1])])
    return residual_blocks(raw, depth, windowed=True)


def extension(view: Groups, width: int) -> Groups:
    """The layer; the list that it is given moves on, as in the published code."""
    made: Groups = []
    for j in range(1, GROUPS + 1):
        made.append(norm(f"norm_{j}", block(f"E_{j}", joined(view), width)))
        view.pop(0)
        view.append(made[-1])
    return made


@by_hand
def seqconv_downsampling(x: Vector, depth: int) -> Vector:
    assert depth == GROUPS
    made = extension(np.split(x, GROUPS), WIDTH // (2 * GROUPS))
    return block("D", joined([x, *made]))


@by_hand
def seqconv_downsampling_released(x: Vector, depth: int) -> Vector:
    assert depth == GROUPS
    groups = np.split(x, GROUPS)  # one list for both
    made = extension(groups, WIDTH // (2 * GROUPS))
    return block("D", joined([*groups, *made]))


@by_hand
def seqconv_first_downsampling(x: Vector, depth: int) -> Vector:
    made: Groups = []
    for j in range(1, depth + 1):
        seen = joined([x, *made])
        made.append(norm(f"norm_{j}", block(f"E_{j}", seen, WIDTH // depth)))
    return block("D", joined(made))


@by_hand
def seqconv_bottleneck(x: Vector, depth: int) -> Vector:
    for i in range(1, depth + 1):
        halves = np.split(norm(f"norm_{i}", block(f"A_{i}", x)), 2)
        x = joined([block(f"B_{i}_{s}", half, WIDTH // 2) for s, half in enumerate(halves, 1)])
    return x
