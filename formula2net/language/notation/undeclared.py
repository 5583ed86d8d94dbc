"""Which names a text has to declare, found by reading it as `parse` would."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from formula2net.errors import NotationError
from formula2net.language.notation import vocabulary
from formula2net.language.notation.faults import Source
from formula2net.language.notation.names.kinds import Names
from formula2net.language.notation.names.statements import sort_statements
from formula2net.language.notation.names.targets import is_split
from formula2net.language.notation.tokens.lexing import Scanner
from formula2net.language.notation.tree.reading import read


def declarations(
    body: list[str],
    kinds: Mapping[str, str],
    starts: Mapping[str, str],
    lanes: Collection[str],
    around: Mapping[str, str],
) -> tuple[list[str], dict[str, str]]:
    """Lines that declare names, and the kinds they declare.

    Args:
        body: The equations.
        kinds: What each name is.
        starts: What follows a name: the start value of a scalar, the shape of an operator.
        lanes: Names of the indices that have a range.
        around: Kinds that are inherited from formulas around this one.
    """
    own = ("state", "input", "index")
    inherited = {name: kind for name, kind in around.items() if kind not in own}
    odd = {
        name: kind
        for name, kind in kinds.items()
        if not _reads_as_it_stands(name) or (kind == "index" and is_split(name, lanes))
    }
    formulas = {name: kind for name, kind in kinds.items() if kind == "formula"}
    source = Source("\n".join(body))
    statements = sort_statements(source, read(source, (*odd, *inherited)))
    names = Names(statements, {**inherited, **odd, **formulas})
    declared = {
        name: kind
        for name, kind in kinds.items()
        if name in odd or name in starts or names.kind(name) != kind != "index"
    }
    declared = {name: kind for name, kind in declared.items() if kind != "formula"}
    lines = []
    for kind in vocabulary.KINDS:
        listed = [name + starts.get(name, "") for name in declared if declared[name] == kind]
        lines += [f"{kind} {', '.join(listed)}"] if listed else []
    return lines, declared


def _reads_as_it_stands(name: str) -> bool:
    """Whether a name is one token of these letters, and no other spelling of another name."""
    if vocabulary.activation(name) not in ("", name) or name == "Input":
        return False
    try:
        tokens = Scanner(Source(name)).scan()
    except NotationError:
        return False
    return [(token.type, token.value) for token in tokens] == [("NAME", name)]
