"""lift(): from any module to its program."""

from __future__ import annotations

from typing import Any

from torch import nn

from formula2net.errors import LiftError, Problem
from formula2net.ir.program import Program
from formula2net.lifting.lifted import Lifted
from formula2net.lifting.network_code import is_network_code, module_names, read_network
from formula2net.lifting.operations import name_of
from formula2net.lifting.reading import read
from formula2net.lifting.recording import record
from formula2net.lifting.selection import (
    ACTIVATION,
    BLOCK,
    HEAD,
    STEM,
    TRANSITION,
    Selection,
    Selectors,
)


def lift(
    module: nn.Module,
    *inputs: Any,
    blocks: Selectors = None,
    activations: Selectors = None,
    transitions: Selectors = None,
    stem: Selectors = None,
    head: Selectors = None,
) -> Lifted:
    """Reads a module back as a program: what reads what, whatever its code looks like.

    A compiled network is read from its code. Any other module is run once by torch.export in
    evaluation mode; operations in place are undone by torch, so that an alias is what it is in the
    run. What is between joins (sums, products, concatenations, parts) is a letter:

    - a block is what `blocks` says; unless it is given, each run of operations with parameters;
    - with `blocks` given, other runs with parameters are transitions;
    - a run whose parameters are those of norms is a norm;
    - an operation without parameters is an activation.

    Unless they are given, the run with parameters before the first join is the stem, the one after
    the last join is the head. The program goes from what the first gives to what the other reads.

    Args:
        module: any module; it is left as it is.
        inputs: an example of what it reads: one tensor, and whatever else its `forward` needs.
        blocks: which modules are blocks: a class, a pattern of names such as "layer*.conv?", a
            function of name and module, or several of these. The outermost that fits counts.
        activations: the same for activations, also names of functions such as "sigmoid"; one with
            parameters is a norm.
        transitions: the same for transitions, such as the projections of shortcuts.
        stem: the same for what stands before X_0; `()` for nothing.
        head: the same for what reads X_L; `()` for nothing.

    Returns:
        The program, with its paths, and the names of the modules that each letter stands for.

    Raises:
        LiftError: it is no module or cannot be recorded, a selector selects nothing, or it does
            what no program does; the line of the code is shown.
    """
    if not isinstance(module, nn.Module):
        raise LiftError(Problem(f"{module!r} is no module.", expected="a torch.nn.Module"))
    if is_network_code(module) and not inputs:
        return _lifted(read_network(module), module_names(module))
    if not inputs:
        what = "A module is lifted by running it once."
        raise LiftError(Problem(what, got="no example of an input", try_="lift(module, images)"))
    chosen = {
        BLOCK: blocks,
        ACTIVATION: activations,
        TRANSITION: transitions,
        STEM: stem,
        HEAD: head,
    }
    recording = record(module, inputs)
    functions = {name_of(node) for node in recording.dependent}
    reading = read(recording, Selection(module, functions, chosen))
    return _lifted(reading.program, reading.modules)


def _lifted(program: Program, modules: Any) -> Lifted:
    return Lifted(program.ops, program.output, program.states, modules)
