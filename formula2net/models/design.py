"""What a named network is compiled from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from formula2net.blocks import Block, Blocks, Options
from formula2net.errors import BlockError, Problem
from formula2net.language.backbone import Backbone
from formula2net.language.recursion import Recursion


@dataclass(frozen=True)
class Design:
    """A formula, what it is laid over, and what its blocks are.

    Attributes:
        formula: The formula; formulas that are its blocks are in it.
        backbone: Stem, stages, transitions, head.
        block: As of `compile`: one for all operators, or `Blocks`.
        branches: Operators whose blocks may be left out of a training sample (stochastic depth);
            "*" for a block that is one for all. None where nothing goes around the blocks.
        trainable: Start values of scalars.
        notes: What is special about it, one sentence each.
    """

    formula: Recursion
    backbone: Backbone
    block: Block
    branches: tuple[str, ...] = ()
    trainable: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def with_drop_rate(self, rate: float) -> Design:
        """The same with a dropout before the classifier.

        Raises:
            ShapeError: If the rate is no probability below 1.
        """
        head = replace(self.backbone.head, drop_rate=rate)
        return replace(self, backbone=replace(self.backbone, head=head))

    def with_drop_path(self, rate: float) -> Design:
        """The same with stochastic depth: the rate grows from 0 to this with the step.

        Raises:
            BlockError: If no blocks of it can be left out, or the rate is no probability below 1.
        """
        if not self.branches:
            what = "This network has no blocks that a shortcut goes around: none can be dropped."
            raise BlockError(Problem(what, got=f"drop_path_rate={rate}", expected="0"))
        block = self.block
        if isinstance(block, Blocks):
            dropped = {key: _dropped(block.blocks[key], rate) for key in self.branches}
            return replace(self, block=replace(block, blocks={**block.blocks, **dropped}))
        return replace(self, block=_dropped(block, rate))


def _dropped(block: Any, rate: float) -> Block:
    if not isinstance(block, Options):
        what = f"drop_path_rate={rate} needs blocks with options, as Basic(); got {block!r}."
        raise BlockError(Problem(what))
    return replace(block, drop_path=rate)
