"""One forward pass over a program, of which each letter keeps a graph of its own.

Sums, splits, concatenations and gates are linear in what they read, or nearly; what a module does
only autograd knows. Each call of a module is recorded by itself, from its actual input to its
output, so that its vector-Jacobian product can be taken as often as there are lengths. A module is
called once: masks of dropout and the statistics of a batch are those of this one pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import torch
from torch import Tensor, nn

from formula2net.ir.ops import Activation, Apply, Transition, Value
from formula2net.ir.program import Program
from formula2net.lower.interpreter import interpret
from formula2net.lower.network import Network


class Tape:
    """The values of a network's program on one batch, and what its letters did to them.

    Args:
        net: The network; its modules run in the mode that they are in.
        x: X_0, (N, C, R...).
        chunk: How many vector-Jacobian products of a letter are taken at once.

    Attributes:
        values: Every value that the output depends on, without a graph.
        scalars: The trainable scalars, as numbers.
    """

    def __init__(self, net: Network, x: Tensor, chunk: int) -> None:
        self.scalars = {name: scalar.detach() for name, scalar in net.scalars.items()}
        self._chunk = chunk
        self._calls: dict[Value, tuple[Tensor, Tensor]] = {}
        letters = dict(_letters(net.program))
        self._order = iter(letters)
        modules = {
            name: partial(self._record, net.get_submodule(name))
            for name in dict.fromkeys(letters.values())
        }
        self.values = interpret(net.program, modules, x, self.scalars)

    def _record(self, module: nn.Module, x: Tensor) -> Tensor:
        """Calls the module of the next letter; the interpreter goes in the program's order."""
        given = x.detach().requires_grad_()
        with torch.enable_grad():
            found = module(given)
        self._calls[next(self._order)] = given, found
        return found.detach()

    def pull(self, value: Value, rows: Tensor) -> Tensor:
        """The vector-Jacobian products of a letter at its actual input; then its graph is freed.

        Args:
            value: What the letter gives.
            rows: Cotangents of that, (lengths, N, C, R...).

        Returns:
            Those of what it reads.
        """
        given, found = self._calls.pop(value)
        if not found.requires_grad:  # a constant, such as a block that was cut out
            return given.new_zeros((len(rows), *given.shape))
        parts = rows.to(found.dtype).split(self._chunk)
        return torch.cat([_products(found, given, part) for part in parts])


def _letters(program: Program) -> Iterator[tuple[Value, str]]:
    """The values that a module gives, in order, and the module's name."""
    for value in sorted(program.live):
        op = program.ops[value]
        if isinstance(op, Apply | Activation | Transition):
            yield value, op.block if isinstance(op, Apply) else op.name


def _products(found: Tensor, given: Tensor, rows: Tensor) -> Tensor:
    """Several vector-Jacobian products, together where that is possible, else one by one."""
    if len(rows) > 1:
        try:
            return _product(found, given, rows, batched=True)
        except RuntimeError:
            # Some backward functions cannot be batched, as those that look at their numbers. If
            # anything else went wrong, it does so again.
            pass
    return torch.stack([_product(found, given, row) for row in rows])


def _product(found: Tensor, given: Tensor, cotangent: Tensor, batched: bool = False) -> Tensor:
    (product,) = torch.autograd.grad(
        found, given, cotangent, retain_graph=True, allow_unused=True, is_grads_batched=batched
    )
    if product is None:  # the letter does not look at its input
        return given.new_zeros((len(cotangent), *given.shape) if batched else given.shape)
    return product
