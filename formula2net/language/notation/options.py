"""Options in brackets: `operator S(width=1/16, stride=1)`, `formula F(depth=2, width=1/4)`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sympy import Expr, Integer, Rational

from formula2net.language.notation.faults import Source
from formula2net.language.notation.names.kinds import Names
from formula2net.language.notation.names.scope import Scope
from formula2net.language.notation.names.statements import Statements
from formula2net.language.notation.tree import syntax as st
from formula2net.language.notation.values.builder import Indices

OPTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "operator": ("width", "stride"),
    "formula": ("depth", "width"),
}
_EXAMPLES: Final = {
    "formula": "formula F(depth=2, width=1/4)",
    "operator": "operator F(width=1/4, stride=1)",
}
_EXPECTED: Final = {
    "depth": "a number of steps, such as depth=2",
    "stride": "stride=1, for a block that keeps the resolution; other strides follow from stages",
    "width": "a positive number, such as width=1/4",
}


class _Numbers(Indices):
    """Builds the values of options, in which names are parameters."""

    where = "in an option"


def read_options(
    source: Source,
    kind: str,
    name: st.Name,
    options: tuple[st.Node, ...],
    integers: Mapping[str, int],
) -> dict[str, Expr]:
    """The values of the options that stand after a declared name.

    Raises:
        NotationError: If the kind takes no such option, or one stands twice or has no such value.
    """
    numbers = _Numbers(plain_scope(source, integers), {})
    found: dict[str, Expr] = {}
    for option in options:
        word, node = _named(option)
        if node is None or word in found or word not in OPTIONS.get(kind, ()):
            what = f"The {kind} {name.text} takes no such option."
            expected = _EXAMPLES.get(kind, f"{kind} {name.text}")
            raise source.error(what, option.span, expected=expected)
        value = found[word] = numbers.number(node)
        if not _fits(word, value):
            what = f"The {word} of {name.text} is {value}."
            raise source.error(what, node.span, expected=_EXPECTED[word])
    return found


def read_formula_options(
    source: Source, block: st.Block, integers: Mapping[str, int]
) -> tuple[int, Expr | None]:
    """The depth of a formula that is a block, and its width where that is given.

    Raises:
        NotationError: If it has no depth, or options that are none.
    """
    if not any(_named(option)[0] == "depth" for option in block.options):
        what = f"The formula {block.name.text} needs its depth."
        raise source.error(what, block.options[0].span, expected="depth=2")
    found = read_options(source, "formula", block.name, block.options, integers)
    return int(found["depth"]), found.get("width")


def plain_scope(source: Source, integers: Mapping[str, int]) -> Scope:
    """A scope in which only numbers have names."""
    names = Names(Statements(), dict.fromkeys(integers, "integer"))
    return Scope(source, names, integers, {}, {}, {}, frozenset(integers))


def _named(option: st.Node) -> tuple[str, st.Node | None]:
    """The name and the value of an option; no value where it is none."""
    match option:
        case st.Chain(_, ("=",), (st.Name(_, word), value)):
            return word, value
    return "", None


def _fits(word: str, value: Expr) -> bool:
    if word == "stride":
        return bool(value == 1)
    kind = Integer if word == "depth" else Rational
    return isinstance(value, kind) and bool(value > 0)
