"""path_spectrum(): the gradient of a live network by the length of its paths."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from formula2net.errors import Formula2NetError, FormulaError, Problem
from formula2net.gradients.backward import Backward, reached
from formula2net.gradients.checks import (
    check_code,
    check_cotangent,
    check_network,
    check_options,
    inputs_and_labels,
)
from formula2net.gradients.mode import as_it_was
from formula2net.gradients.spectrum import PathSpectrum, path_counts
from formula2net.gradients.tape import Tape
from formula2net.ir.ops import Input, Value
from formula2net.ir.program import Program, source_of, state_name
from formula2net.lower.network import Network
from formula2net.paths.formula import Source, source_value

Loss = Callable[..., Tensor]


def path_spectrum(
    net: Network,
    batch: Tensor | Sequence[Any],
    loss: Loss | None = None,
    *,
    cotangent: Tensor | None = None,
    source: Source = 0,
    max_length: int | None = None,
    training: bool = False,
    chunk: int = 16,
) -> PathSpectrum:
    """The share of the gradient that reaches X_0 through paths of each length.

    It is exact, at the network's present weights: the vector-Jacobian product from the output back
    over the program, once, kept apart by the number of blocks on the path. Blocks and all other
    letters stand for their derivatives at what they read. A block costs one vector-Jacobian product
    for each length of the paths behind it. The network is left as it was.

    After Residual Networks Behave Like Ensembles of Relatively Shallow Networks (Veit et al.,
    2016), where paths are sampled; here all of them are added up.

    Args:
        net: The network.
        batch: Inputs (N, in_chans, R...), or a pair of these and the labels.
        loss: What the gradient is of, as a function of the output, and of the labels if there are
            any. Unless given it is the cross entropy; without labels it is the sum over the samples
            of their largest outputs, that is of the scores of the predicted classes.
        cotangent: In place of a loss: the gradient at X_L, which the head reads, (N, C, R...).
        source: Where paths start, as of `Recursion.paths`: j for X_j, or V[j].
        max_length: The greatest length that is kept apart; longer ones are gathered in one. All
            are kept apart unless given.
        training: Whether the network runs in training mode: with the statistics of the batch, and
            the masks of one forward pass.
        chunk: How many lengths go through a block at once; more take more memory.

    Returns:
        For each length how many paths there are, the norm of what came along them, their share of
        the gradient, and the contribution itself, (N, C, R...).

    Raises:
        FormulaError: The state is unknown, or no path leads from it to the output; or the network's
            code was edited.
        ShapeError: The cotangent does not have the shape of X_L.
        Formula2NetError: It is no network or no batch, or an option makes no sense.
    """
    check_network(net, "paths")
    check_code(net)
    check_options(loss, cotangent, max_length, chunk)
    x, labels = inputs_and_labels(batch)
    start = source_value(net.program, net.formula, source)
    start = source_of(net.program) if start is None else start
    if net.program.output not in reached(net.program, start):
        raise FormulaError(f"The output does not depend on {_name(net.program, start)}.")
    with torch.inference_mode(False), as_it_was(net, training):
        with torch.no_grad():
            tape = Tape(net, net.stem(x), chunk)
        output = tape.values[net.program.output]
        given = _gradient_at(net, output, loss, labels) if cotangent is None else cotangent
        check_cotangent(given, output)
        found = Backward(net.program, tape, start, max_length).run(given)
    return PathSpectrum.of(_name(net.program, start), found, path_counts(net.program, start))


def _gradient_at(net: Network, x: Tensor, loss: Loss | None, labels: Sequence[Any]) -> Tensor:
    """The gradient of the loss at X_L.

    Raises:
        Formula2NetError: The loss is no number, or does not depend on the output.
    """
    with torch.enable_grad():
        x = x.detach().requires_grad_()
        value = (loss or (cross_entropy if labels else _predicted))(net.head(x), *labels)
    if not isinstance(value, Tensor) or value.dim() or not value.requires_grad:
        got = f"shape {tuple(value.shape)}" if isinstance(value, Tensor) else repr(value)
        what = "The loss is no number that depends on the network's output."
        raise Formula2NetError(Problem(what, got=got, expected="a tensor without axes"))
    (gradient,) = torch.autograd.grad(value, x)
    return gradient


def _predicted(output: Tensor) -> Tensor:
    """The largest output of each sample, added up."""
    return output.flatten(1).max(1).values.sum()


def _name(program: Program, value: Value) -> str:
    """The name of a state."""
    op, key = program.ops[value], program.state_of(value)
    return state_name(key) if key else op.name if isinstance(op, Input) else f"value {value}"
