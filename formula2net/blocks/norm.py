"""Normalisations by name, for every number of axes of resolution."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import gcd
from typing import Final

from torch import nn

from formula2net.blocks.choice import choose

NormLike = str | Callable[[int], nn.Module] | None

BATCH_NORMS: Final[Mapping[int, type[nn.Module]]] = {
    0: nn.BatchNorm1d,
    1: nn.BatchNorm1d,
    2: nn.BatchNorm2d,
    3: nn.BatchNorm3d,
}
CHANNELS_PER_GROUP: Final = 16


def batch_norm(width: int, dims: int) -> nn.Module:
    """Over batch and positions, for each channel (Ioffe & Szegedy, 2015)."""
    return BATCH_NORMS[dims](width)


def plain_batch_norm(width: int, dims: int) -> nn.Module:
    """Over batch and positions, for each channel, without weights."""
    return BATCH_NORMS[dims](width, affine=False)


def group_norm(width: int, dims: int) -> nn.Module:
    """Over positions and groups of at least 16 channels (Wu & He, 2018), or of all if fewer.

    A fixed number of groups would leave one channel a group in narrow nets, and a group of one
    feature without resolution normalises to 0.
    """
    return nn.GroupNorm(gcd(width, max(1, width // CHANNELS_PER_GROUP)), width)


def layer_norm(width: int, dims: int) -> nn.Module:
    """Over positions and channels of a sample (Ba et al., 2016), scaled by channel."""
    return nn.GroupNorm(1, width)


NORMS: Final[Mapping[str, Callable[[int, int], nn.Module]]] = {
    "batch": batch_norm,
    "batch_plain": plain_batch_norm,
    "group": group_norm,
    "layer": layer_norm,
}


def make_norm(norm: NormLike, width: int, dims: int) -> nn.Module | None:
    """Module of a normalisation.

    Args:
        norm: A name of `NORMS`, a callable from the width to a module, or None for no norm.
        width: Channels, the second axis of its input.
        dims: Axes of resolution, 0 to 3.

    Raises:
        BlockError: If the name is unknown.
    """
    if norm is None:
        return None
    return norm(width) if callable(norm) else choose("norm", norm, NORMS)(width, dims)
