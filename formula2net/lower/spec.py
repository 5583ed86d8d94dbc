"""What a network was compiled from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from formula2net.blocks import (
    BLOCKS,
    Block,
    Blocks,
    CheckedBlock,
    NormAct,
    Options,
    Pool,
    resolve_block,
)
from formula2net.errors import BlockError, Problem
from formula2net.ir.program import Program
from formula2net.language.backbone import Backbone

if TYPE_CHECKING:
    from formula2net.language.recursion import Recursion

PLAIN = (str, int, float, bool, type(None))
# No blocks by themselves: they keep the width, or are made of others.
UNREGISTERED = {"norm_act": NormAct(), "pool": Pool(), "blocks": Blocks()}


@dataclass(frozen=True)
class Spec:
    """What a network was compiled from; copies of the network share it.

    Attributes:
        formula: the formula, with exact numbers for the scalars that were bound.
        program: what was lowered.
        backbone: stem, stages, transitions, head.
        block: see `BlockSpec`.
        starts: trainable scalars, by the names of their parameters, and their start values.
    """

    formula: Recursion
    program: Program
    backbone: Backbone
    block: BlockSpec
    starts: Mapping[str, float] = field(default_factory=dict)

    def __deepcopy__(self, memo: dict[int, Any]) -> Spec:
        return self  # frozen, like everything it holds


@dataclass(frozen=True)
class BlockSpec:
    """A block as text, so that a network can be written down without pickling code.

    Attributes:
        name: of the registry, or "norm_act", or "blocks" where they differ by operator; None for a
            callable of the user's, which has no name.
        options: of a configured block, those that differ from the usual ones; for "blocks" also
            the blocks, as data.
        text: for people.
    """

    name: str | None
    options: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""

    @classmethod
    def of(cls, block: str | Block, dims: int) -> BlockSpec:
        """The spec of what a user gave for a block."""
        found = resolve_block(block, dims)
        name = block if isinstance(block, str) else _name_of(found)
        options = _options(found) if isinstance(found, Options) else {}
        if isinstance(found, Blocks) and options is not None:
            given = block if isinstance(block, Blocks) else found  # by name, where it has one
            inner = {key: cls.of(each, dims).to_dict() for key, each in given.blocks.items()}
            options = None if None in inner.values() else {**options, "blocks": inner}
        if options is None:
            return cls(None, {}, repr(block))
        return cls(name, options, name or repr(block))

    def to_dict(self) -> dict[str, Any] | None:
        """Plain data that JSON can hold; None where the block has no name."""
        return None if self.name is None else {"name": self.name, "options": dict(self.options)}

    @staticmethod
    def make(data: Mapping[str, Any] | None) -> Block:
        """The block that `to_dict` describes.

        Raises:
            BlockError: the block has no name, or the name or an option is unknown.
        """
        if data is None:
            what = "The blocks of this network are a callable of its author's, and have no name."
            raise BlockError(Problem(what, try_="load(directory, block=...)"))
        known = BLOCKS.get(data["name"], UNREGISTERED.get(data["name"]))
        if known is None:
            what = f"There is no block {data['name']!r}."
            raise BlockError(Problem(what, try_=f"register_block({data['name']!r}, ...) first"))
        if not isinstance(known, Options):
            return known
        options = dict(data["options"])
        if isinstance(known, Blocks):
            inner = options.get("blocks", {})
            options["blocks"] = {key: BlockSpec.make(each) for key, each in inner.items()}
        try:
            return type(known)(**options)
        except TypeError as error:
            what = f"The block {data['name']!r} does not take these options."
            raise BlockError(Problem(what, got=str(error))) from error


def _name_of(block: Block) -> str | None:
    """The registered name of a block of this make."""
    while isinstance(block, CheckedBlock):
        block = block.block
    for name, known in (*BLOCKS.items(), *UNREGISTERED.items()):
        if known == block or (isinstance(block, Options) and type(known) is type(block)):
            return name
    return None


def _options(block: Options) -> dict[str, Any] | None:
    """Options that differ from the usual ones; None where one of them has no spelling."""
    chosen = {
        option.name: getattr(block, option.name)
        for option in fields(block)
        if option.name not in ("dims", "blocks") and getattr(block, option.name) != option.default
    }
    return chosen if all(isinstance(value, PLAIN) for value in chosen.values()) else None
