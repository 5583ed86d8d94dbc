"""Small stand-ins for the modules of a network: its wiring without its size.

Widths are divided by what they have in common, and resolution is left out: values are (N, C).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from math import gcd
from typing import Any

import torch
from torch import Tensor, nn
from torch.fx import Graph, GraphModule

from formula2net.blocks import make_function
from formula2net.errors import BlockError, Problem
from formula2net.ir.ops import Activation, Apply, Norm, Transition, Value
from formula2net.ir.program import source_of
from formula2net.language.backbone import Shape
from formula2net.lower.interpreter import interpret
from formula2net.lower.names import HEAD, STEM
from formula2net.lower.network import Network
from formula2net.passes.shapes import infer_shapes

NARROWEST = 2  # channels; with one, blocks would commute


@dataclass(frozen=True)
class StandIn:
    """The code of a network over small random modules in float64.

    Attributes:
        net: the network.
        parts: small modules and scalars, by name.
        module: its code over them, from X_0 to X_L.
        widths: of every value.
        x: a random X_0.
    """

    net: Network
    parts: Mapping[str, Any]
    module: GraphModule
    widths: Sequence[int]
    x: Tensor

    @classmethod
    def of(cls, net: Network, nonlinear: bool, samples: int, seed: int) -> StandIn:
        """Stand-ins for the modules of a network.

        Args:
            net: the network.
            nonlinear: whether a tanh follows the matrix of each block. Activations and gates are
                always what they are.
            samples: in X_0.
            seed: of all random numbers.

        Raises:
            BlockError: the code calls modules that the program does not have.
        """
        widths = small_widths(infer_shapes(net.program, net.backbone))
        random = torch.Generator().manual_seed(seed)
        root: dict[str, nn.Module | nn.Parameter] = {STEM: nn.Identity(), HEAD: nn.Identity()}
        for value in sorted(net.program.live):
            match net.program.ops[value]:
                case Apply(block=name, arg=arg) if name not in root:
                    matrix = _matrix(widths[arg], widths[value], net.backbone.depth, random)
                    root[name] = nn.Sequential(matrix, nn.Tanh()) if nonlinear else matrix
                case Transition(name=name, arg=arg) if name not in root:
                    root[name] = _matrix(widths[arg], widths[value], 1, random)
                case Norm(name=name) if name not in root:
                    root[name] = _Scale(widths[value], random)
                case Activation(name=name) if name not in root:
                    root[name] = make_function(name)
        for name, scalar in net.scalars.items():
            root[name] = nn.Parameter(scalar.detach().double().cpu())
        x = _random(samples, widths[source_of(net.program)], random=random)
        return cls(net, root, GraphModule(root, _known(net.graph, root)), widths, x)

    def scalars(self) -> dict[str, float]:
        """The values of the trainable scalars."""
        return {name: self.parts[name].item() for name in self.net.scalars}

    def values(self) -> dict[Value, Tensor]:
        """Every value of the program, by the interpreter."""
        with torch.no_grad():
            return interpret(self.net.program, self.parts, self.x, self.scalars())


def _known(graph: Graph, parts: Mapping[str, object]) -> Graph:
    """A copy of a graph, all of whose modules are known."""
    called = {str(node.target) for node in graph.nodes if node.op in ("call_module", "get_attr")}
    unknown = ", ".join(sorted(called - parts.keys()))
    if unknown:
        raise BlockError(Problem("The code calls what the program does not have.", got=unknown))
    return deepcopy(graph)


class _Scale(nn.Module):
    """A norm's stand-in: (N, C) to the same, each channel times a number, plus one."""

    def __init__(self, width: int, random: torch.Generator) -> None:
        super().__init__()
        self.weight = nn.Parameter(1 + _random(width, random=random) / 4)
        self.bias = nn.Parameter(_random(width, random=random) / 4)

    def forward(self, x: Tensor) -> Tensor:
        """Scaled and shifted."""
        return x * self.weight + self.bias


def small_widths(shapes: Sequence[Shape]) -> list[int]:
    """A width for every value, in the ratios of the real ones."""
    common = gcd(*(shape.width for shape in shapes))
    widths = [shape.width // common for shape in shapes]
    narrowest = min((width for width in widths if width), default=1)
    return [width * -(-NARROWEST // narrowest) for width in widths]


def _matrix(inputs: int, outputs: int, depth: int, random: torch.Generator) -> nn.Linear:
    """A random affine map; small in deep networks, so that values stay in range."""
    linear = nn.Linear(inputs, outputs, dtype=torch.float64)
    with torch.no_grad():
        linear.weight.copy_(_random(outputs, inputs, random=random) / (inputs * depth) ** 0.5)
        linear.bias.copy_(_random(outputs, random=random) / depth**0.5)
    return linear


def _random(*shape: int, random: torch.Generator) -> Tensor:
    return torch.randn(*shape, dtype=torch.float64, generator=random)
