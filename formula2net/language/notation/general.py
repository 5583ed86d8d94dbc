"""General formulas as text: sums over products of blocks, `sum(prod(W[L-j], j=0..k-1), k=1..m)`.

A general formula is a value without a left-hand side, in the free indices L and m: the paths that
are wanted, and not how they come about.
"""

from __future__ import annotations

from sympy import Expr, Product

from formula2net.language.notation.declarations import Given
from formula2net.language.notation.faults import Source
from formula2net.language.notation.names.statements import Statements
from formula2net.language.notation.parsing import scope_of
from formula2net.language.notation.tree import syntax as st
from formula2net.language.notation.tree.clauses import read_limits
from formula2net.language.notation.tree.reading import read
from formula2net.language.notation.values.builder import Values
from formula2net.language.symbols import Index

PRODUCTS = ("prod", "product", "Prod", "Product")
EXAMPLE = "1 + sum(prod(W[L-j], j=0..k-1), k=1..m)"


class GeneralValues(Values):
    """Builds general formulas, which have products over ranges besides all else."""

    def value(self, node: st.Node) -> Expr:
        """The expression that a node spells."""
        match node:
            case st.Call(_, st.Name(_, name), argument) if name in PRODUCTS:
                return self._range_product(argument)
        return super().value(node)

    def _range_product(self, group: st.Group) -> Expr:
        limits = read_limits(group.items[1:])
        if not limits or len(limits) > 1:
            what = "A product needs a value and the range of its index."
            raise self.error(what, group, try_="prod(W[L-j], j = 0..m-1)")
        inner, bound = self.bound(limits[0])
        return Product(inner.value(group.items[0]), bound)


def parse_general(text: str) -> Expr:
    """Reads a general formula in the free indices L and m.

    Raises:
        NotationError: If the text is none; a caret points at the character.
    """
    source = Source(text)
    nodes = read(source, ("L", "m"))
    (items,) = nodes if len(nodes) == 1 else (None,)
    if not isinstance(items, st.Items) or len(items.items) != 1:
        raise source.error("A general formula is one value.", (0, 1), try_=EXAMPLE)
    kinds = dict.fromkeys(("L", "m"), "index")
    scope = scope_of(source, Statements(), Given(kinds, {}), nodes)
    env = {name: Index(name) for name in ("L", "m")}
    return GeneralValues(scope, env).value(items.items[0])
