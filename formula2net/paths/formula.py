"""The path polynomial of a formula: unrolled, with its source looked up."""

from __future__ import annotations

from formula2net.errors import FormulaError, Problem
from formula2net.ir.layout import View
from formula2net.ir.ops import Value
from formula2net.ir.program import Program, StateKey
from formula2net.language.backbone import Backbone
from formula2net.language.reading import Formula, as_recursion
from formula2net.language.recursion import Recursion
from formula2net.language.symbols import StateAt
from formula2net.passes.unroll import unroll
from formula2net.paths.polynomial import LIMIT, Letters, PathPolynomial

Source = int | StateAt


def path_polynomial(
    recursion: Formula,
    depth: int | Backbone,
    source: Source = 0,
    view: View = "paper",
    letters: Letters = "application",
    limit: int = LIMIT,
) -> PathPolynomial:
    """The path polynomial of a formula; see :meth:`formula2net.Recursion.paths`."""
    recursion = as_recursion(recursion)
    program = unroll(recursion, depth)
    start = source_value(program, recursion, source)
    return PathPolynomial(program, start, view, letters, limit)


def source_value(program: Program, recursion: Recursion, source: Source) -> Value | None:
    """The value that ``source`` names; None for the input (design 14).

    Raises:
        FormulaError: the state has no value there.
    """
    if source == 0:
        return None
    key: StateKey
    if isinstance(source, StateAt):
        key = (source.name, *(int(index) for index in source.indices))
    else:
        key = (_output_state(recursion), source)
    if key not in program.states:
        known = ", ".join(f"{k[0]}[{', '.join(map(str, k[1:]))}]" for k in program.states)
        raise FormulaError(Problem(f"There is no state {key[0]}[{key[1]}].", expected=known))
    return program.states[key]


def _output_state(recursion: Recursion) -> str:
    output = recursion.output
    if isinstance(output, StateAt):
        return output.name
    raise FormulaError(
        Problem(
            "The output is no single state, so a number does not name a source.",
            got=f"output {output}",
            try_="paths(depth, source=X[j])",
        )
    )
