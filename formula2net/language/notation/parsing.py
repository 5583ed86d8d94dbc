"""`parse`: text -> `Recursion`, never by evaluating Python."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from formula2net.errors import NotationError, Problem
from formula2net.language.formula_operator import FormulaOperator
from formula2net.language.notation.declarations import Given, with_declarations
from formula2net.language.notation.equations import EquationBuilder
from formula2net.language.notation.faults import Source
from formula2net.language.notation.names.kinds import Names
from formula2net.language.notation.names.scope import Scope
from formula2net.language.notation.names.statements import Statements, sort_statements
from formula2net.language.notation.options import read_formula_options
from formula2net.language.notation.outputs import build_output
from formula2net.language.notation.tree import syntax as st
from formula2net.language.notation.tree.reading import read
from formula2net.language.recursion import Recursion


def parse(text: str, scalars: Iterable[str] = (), **parameters: int) -> Recursion:
    """Reads a formula.

    Args:
        text: Equations in plain, unicode or LaTeX notation, one a line or split by `;`.
        scalars: Names that are scalars, whatever the rules would make of them.
        **parameters: Names that are integers, as the `g` of a window.

    Returns:
        The formula.

    Raises:
        NotationError: If the text is not in the notation; a caret points at the character.
        FormulaError: If it is, but what it says is no recursion.
    """
    scalars = tuple(scalars)
    wrong = [name for name, value in parameters.items() if type(value) is not int]
    if wrong:
        raise NotationError(*(f"The parameter {name} is no integer." for name in wrong))
    source = Source(text)
    nodes = read(source, (*scalars, *parameters))
    used = {name.text for name in st.names_in(*nodes)}
    unknown = [name for name in parameters if name not in used]
    if unknown:
        raise NotationError(*(Problem(f"The parameter {n} does not occur.", text) for n in unknown))
    kinds = {**dict.fromkeys(scalars, "scalar"), **dict.fromkeys(parameters, "integer")}
    try:
        return build(source, nodes, Given(kinds, parameters))
    except RecursionError:
        raise NotationError("The formula is nested too deeply to be read.") from None


def build(source: Source, nodes: tuple[st.Node, ...], given: Given) -> Recursion:
    """The formula that statements spell.

    Raises:
        NotationError: With every equation that cannot be read.
        FormulaError: If the equations are no recursion.
    """
    statements = sort_statements(source, nodes)
    scope = scope_of(source, statements, given, nodes)
    builder = EquationBuilder(scope, statements.definitions)
    equations, initial, problems = list[Any](), list[Any](), list[Problem]()
    for definition in statements.definitions:
        try:
            for item in builder.build(definition):
                (initial if item.is_initial else equations).append(item.equation)
        except NotationError as error:
            problems += error.problems
    if problems:
        raise NotationError(*problems)
    if not equations:  # a formula may give each of its steps by number
        equations, initial = initial, []
    return Recursion(equations, initial or None, output=build_output(scope, statements))


def scope_of(
    source: Source, statements: Statements, given: Given, nodes: tuple[st.Node, ...]
) -> Scope:
    """The names of a formula, after its declarations and the formulas that it uses as blocks."""
    given = with_declarations(source, statements, given)
    for block in statements.blocks:
        depth, width = read_formula_options(source, block, given.integers)
        inner = build(source, block.statements, given.inside())
        name = block.name.text
        given = given.with_formula(name, FormulaOperator(name, inner, depth, width=width))
    return Scope(
        source,
        Names(statements, given.kinds),
        given.integers,
        given.starts,
        given.shapes,
        given.formulas,
        frozenset(name.text for name in st.names_in(*nodes)),
    )
