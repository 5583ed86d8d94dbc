"""How large the values of a network are, step by step and block by block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from formula2net.errors import FormulaError, Problem
from formula2net.ir.ops import Apply, Norm
from formula2net.ir.program import state_name
from formula2net.report.figure import new_figure, save_figure

if TYPE_CHECKING:
    from torch import Tensor

    from formula2net.lower.network import Network


def state_variances(net: Network, x: Tensor, state: str | None = None) -> list[float]:
    """The variance of a state over batch, channels and positions, at each step it has.

    The network runs in the mode it is in, without gradients; in training mode the statistics of
    norms are updated, as by any forward pass.

    Args:
        net: The network.
        x: Its input, (N, in_chans, R...).
        state: The state's name, "X" for X_0, X_1, ...; the output's unless given. Of lanes, the
            mean is given.

    Returns:
        One number a step, in order; step 0 comes first where there is one.

    Raises:
        FormulaError: The network has no such state.
    """
    import torch

    from formula2net.lower.features import create_feature_extractor

    kind = net.formula.equations[-1].lhs.name if state is None else state
    steps: dict[int, list[str]] = {}
    for key in net.program.states:
        if key[0] == kind and int(key[1]) >= 0 and state_name(key) in net.states:
            steps.setdefault(int(key[1]), []).append(state_name(key))
    if not steps:
        known = ", ".join(dict.fromkeys(str(key[0]) for key in net.program.states))
        raise FormulaError(Problem(f"The network has no state {kind}.", expected=known))
    extract = create_feature_extractor(net, [name for names in steps.values() for name in names])
    with torch.no_grad():
        values = extract.train(net.training)(x)
    found = {step: [_variance(values[name]) for name in steps[step]] for step in sorted(steps)}
    return [sum(lanes) / len(lanes) for lanes in found.values()]


def block_variances(net: Network, x: Tensor, pattern: str = "*") -> dict[str, float]:
    """The variance of what each block or norm reads, by its name, in the order of the code.

    Those inside formulas that are blocks count too: it looks where `state_variances` cannot.

    Args:
        net: The network; it runs as of `state_variances`.
        x: Its input, (N, in_chans, R...).
        pattern: Which ones, as "S1.G_*".

    Raises:
        FormulaError: None matches.
    """
    import torch

    live = (net.program.ops[value] for value in sorted(net.program.live))
    ops = (op for op in live if isinstance(op, Apply | Norm))
    known = dict.fromkeys(op.block if isinstance(op, Apply) else op.name for op in ops)
    names = [name for name in known if fnmatchcase(name, pattern)]
    if not names:
        expected = ", ".join(list(known)[:8])
        raise FormulaError(Problem(f"No block matches {pattern!r}.", expected=f"{expected}, ..."))
    found: dict[str, float] = {}

    def look(module: Any, given: tuple[Tensor, ...]) -> None:
        found.setdefault(called[module], _variance(given[0]))

    called = {net.get_submodule(name): name for name in names}
    hooks = [module.register_forward_pre_hook(look) for module in called]
    try:
        with torch.no_grad():
            net(x)
    finally:
        for hook in hooks:
            hook.remove()
    return {name: found[name] for name in names}


def _variance(value: Tensor) -> float:
    return float(value.double().var())


def plot_variances(series: Mapping[str, Sequence[float]], path: str | Path) -> Path:
    """Draws variances by step on a logarithmic scale.

    Args:
        series: By name, for the legend: as of `state_variances`.
        path: The file to write; its ending names the format (.png, .svg, .pdf).

    Returns:
        The path of the file.

    Raises:
        ImportError: Matplotlib is not installed.
    """
    figure = new_figure(9, 5)
    axes = figure.subplots()
    last = sorted(series, key=lambda name: -series[name][-1])
    for number, name in enumerate(last):
        style = ("-", "--", ":")[number // 10 % 3]  # there are ten colours
        steps = range(len(series[name]))
        axes.plot(steps, series[name], style, label=name, linewidth=1.4)
    axes.set(xlabel="step", ylabel="variance", yscale="log")
    axes.grid(alpha=0.3)
    axes.legend(fontsize=7, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return save_figure(figure, path)
