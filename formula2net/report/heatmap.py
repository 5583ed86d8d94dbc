"""How strongly blocks that read a concatenation weigh each of its sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn

from formula2net.blocks.init import WEIGHTED
from formula2net.errors import BlockError, Formula2NetError, FormulaError, Problem
from formula2net.ir.ops import Apply, Value
from formula2net.lower.network import Network
from formula2net.passes.shapes import infer_shapes
from formula2net.report.sources import Source, SourceNames, sources_of

SCALES: Final = ("row", "all", "none")


@dataclass(frozen=True)
class Heatmap:
    """The weights of sources in the blocks that read them.

    Attributes:
        matrix: (consumers, sources), float64: the mean absolute weight, scaled; NaN where a block
            does not read a source.
        consumers: Names of the rows: applications of blocks, in order.
        sources: Names of the columns, in the order in which they are made.
    """

    matrix: Tensor
    consumers: tuple[str, ...]
    sources: tuple[str, ...]


def weight_heatmap(net: Network, prefix: str | None = None, scale: str = "row") -> Heatmap:
    """The mean absolute weight of each source in each block that reads a concatenation.

    As in Figure 5 of Sequentially Aggregated Convolutional Networks (Huang et al., 2018) and of
    Densely Connected Convolutional Networks (Huang et al., 2017). What a block reads is told by
    the program; the weights are those of the first convolution or linear layer of its module. A
    source is what one block, one sum or the input hands on; a norm or an activation between it and
    its reader is looked through.

    Args:
        net: The network.
        prefix: Of the names of the blocks, up to an index or a dot: "S2.G_1" for S2.G_1_1, ...;
            all blocks unless given.
        scale: "row" divides by the largest weight of each block, "all" by the largest of all
            blocks; "none" leaves the weights as they are. The papers do not say which is theirs.

    Raises:
        FormulaError: If no such block reads a concatenation.
        BlockError: If the first layer of a block does not read the block's channels.
        Formula2NetError: If the scale is unknown.
    """
    if scale not in SCALES:
        what = f"There is no scale {scale!r}."
        raise Formula2NetError(Problem(what, expected=", ".join(SCALES)))
    widths = [shape.width for shape in infer_shapes(net.program, net.backbone)]
    sources = sources_of(net.program, widths)
    rows = {
        net.program.letters[value]: _row(net, op, sources[op.arg])
        for value, op in _consumers(net, sources, prefix)
    }
    columns = sorted({source for row in rows.values() for source in row})
    matrix = torch.tensor(
        [[row.get(source, torch.nan) for source in columns] for row in rows.values()],
        dtype=torch.float64,
    )
    names = map(SourceNames(net.program, widths), columns)
    return Heatmap(_scaled(matrix, scale), tuple(rows), tuple(names))


def _consumers(
    net: Network, sources: Sequence[Sequence[Source]], prefix: str | None
) -> list[tuple[Value, Apply]]:
    """The applications of operators that read several sources, if their block's name begins so.

    Raises:
        FormulaError: If there is none; lists the operators that do.
    """
    live = [(v, op) for v, op in net.program.applications() if v in net.program.live]
    several = dict.fromkeys(op.operator for _, op in live if len(sources[op.arg]) > 1)
    found = [
        (value, op)
        for value, op in live
        if op.operator in several and (prefix is None or _begins(op.block, prefix))
    ]
    if not found:
        whose = "" if prefix is None else f" whose name begins with {prefix}"
        known = ", ".join(several)
        raise FormulaError(Problem(f"No block{whose} reads a concatenation.", expected=known))
    return found


def _begins(name: str, prefix: str) -> bool:
    """Whether a name begins so and does not go on with the same word or number."""
    return name == prefix or name.startswith((f"{prefix}_", f"{prefix}."))


def _row(net: Network, op: Apply, sources: Sequence[Source]) -> dict[Source, float]:
    """The mean absolute weight of each source; one that is read twice has the mean of both."""
    weights = _by_channel(net.get_submodule(op.block), op.block, sum(s.width for s in sources))
    found: dict[Source, list[Tensor]] = {}
    for source, part in zip(sources, weights.split([s.width for s in sources]), strict=True):
        found.setdefault(source, []).append(part)
    return {source: torch.cat(parts).mean().item() for source, parts in found.items()}


def _by_channel(module: nn.Module, name: str, width: int) -> Tensor:
    """The mean absolute weight of each channel that a block's first layer reads.

    Raises:
        BlockError: If it has no layer, or that reads other channels.
    """
    layer = next((part for part in module.modules() if isinstance(part, WEIGHTED)), None)
    if layer is None:
        raise BlockError(Problem(f"The block {name} has no convolution and no linear layer."))
    weight, groups = layer.weight.detach().double().abs(), getattr(layer, "groups", 1)
    outputs, inputs = weight.shape[:2]
    if inputs * groups != width:
        what = f"The first layer of {name} does not read the block's channels."
        raise BlockError(Problem(what, got=f"{inputs * groups}", expected=f"{width}"))
    return weight.reshape(groups, outputs // groups, inputs, -1).mean((1, 3)).flatten()


def _scaled(matrix: Tensor, scale: str) -> Tensor:
    """Rows, or all, over their largest; what is 0 throughout stays 0."""
    if scale == "none":
        return matrix
    known = matrix.nan_to_num(0.0)
    largest = known.amax(1, keepdim=True) if scale == "row" else known.amax()
    return matrix / torch.where(largest > 0, largest, torch.ones_like(largest))
