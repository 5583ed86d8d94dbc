"""Whatever holds for published formulas holds for random programs, too."""

from __future__ import annotations

import re

from hypothesis import assume, given
from hypothesis import strategies as st

from formula2net.blocks import resolve_block
from formula2net.errors import FormulaError
from formula2net.ir.ops import Norm
from formula2net.ir.program import Program
from formula2net.lower.emit import emit
from formula2net.lower.modules import make_parts
from formula2net.lower.network import Network
from formula2net.lower.spec import BlockSpec, Spec
from formula2net.lower.unused import unused_blocks
from formula2net.lower.verify import verify
from formula2net.passes.shapes import infer_shapes
from formula2net.paths.polynomial import PathPolynomial
from tests.lower.random_programs import BACKBONE, random_program


def lowered(program: Program) -> Network:
    """The network of a program that has no formula."""
    try:
        graph = emit(program)
    except FormulaError:  # a sum of nothing, or the input is not read
        assume(False)
    starts = {str(node.target): 0.7 for node in graph.nodes if node.op == "get_attr"}
    maker = resolve_block("linear", BACKBONE.dims)
    parts = make_parts(program, BACKBONE, infer_shapes(program, BACKBONE), maker, starts)
    return Network(Spec(None, program, BACKBONE, BlockSpec("linear"), starts), parts, graph)  # type: ignore[arg-type]


@given(seed=st.integers(0, 10**6), size=st.integers(3, 20), rich=st.booleans())
def test_everything_verifies(seed: int, size: int, rich: bool) -> None:
    net = lowered(random_program(seed, size, rich))
    report = verify(net)
    assert report.ok, f"{net.program}\n{report}"


def test_an_output_that_cancels_is_as_exact_as_what_it_is_made_of() -> None:
    program = random_program(seed=25752, size=14)
    assert PathPolynomial(program, view="exact").words == 0
    report = verify(lowered(program))
    assert report.ok, report


@given(seed=st.integers(0, 10**6), size=st.integers(3, 16))
def test_unused_blocks_and_norms_are_in_no_word(seed: int, size: int) -> None:
    program = random_program(seed, size)
    assume(0 in program.live)
    trained = {*program.blocks, *(op.name for op in program.ops if isinstance(op, Norm))}
    words = PathPolynomial(program, view="exact")
    used = {re.split("[@:]", letter)[0] for word, _ in words for letter in word}
    assert unused_blocks(program).keys() == trained - used
