"""What each name of a formula is.

Names on a left-hand side are states; names that are applied, and other names that begin with a
capital, are operators; some names are activations, norms and functions; a name that by itself is
the value of a state, or is split, is the input; what is left is a scalar. Declarations and
parameters go before all of these.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from formula2net.language.notation import vocabulary
from formula2net.language.notation.names.statements import Statements, name_of
from formula2net.language.notation.tree.syntax import (
    Bracketed,
    Call,
    Group,
    Indexed,
    Name,
    Node,
    Number,
    Power,
    names_in,
)
from formula2net.language.symbols import NORM_NAME

INPUTS: Final = ("input", "Input")
_INCREMENT: Final = re.compile("Delta[a-z]")
_DOUBTFUL: Final = re.compile("[a-z][A-Z]")  # one name, or the product of two?


def base_of(node: Node) -> Name | None:
    """The name below indices and superscripts, or None."""
    if isinstance(node, Power):
        return base_of(node.base)
    if isinstance(node, Indexed):
        return node.name
    if isinstance(node, Bracketed):
        return node.base if isinstance(node.base, Name) else None
    return node if isinstance(node, Name) else None


def indices_of(node: Node) -> tuple[Node, ...]:
    """What stands in the superscript and in the subscript or brackets of a name.

    The superscript is first, since X_k^{(i)} and X^{(i)}_k look the same: value k of step i.
    """
    if isinstance(node, Power):
        raised = node.exponent
        first = raised.items if isinstance(raised, Group) else (raised,)
        return (*first, *indices_of(node.base))
    if isinstance(node, Indexed):
        return node.indices
    return node.items if isinstance(node, Bracketed) else ()


class Names:
    """The kinds of the names of one formula.

    Args:
        statements: The formula.
        declared: Kinds that are given: by declarations, arguments, and formulas used as blocks.
    """

    def __init__(self, statements: Statements, declared: Mapping[str, str]) -> None:
        self.declared = dict(declared)
        targets = [t for definition in statements.definitions for t in definition.targets]
        self.states = {name.text for target in targets if (name := name_of(target))}
        values = [definition.value for definition in statements.definitions]
        roots = (*targets, *values, *statements.outputs)
        nodes = [node for root in roots for node in root.walk()]
        self._alone = {
            name.text for name in (*values, *map(_split, nodes)) if isinstance(name, Name)
        }
        inputs = {name for name, kind in self.declared.items() if kind == "input"}
        self._features = self.states | inputs | self._alone | set(INPUTS)
        self._applied: set[str] = set()
        self._lifted: set[str] = set()
        for node in nodes:
            self._notice(node)

    def _notice(self, node: Node) -> None:
        if isinstance(node, Call):
            base = base_of(node.function)
            if base and self.mentions_feature(node.argument):
                self._applied.add(base.text)
        elif isinstance(node, Bracketed):
            if isinstance(node.base, Name) and self.is_application(node):
                self._applied.add(node.base.text)
        elif isinstance(node, Power) and node.sign == "^":
            base = base_of(node.base)
            if base and not _is_number(node.exponent):
                self._lifted.add(base.text)

    def mentions_feature(self, *nodes: Node) -> bool:
        """Whether a state or an input occurs."""
        return any(name.text in self._features for name in names_in(*nodes))

    def is_application(self, node: Bracketed) -> bool:
        """Whether the bracket holds what a name is applied to, `F[x_0, x_1]`, and no index."""
        return self.mentions_feature(*node.items)

    def is_lifted(self, name: str) -> bool:
        """Whether the superscripts of an operator are indices, since one is more than a number."""
        return name in self._lifted

    def kind(self, name: str) -> str:
        """The kind of a name: one of `vocabulary.KINDS`, `formula`, `function` or `doubtful`."""
        if name in self.declared:
            return self.declared[name]
        if name in self.states:
            return "state"
        if name in INPUTS:
            return "input"
        if vocabulary.activation(name):
            return "activation"
        if NORM_NAME.fullmatch(name):
            return "norm"
        if vocabulary.function(name):
            return "function"
        if _DOUBTFUL.fullmatch(name):
            return "doubtful"
        if name in self._applied or (name[0].isupper() and not _INCREMENT.fullmatch(name)):
            return "operator"
        return "input" if name in self._alone else "scalar"


def _is_number(exponent: Node) -> bool:
    """Whether a superscript is a plain number; braces around it mean nothing, as in LaTeX."""
    match exponent:
        case Number() | Group(sign="{", items=(Number(),)):
            return True
    return False


def _split(node: Node) -> Node | None:
    """What is split, if the node is a split."""
    if not isinstance(node, Call) or not isinstance(node.function, Name):
        return None
    return node.argument.items[0] if vocabulary.function(node.function.text) == "split" else None
