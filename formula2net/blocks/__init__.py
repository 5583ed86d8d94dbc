"""Torch modules of a network: blocks by name, stem, head, transitions; parameters and MACs."""

from formula2net.blocks.activation import (
    ACTIVATIONS,
    FUNCTIONS,
    make_activation,
    make_function,
)
from formula2net.blocks.by_operator import Blocks, as_block, norm_block_of
from formula2net.blocks.conv import Basic, Bottleneck, Plain
from formula2net.blocks.head import make_head
from formula2net.blocks.linear import Linear
from formula2net.blocks.macs import count_macs, count_parameters
from formula2net.blocks.options import Options
from formula2net.blocks.parts import Gate, Narrow, NormAct, Pool
from formula2net.blocks.preact import Compress, DenseLayer, PreAct, PreActBottleneck
from formula2net.blocks.ref import BlockRef
from formula2net.blocks.registry import (
    BLOCKS,
    Block,
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
    "FUNCTIONS",
    "Basic",
    "Block",
    "BlockRef",
    "Blocks",
    "Bottleneck",
    "CheckedBlock",
    "Compress",
    "DenseLayer",
    "Gate",
    "Linear",
    "Narrow",
    "NormAct",
    "Options",
    "Plain",
    "Pool",
    "PreAct",
    "PreActBottleneck",
    "as_block",
    "check_block",
    "count_macs",
    "count_parameters",
    "make_activation",
    "make_function",
    "make_head",
    "make_stem",
    "make_transition",
    "norm_block_of",
    "options_of",
    "register_block",
    "resolve_block",
]

register_block("plain", Plain())
register_block("basic", Basic())
register_block("bottleneck", Bottleneck())
register_block("preact", PreAct())
register_block("preact_bottleneck", PreActBottleneck())
register_block("dense_layer", DenseLayer())
register_block("compress", Compress())
register_block("narrow", Narrow())
register_block("gate", Gate())
register_block("linear", Linear())
