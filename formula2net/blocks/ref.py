"""Where a block stands in its network."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BlockRef:
    """Where a block stands in its network.

    Attributes:
        name: Name of its module, such as "W_3".
        step: Step that first applies it, from 1.
        stage: Stage of that step, from 1.
        operator: Its operator in the formula, after those of the formulas around it: "W", "S.F".
        depth: Number of steps of the network.
    """

    name: str
    step: int
    stage: int
    operator: str = ""
    depth: int = 1
