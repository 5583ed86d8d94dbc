"""The line `output = ...`."""

from __future__ import annotations

from typing import Any

from formula2net.language.notation.names.kinds import base_of, indices_of
from formula2net.language.notation.names.scope import Scope
from formula2net.language.notation.names.statements import Statements
from formula2net.language.notation.tree import syntax as st
from formula2net.language.notation.tree.clauses import Clause, limits_of_sign, read_limits
from formula2net.language.notation.values.builder import Values
from formula2net.language.symbols import Index, State


def build_output(scope: Scope, statements: Statements) -> Any:
    """The output as `Recursion` takes it: a state, an expression in states, or None.

    The one name that an index of the output needs and nothing else defines stands for the depth.

    Raises:
        NotationError: If there are two outputs, or two such names.
    """
    if not statements.outputs:
        return None
    node, *more = statements.outputs
    if more:
        raise scope.source.error("There are two outputs.", more[0].span)
    if isinstance(node, st.Name) and scope.names.kind(node.text) == "state":
        return State(node.text)
    free = dict.fromkeys(name for part in node.walk() for name in _step_names(scope, part))
    output = Values(scope, {name: Index(name) for name in free}).value(node)
    left = sorted(s.name for s in output.free_symbols if isinstance(s, Index))
    if len(left) > 1:
        what = f"The output has several indices: {', '.join(left)}."
        raise scope.source.error(what, node.span, expected="one, which stands for the depth")
    return output


def _step_names(scope: Scope, node: st.Node) -> list[str]:
    """Names in the indices of a state, and in the ends of a range."""
    inside: list[st.Node] = []
    base = base_of(node)
    if base is not None and scope.names.kind(base.text) == "state":
        inside += indices_of(node)
    for clause in _clauses(node):
        inside += [end for end in (clause.first, clause.last) if end is not None]
    names = [name.text for name in st.names_in(*inside)]
    return [name for name in names if scope.names.kind(name) not in ("state", "integer")]


def _clauses(node: st.Node) -> list[Clause]:
    if isinstance(node, st.Call):
        return read_limits(node.argument.items[1:]) or []
    sign = limits_of_sign(node.below, node.above) if isinstance(node, st.SumSign) else None
    return [sign] if sign else []
