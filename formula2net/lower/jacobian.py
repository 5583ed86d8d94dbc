"""The Jacobian dX_L/dX_0 of a network, by autograd and as the sum over its paths.

With matrices for blocks every letter of the exact view is a matrix: a block's weight, an
activation's derivative, a gate's other factors on a diagonal. The path polynomial, evaluated on
these matrices, is the Jacobian; it is summed over the reduced program, one matrix an atom.
"""

from __future__ import annotations

from fractions import Fraction
from math import prod

import torch
from torch import Tensor
from torch.autograd.functional import jacobian

from formula2net.ir.elements import Element, Form
from formula2net.ir.forms import is_atom
from formula2net.ir.generic import with_values
from formula2net.ir.ops import (
    Activation,
    Apply,
    Hadamard,
    Input,
    Transition,
    Value,
)
from formula2net.ir.reduce import Reducer
from formula2net.ir.residues import random_value
from formula2net.lower.places import FIRST, slot_places
from formula2net.lower.standins import StandIn


def relative_error(found: Tensor, wanted: Tensor, scale: float = 0.0) -> float:
    """The largest difference, in units of the largest entry, or of `scale` if that is larger."""
    scale = max(scale, wanted.abs().max().item())
    return (found - wanted).abs().max().item() / (scale or 1.0)


def jacobian_error(standin: StandIn) -> float:
    """How far autograd and the path sum are apart.

    The unit is the largest entry of any atom's matrix: paths may cancel in the output.
    """
    paths = PathSum(standin)
    wanted = paths.run()
    return relative_error(autograd_jacobian(standin), wanted, paths.largest())


def autograd_jacobian(standin: StandIn) -> Tensor:
    """dX_L/dX_0 of the first sample, by autograd through the network's code."""
    x = standin.x[:1]
    full: Tensor = jacobian(standin.module, x)
    return full[0, :, 0, :]


class PathSum:
    """The same as the sum over all paths of the exact view.

    There is one matrix d(atom)/dX_0 for each atom that the output depends on, front to back.
    """

    def __init__(self, standin: StandIn) -> None:
        self.standin = standin
        self.program = standin.net.program
        self.scalars = standin.scalars()
        self.values = standin.values()
        self.places = slot_places(self.program, standin.widths)
        self.matrices: dict[Value, Tensor] = {}

    def run(self) -> Tensor:
        """The matrix of the output."""
        # A scalar that only dead values read has no parameter; any value will do at which no
        # coefficient is 0.
        numbers = with_values(
            self.program, lambda name: Fraction(self.scalars.get(name, random_value(name)))
        )
        ops, live = numbers.ops, self.program.live
        reads = {read for v in live if is_atom(ops[v], "exact") for read in ops[v].operands}
        reducer = Reducer(ops, "exact", keep=frozenset(reads | {self.program.output}))
        for value, _ in enumerate(reducer.steps()):
            if value in live and is_atom(ops[value], "exact"):
                arguments = [self._form(reducer.kept[v], v) for v in ops[value].operands]
                self.matrices[value] = self._atom(value, arguments)
        return self._form(reducer.kept[self.program.output], self.program.output)

    def largest(self) -> float:
        """The largest entry of any atom's matrix."""
        return max(m.abs().max().item() for m in self.matrices.values() if m.numel())

    def _atom(self, value: Value, arguments: list[Tensor]) -> Tensor:
        """The letter times the matrix of its argument; for a gate, one such product a port."""
        match self.program.ops[value]:
            case Input():
                return torch.eye(self.standin.widths[value], dtype=torch.float64)
            case Apply(block=name) | Transition(name=name):
                return self._weight(name) @ arguments[0]
            case Activation(name=name, arg=arg):
                return self._slope(name, arg) @ arguments[0]
            case Hadamard(args):
                ports = enumerate(arguments)
                products = [self._others(args, k)[:, None] * matrix for k, matrix in ports]
                return torch.stack(products).sum(0)
        return self._zero(self.standin.widths[value])  # of the constant

    def _weight(self, name: str) -> Tensor:
        weight: Tensor = self.standin.parts[name].weight
        return weight.detach()

    def _slope(self, name: str, arg: Value) -> Tensor:
        """The Jacobian of an activation or norm at its argument, for a whole map as well.

        One sample does not see the others, so a copy of the argument for each row gives all rows.
        """
        x = self.values[arg][:1]
        copies = x.repeat(x.shape[1], 1).requires_grad_()
        rows = torch.eye(x.shape[1], dtype=torch.float64)
        slope: Tensor = torch.autograd.grad(self.standin.parts[name](copies), copies, rows)[0]
        return slope

    def _others(self, args: tuple[Value, ...], port: int) -> Tensor:
        """The product of a gate's other factors."""
        factors = [self.values[v] for k, v in enumerate(args) if k != port]
        like = self.values[max(args, key=lambda v: self.standin.widths[v])]
        return (torch.ones_like(like) * prod(factors))[0]

    def _form(self, form: Form, value: Value) -> Tensor:
        """The matrix of a linear form, each element placed in its slot."""
        total = self._zero(self.standin.widths[value])
        for element, weight in form.items():
            rows = self._cut(element)
            start = self.places[value][element[2][:2] or FIRST]
            total[start : start + len(rows)] += float(weight) * rows
        return total

    def _cut(self, element: Element) -> Tensor:
        """The rows of an atom that are left after its splits."""
        rows = self.matrices[element[0]]
        for part, parts in element[1]:
            rows = rows.chunk(parts)[part - 1]
        return rows

    def _zero(self, width: int) -> Tensor:
        return torch.zeros(width, self.standin.x.shape[1], dtype=torch.float64)
