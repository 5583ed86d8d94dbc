"""Blocks that differ from operator to operator of a formula."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from torch import nn

from formula2net.blocks.options import Options
from formula2net.blocks.parts import NormAct
from formula2net.blocks.ref import BlockRef
from formula2net.blocks.registry import Block, resolve_block
from formula2net.errors import BlockError, Problem

REST = "*"


@dataclass(frozen=True, kw_only=True)
class Blocks(Options):
    """A block for each operator; the options are those of stem, transitions, head and norms.

    The blocks have options of their own.

    Attributes:
        blocks: By operator: "T"; in a formula used as a block "S.F", or the end of such a path,
            "F", wherever it stands; "*" for all others. The longest one counts. A `Norm` of the
            formula is found likewise, and is `NormAct` of these options unless it is given.

    Raises:
        BlockError: If `drop_path` is given, which is for the blocks.
    """

    droppable = False
    blocks: Mapping[str, str | Block] = field(default_factory=dict, hash=False)

    def with_dims(self, dims: int) -> Blocks:
        """The same blocks for a backbone of so many axes.

        Raises:
            BlockError: If one of them asks for others, or is no block.
        """
        own = super().with_dims(dims)
        return replace(own, blocks={k: resolve_block(b, dims) for k, b in self.blocks.items()})

    def __call__(self, in_width: int, out_width: int, *, stride: int, ref: BlockRef) -> nn.Module:
        """What the block of the operator makes.

        Raises:
            BlockError: If no block is given for it.
        """
        key = self._key(ref.operator)
        if key is None:
            what = f"No block is given for the operator {ref.operator} ({ref.name})."
            got = ", ".join(self.blocks) or "none"
            raise BlockError(Problem(what, got=got, try_=f"{{{ref.operator!r}: 'basic', ...}}"))
        block: Any = self.blocks[key]
        made: nn.Module = block(in_width, out_width, stride=stride, ref=ref)
        return made

    def norm_block(self, operator: str) -> Block:
        """What makes the norms of a formula."""
        key = self._key(operator)
        given: Any = self.blocks[key] if key not in (None, REST) else _norm_act(self)
        return given  # type: ignore[no-any-return]

    def check_operators(self, operators: Iterable[str]) -> None:
        """Refuses blocks for operators that the formula does not have.

        Raises:
            BlockError: Names them, and those there are.
        """
        operators = list(operators)
        used = {self._key(operator) for operator in operators}
        unused = [key for key in self.blocks if key not in used and key != REST]
        if unused:
            raise BlockError(*(_unknown(key, operators) for key in unused))

    def _key(self, operator: str) -> str | None:
        path = operator.split(".")
        ends = (".".join(path[start:]) for start in range(len(path)))
        return next((name for name in (*ends, REST) if name in self.blocks), None)


def as_block(block: str | Block | Mapping[str, str | Block]) -> str | Block:
    """A mapping from operators to blocks as a block; anything else as it is."""
    return Blocks(blocks=dict(block)) if isinstance(block, Mapping) else block


def norm_block_of(block: Block, options: Options, operator: str) -> Block:
    """What makes the norms of a formula whose blocks are made by `block`."""
    return block.norm_block(operator) if isinstance(block, Blocks) else _norm_act(options)


def _norm_act(options: Options) -> NormAct:
    return NormAct(norm=options.norm, activation=options.activation, dims=options.dims)


def _unknown(key: str, operators: list[str]) -> Problem:
    near = get_close_matches(key, operators, n=1)
    expected = ", ".join(dict.fromkeys(operators)) or "none"
    return Problem(f"The formula has no operator {key}.", expected=expected, try_="".join(near))
