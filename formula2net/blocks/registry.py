"""Blocks by name, and how whatever a user gives for a block becomes one.

A block is a callable `(in_width, out_width, *, stride, ref) -> nn.Module`. Its module maps
(N, in_width, R...) to (N, out_width, ceil(R / stride)...); without axes of resolution the stride
is 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from inspect import signature
from typing import Final, Protocol

from torch import nn

from formula2net.blocks.choice import choose
from formula2net.blocks.options import Options
from formula2net.blocks.probe import try_on_zeros
from formula2net.blocks.ref import BlockRef
from formula2net.errors import BlockError, Problem

RESOLUTION: Final = 8
BATCH: Final = 2


class Block(Protocol):
    """Makes the module of one block of a formula."""

    def __call__(self, in_width: int, out_width: int, *, stride: int, ref: BlockRef) -> nn.Module:
        """Module from `in_width` to `out_width` channels at 1/`stride` of the resolution."""


BLOCKS: Final[dict[str, Block]] = {}


def register_block(name: str, block: Block) -> None:
    """Give a block a name, under which `compile(..., block=name)` finds it.

    Raises:
        BlockError: If the name is taken, or the block is not a callable that makes modules.
    """
    if name in BLOCKS:
        raise BlockError(Problem(f"There is a block {name!r} already.", got=repr(BLOCKS[name])))
    BLOCKS[name] = _as_block(block)


def resolve_block(block: str | Block, dims: int) -> Block:
    """What makes the blocks of a network.

    Args:
        block: A name of `BLOCKS`, a configured block such as `Basic(norm="group")`, or any
            callable with the signature of `Block`; what that makes is checked.
        dims: Axes of resolution of the backbone.

    Raises:
        BlockError: If the name is unknown, the block does not fit the axes, or it is not a
            callable that makes modules.
    """
    found: object = choose("block", block, BLOCKS) if isinstance(block, str) else block
    if isinstance(found, type) and issubclass(found, Options):
        found = found()
    if isinstance(found, Options):
        return _as_block(found.with_dims(dims))
    return CheckedBlock(_as_block(found), dims)


def options_of(block: Block, dims: int) -> Options:
    """Options for stem and transitions: those of the block if it has any, else the usual ones."""
    if not isinstance(block, Options):
        return Options(dims=dims)
    options = block.with_dims(dims)
    return Options(
        norm=options.norm,
        activation=options.activation,
        weight_init=options.weight_init,
        bias=options.bias,
        dims=options.dims,
    )


@dataclass(frozen=True, slots=True)
class CheckedBlock:
    """A user's block, each of whose modules is tried once.

    Attributes:
        block: The user's callable.
        dims: Axes of resolution of the backbone.
    """

    block: Block
    dims: int

    def __call__(self, in_width: int, out_width: int, *, stride: int, ref: BlockRef) -> nn.Module:
        """What the user's block makes.

        Raises:
            BlockError: If that is no module, or one that gives another shape.
        """
        module: object = self.block(in_width, out_width, stride=stride, ref=ref)
        if not isinstance(module, nn.Module):
            what = f"The block of {ref.name} did not make a module."
            raise BlockError(Problem(what, got=repr(module), expected="a torch.nn.Module"))
        check_block(module, in_width, out_width, stride, self.dims, name=ref.name)
        return module


def check_block(
    module: nn.Module, in_width: int, out_width: int, stride: int, dims: int, name: str = "block"
) -> None:
    """Try a block's module on a small input of zeros, in evaluation mode.

    Raises:
        BlockError: If it fails, overwrites its input (which other terms of the formula read), or
            its output has not the shape of its step.
    """
    given = (BATCH, in_width, *[RESOLUTION * stride] * dims)
    wanted = (BATCH, out_width, *[RESOLUTION] * dims)
    try:
        trial = try_on_zeros(module, given)
    except Exception as error:  # whatever a user's module raises, the user wants to know which
        what = f"The module of {name} fails on an input of shape {given}."
        raise BlockError(Problem(what, got=f"{type(error).__name__}: {error}")) from error
    if trial.shape != wanted:
        what = f"The module of {name} does not give the shape of its step for input {given}."
        raise BlockError(Problem(what, got=f"output {trial.shape}", expected=f"{wanted}"))
    if trial.overwrites:
        what = f"The module of {name} overwrites its input, which other terms read."
        raise BlockError(Problem(what, try_="inplace=False in its first layer"))


def _as_block(block: object) -> Block:
    """The same, if it can be called to make modules."""
    if isinstance(block, nn.Module):
        what = f"A block makes a module for every step; {type(block).__name__} is a module itself."
        raise BlockError(Problem(what, try_="def block(in_width, out_width, *, stride, ref): ..."))
    if not callable(block):
        what = f"{block!r} is not a block."
        raise BlockError(Problem(what, expected="a name, or a callable that makes modules"))
    _check_signature(block)
    return block


def _check_signature(block: Callable[..., object]) -> None:
    """Refuses what cannot be called as a block is, such as a class of layers."""
    try:
        found = signature(block)
    except ValueError:  # some callables of C say nothing of themselves
        return
    try:
        found.bind(1, 1, stride=1, ref=None)
    except TypeError as error:
        what = f"{getattr(block, '__name__', block)!r} is not called as a block: {error}."
        hint = "def block(in_width, out_width, *, stride, ref): ..."
        raise BlockError(Problem(what, try_=hint)) from None
