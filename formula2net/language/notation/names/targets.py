"""Left-hand sides: the state, its indices, and their ranges."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeAlias

from formula2net.language.notation.names.kinds import base_of, indices_of
from formula2net.language.notation.names.statements import Definition
from formula2net.language.notation.tree import syntax as st
from formula2net.language.notation.tree.clauses import Clause

Ranges: TypeAlias = dict[str, Clause]


def state_of(target: st.Node) -> str:
    """The name of the state that a left-hand side defines; nothing for an ellipsis."""
    name = base_of(target)
    return name.text if name else ""


def ranges_of(definition: Definition) -> Ranges:
    """The ranges that are given with a definition, by the name of the index."""
    return {clause.name.text: clause for clause in definition.clauses}


def left_indices(node: st.Node, ranges: Ranges, whole: Collection[str] = ()) -> tuple[st.Node, ...]:
    """The indices of a left-hand side, the step first.

    Args:
        node: The left-hand side.
        ranges: Indices that have a range, so that `X_{ik}` has two where k is one of them.
        whole: Names that are one index all the same.
    """
    return tuple(part for index in indices_of(node) for part in _apart(index, ranges, whole))


def _apart(node: st.Node, ranges: Ranges, whole: Collection[str]) -> list[st.Node]:
    if not isinstance(node, st.Name) or node.text in whole or not is_split(node.text, ranges):
        return [node]
    start = node.span[0]
    return [st.Name((start + n, start + n + 1), letter) for n, letter in enumerate(node.text)]


def is_split(name: str, ranges: Collection[str]) -> bool:
    """Whether a name in a subscript is a step and indices that have ranges."""
    return len(name) > 1 and all(letter in ranges for letter in name[1:])
