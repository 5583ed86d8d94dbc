"""Torch modules of a network: blocks by name, stem, head, transitions; parameters and MACs."""

from formula2net.blocks.activation import ACTIVATIONS, make_activation
from formula2net.blocks.conv import Basic, Bottleneck, Plain, PreAct
from formula2net.blocks.head import make_head
from formula2net.blocks.linear import Linear
from formula2net.blocks.macs import count_macs, count_parameters
from formula2net.blocks.options import Options
from formula2net.blocks.registry import (
    BLOCKS,
    Block,
    BlockRef,
    CheckedBlock,
    check_block,
    options_of,
    register_block,
    resolve_block,
)
from formula2net.blocks.stem import make_stem
from formula2net.blocks.transition import make_transition

__all__ = [
    "ACTIVATIONS",
    "BLOCKS",
    "Basic",
    "Block",
    "BlockRef",
    "Bottleneck",
    "CheckedBlock",
    "Linear",
    "Options",
    "Plain",
    "PreAct",
    "check_block",
    "count_macs",
    "count_parameters",
    "make_activation",
    "make_head",
    "make_stem",
    "make_transition",
    "options_of",
    "register_block",
    "resolve_block",
]

register_block("plain", Plain())
register_block("basic", Basic())
register_block("bottleneck", Bottleneck())
register_block("preact", PreAct())
register_block("linear", Linear())
