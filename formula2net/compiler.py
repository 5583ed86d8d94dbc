"""The compiler: from a formula to a network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from os import PathLike
from typing import Any

from formula2net.blocks import Block, as_block, resolve_block
from formula2net.errors import FormulaError, PassError, Problem, ShapeError
from formula2net.ir.layout import VIEWS
from formula2net.ir.program import Program
from formula2net.language.backbone import Backbone
from formula2net.language.notation import parse
from formula2net.language.reading import Formula, as_recursion
from formula2net.language.recursion import Recursion
from formula2net.lower.check import check_counts, program_counts, same_paths, side_by_side
from formula2net.lower.emit import emit
from formula2net.lower.modules import make_parts
from formula2net.lower.names import check_names
from formula2net.lower.network import Network
from formula2net.lower.scalars import Start, bind_scalars, start_values
from formula2net.lower.serialize import load_tensors, read_spec
from formula2net.lower.spec import BlockSpec, Spec
from formula2net.lower.unused import check_used
from formula2net.passes.pipeline import Pass, run_passes
from formula2net.passes.shapes import infer_shapes
from formula2net.passes.unroll import unroll
from formula2net.paths.promises import check_promises


def compile(
    formula: Formula,
    backbone: Backbone,
    block: str | Block | Mapping[str, str | Block] = "basic",
    check: bool = True,
    *,
    passes: Iterable[Pass] = (),
    scalars: Mapping[str, Any] | None = None,
    trainable: Mapping[str, Start] | None = None,
) -> Network:
    """Compiles a formula over a backbone.

    The stages, with what goes in and what comes out:

    1. reading: text, a scheme or a formula -> a `Recursion` in which bound scalars are numbers;
    2. unrolling: the recursion and the backbone -> a `Program`, one value a line; refused if it
       breaks the formula's promises, or has blocks that no path uses;
    3. passes: program -> program, with the same paths;
    4. shapes: the program and the backbone -> one `Shape` a value, before any tensor exists;
    5. lowering: program -> the graph of an fx module; shapes -> its modules and parameters;
    6. checking: the graph's path counts, read back, against the formula's and the program's.

    Args:
        formula: a `Recursion`, its text, a scheme such as a `ButcherTableau`, or an answer of
            `design`.
        backbone: stem, stages, transitions and head.
        block: "plain", "basic", "bottleneck", "preact", "linear" or another registered name, a
            configured block as `Basic(norm="group")`, or any callable `(in_width, out_width, *,
            stride, ref) -> nn.Module`; or a mapping from operators to these, as `Blocks` takes.
        check: whether to count paths: against the author's promises, and by reading them back. It
            takes seconds for a thousand blocks, and four times as long for twice as many.
        passes: frozen dataclasses with `name` and `run(program)`.
        scalars: exact numbers in place of scalars; for `a[i]` also a function of the indices.
        trainable: start values of scalars that are parameters, where the formula gives none.

    Returns:
        A network from (N, in_chans, R...) to (N, num_classes), or to X_L without a classifier.

    Raises:
        FormulaError: the formula makes no network at this depth, or blocks of it are unused.
        ShapeError: terms do not fit.
        BlockError: a block cannot be made.
        PassError: a pass broke the program, or changed its paths.
        PathCountError: counts differ from the author's promises, or the network's from the
            formula's.
    """
    check_backbone(backbone)
    recursion = read_formula(formula, scalars or {}, trainable or {})
    unrolled = unroll(recursion, backbone)
    if check:
        check_promises(recursion, unrolled)
    check_used(unrolled)
    program = run_passes(unrolled, passes, after=check_pass)
    net = lower(recursion, program, backbone, as_block(block), trainable or {})
    if check:
        check_counts(net, unrolled)
    return net


def read_formula(
    formula: Formula, scalars: Mapping[str, Any], trainable: Mapping[str, Any]
) -> Recursion:
    """The recursion that is meant, with exact numbers for the bound scalars.

    Raises:
        FormulaError: it is no formula, or values have no names.
    """
    check_values("scalars", scalars, "Rational(1, 2)")
    check_values("trainable", trainable, "0.5")
    return bind_scalars(as_recursion(formula, (*scalars, *trainable)), scalars)


def check_backbone(backbone: Backbone) -> None:
    """Refuses what is no backbone, such as a depth.

    Raises:
        ShapeError: says what a network needs.
    """
    if not isinstance(backbone, Backbone):
        what = f"{backbone!r} is no backbone: a network has widths and a head."
        raise ShapeError(Problem(what, try_="Backbone.cifar(blocks=(2, 2, 2, 2))"))


def check_values(option: str, given: Any, example: str) -> None:
    """Refuses values without names.

    Raises:
        FormulaError: says how they are given.
    """
    if not isinstance(given, Mapping):
        what = f"{option}={given!r} gives no values by name."
        raise FormulaError(Problem(what, expected="a mapping", try_=f"{option}={{'a': {example}}}"))


def lower(
    recursion: Recursion,
    program: Program,
    backbone: Backbone,
    block: str | Block,
    trainable: Mapping[str, Start],
) -> Network:
    """The network of a program; arguments as of `compile`."""
    starts = start_values(recursion, program, trainable)
    check_names(program, starts, Network)
    shapes = infer_shapes(program, backbone)
    graph = emit(program)
    maker = resolve_block(block, backbone.dims)
    parts = make_parts(program, backbone, shapes, maker, starts)
    spec = Spec(recursion, program, backbone, BlockSpec.of(block, backbone.dims), starts)
    return Network(spec, parts, graph)


def check_pass(each: Pass, before: Program, after: Program) -> None:
    """Refuses a pass that changes words or totals; how paths are wired is its own affair.

    Raises:
        PassError: shows both tables.
    """
    for view in VIEWS:
        wanted, found = program_counts(before, view), program_counts(after, view)
        if not same_paths(wanted, found):
            what = f"The pass {each.name} changes the paths ({view} view)."
            raise PassError(Problem(what, formula=side_by_side(wanted, found, "before", "after")))


def load(
    directory: str | PathLike[str],
    block: str | Block | Mapping[str, str | Block] | None = None,
    check: bool = True,
    *,
    passes: Iterable[Pass] = (),
) -> Network:
    """Compiles what `save` has written, and fills in its tensors. Nothing is unpickled.

    Args:
        directory: that `save` has made.
        block: needed where the blocks are a callable of your own; else as saved.
        check: as of `compile`.
        passes: as of `compile`; they are not saved, and may be others.

    Raises:
        BlockError: the blocks have no name, and none are given.
        ShapeError: the tensors do not fit the network.
        Formula2NetError: the directory describes no network, or in another format version.
    """
    saved = read_spec(directory)
    block = BlockSpec.make(saved.block) if block is None else block
    formula, starts = parse(saved.formula), saved.trainable
    net = compile(formula, saved.backbone, block, check, passes=passes, trainable=starts)
    load_tensors(net, directory)
    return net
