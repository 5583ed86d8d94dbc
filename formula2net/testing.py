"""Contract checks for what you write yourself: formulas, blocks, passes.

Each returns nothing, and raises an error of the library that says which promise is broken:

    from formula2net.testing import check_block, check_formula, check_pass

    def test_my_formula():
        check_formula(my_formula)
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from copy import deepcopy
from typing import TYPE_CHECKING, Final

from formula2net.errors import BlockError, FormulaError, PassError, PathCountError, Problem
from formula2net.ir.generic import generic
from formula2net.ir.layout import VIEWS, View
from formula2net.ir.ops import Activation, Transition
from formula2net.ir.program import Program
from formula2net.ir.residues import modular
from formula2net.language.backbone import Backbone
from formula2net.language.notation import parse
from formula2net.language.reading import Formula, as_recursion
from formula2net.language.recursion import Recursion
from formula2net.lower.graph_counts import graph_counts
from formula2net.passes.pipeline import Pass, run_passes
from formula2net.passes.unroll import unroll
from formula2net.paths.polynomial import PathPolynomial
from formula2net.paths.promises import check_promises

if TYPE_CHECKING:
    from torch import nn

    from formula2net.blocks import Block

STEPS: Final = ((16, 16, 1), (16, 32, 2))  # in_width, out_width, stride
RESOLUTION: Final = 7  # odd, so that a stride has to round up
BATCH: Final = 2


def check_formula(recursion: Formula, depth: int | Backbone = 6) -> None:
    """Checks that a formula makes a program, and that all that is said of it agrees.

    Its counts are those that brute force finds in the program's networkx graph, in both views; the
    views are one where it has no letters of length 0; it survives text and pickle; it keeps what
    it promises (`expects`).

    Args:
        recursion: the formula, or what stands for one, as of `compile`.
        depth: number of steps, or a backbone.

    Raises:
        FormulaError: it makes no program, or text or a pickle changes it.
        PathCountError: two counts differ; shows both tables.
    """
    recursion = as_recursion(recursion)
    program = unroll(recursion, depth)
    for view in VIEWS:
        _check_graph(generic(program), view)
    plain = not any(isinstance(op, Activation | Transition) for op in program.ops)
    if plain and PathPolynomial(program).formal:
        raise PathCountError("The two views differ without an activation or a transition.")
    _check_same(recursion, "text", lambda: parse(recursion.to_text()))
    _check_same(recursion, "a pickle", lambda: pickle.loads(pickle.dumps(recursion)))  # noqa: S301
    check_promises(recursion, program)


def check_block(block: str | Block, dims: int = 2) -> None:
    """Checks that a block keeps its contract, in a step of equal shape and in one that strides.

    Its modules give the shape of their step (strides round up), in training and in evaluation;
    they leave their input as it is; every parameter and the input get a finite gradient; a copy
    computes the same and shares nothing; two steps share nothing either.

    Args:
        block: a registered name, a configured block, or a callable with the signature of one.
        dims: axes of resolution, 0 to 3.

    Raises:
        BlockError: names the step's module, and what it does not keep.
    """
    import torch

    from formula2net.blocks import BlockRef, resolve_block

    make = resolve_block(block, dims)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        for step, (given, wanted, stride) in enumerate(STEPS, start=1):
            stride = stride if dims else 1
            first, second = (
                make(given, wanted, stride=stride, ref=BlockRef(name, step, step))
                for name in (f"W_{step}", f"V_{step}")
            )
            _check_module(first, f"W_{step}", given, wanted, stride, dims)
            _check_apart(first, second, f"The blocks W_{step} and V_{step} share")


def check_pass(pass_: Pass, recursion: Formula, depth: int | Backbone = 4) -> None:
    """Checks that a pass gives a valid program with the same paths, every time.

    Words and totals by length stay, in both views; how they are wired is the pass's own affair.
    Names of blocks come from the formula, so there are no new ones.

    Args:
        pass_: the pass.
        recursion: the formula that it is tried on.
        depth: number of steps, or a backbone.

    Raises:
        PassError: says what is not kept; where paths differ, shows both tables.
    """
    from formula2net.compiler import check_pass as check_paths

    program = unroll(as_recursion(recursion), depth)
    before = deepcopy(program)
    first, second = (run_passes(program, [pass_], after=check_paths) for _ in range(2))
    if program != before:
        raise PassError(f"The pass {pass_.name} changes the program that it is given.")
    if first != second:
        raise PassError(f"The pass {pass_.name} gives another program the second time.")
    new = [name for name in first.blocks if name not in program.blocks]
    if new:
        what = f"The pass {pass_.name} makes blocks that the formula does not have."
        raise PassError(Problem(what, got=", ".join(new), expected=", ".join(program.blocks)))


def _check_graph(program: Program, view: View) -> None:
    """Counts by dynamic programming against counts by brute force; totals modulo a prime."""
    from formula2net.lower.check import NONE, program_counts, side_by_side

    counts, graph = program_counts(program, view), graph_counts(program, view)
    wanted = {k: row._replace(total=modular(row.total)) for k, row in counts.items()}
    found = {}
    for k in sorted({*wanted, *graph.wired, *graph.words}):
        found[k] = wanted.get(k, NONE)._replace(wired=graph.wired.get(k, 0))
        if k <= graph.longest:
            words, total = graph.words.get(k, (0, 0))
            found[k] = found[k]._replace(words=words, total=modular(total))
    if found != wanted:
        what = f"networkx finds other paths in the program ({view} view)."
        tables = side_by_side(wanted, found, "program", "networkx")
        raise PathCountError(Problem(what, formula=tables))


def _check_same(recursion: Recursion, what: str, copy: Callable[[], object]) -> None:
    try:
        found = copy()
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        problem = Problem(f"The formula does not go into {what}.", str(recursion), got=str(error))
        raise FormulaError(problem) from error
    if found != recursion or hash(found) != hash(recursion):
        problem = Problem(f"The formula is another after {what}.", str(recursion), got=str(found))
        raise FormulaError(problem)


def _check_module(
    module: nn.Module, name: str, given: int, wanted: int, stride: int, dims: int
) -> None:
    """Shapes, gradients, copies of the module of one step."""
    import torch

    from formula2net.blocks import check_block as try_module

    try_module(module, given, wanted, stride, dims, name=name)
    x = torch.randn(BATCH, given, *[RESOLUTION] * dims, requires_grad=True)
    output = module.train()(x)
    shape = (BATCH, wanted, *[-(-RESOLUTION // stride)] * dims)
    if output.shape != shape:
        what = f"{name} does not give the shape of its step for input {tuple(x.shape)}."
        raise BlockError(Problem(what, got=f"output {tuple(output.shape)}", expected=f"{shape}"))
    (output * torch.randn_like(output)).sum().backward()
    gradients = {"its input": x.grad, **{n: p.grad for n, p in _trained(module)}}
    bad = [n for n, grad in gradients.items() if grad is None or not grad.isfinite().all()]
    if bad:
        what = f"{name} gives no finite gradient to {', '.join(bad)}."
        raise BlockError(Problem(what, expected="a gradient for every parameter that is trained"))
    copy = deepcopy(module)
    _check_apart(module, copy, f"{name} and a copy of it share")
    x = x.detach()
    if not torch.equal(module.eval()(x), copy.eval()(x)):
        raise BlockError(f"A copy of {name} computes something else.")


def _trained(module: nn.Module) -> list[tuple[str, nn.Parameter]]:
    return [(name, p) for name, p in module.named_parameters() if p.requires_grad]


def _check_apart(first: nn.Module, second: nn.Module, what: str) -> None:
    """No tensor of one module is in the other."""
    tensors = {t.data_ptr() for t in (*first.parameters(), *first.buffers()) if t.numel()}
    shared = [
        name
        for name, t in (*second.named_parameters(), *second.named_buffers())
        if t.numel() and t.data_ptr() in tensors
    ]
    if shared:
        hint = "one block for all steps is written W, without an index"
        raise BlockError(Problem(f"{what} {', '.join(shared)}.", try_=hint))
