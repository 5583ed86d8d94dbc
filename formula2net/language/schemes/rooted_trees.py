"""Rooted trees, one for each order condition of a Runge-Kutta method.

Notation, densities and symmetries as in Hairer, Norsett, Wanner, Solving Ordinary Differential
Equations I, II.2: `τ` is the tree of one vertex, and `[t1,t2]` has a root with subtrees t1 and t2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain, count, groupby
from math import factorial, prod


@dataclass(frozen=True, slots=True, order=True)
class RootedTree:
    """A rooted tree; the order of its subtrees has no meaning.

    Attributes:
        children: The subtrees at the root, kept sorted.
    """

    children: tuple[RootedTree, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "children", tuple(sorted(self.children)))

    @property
    def order(self) -> int:
        """Number of vertices."""
        return 1 + sum(child.order for child in self.children)

    @property
    def density(self) -> int:
        """γ(t): the order of the tree times the densities of its subtrees."""
        return self.order * prod(child.density for child in self.children)

    @property
    def symmetry(self) -> int:
        """σ(t): in how many ways the tree can be mapped onto itself."""
        alike = [(child, len(list(group))) for child, group in groupby(self.children)]
        return prod(factorial(n) * child.symmetry**n for child, n in alike)

    def __str__(self) -> str:
        return "[" + ",".join(map(str, self.children)) + "]" if self.children else "τ"

    def weight_text(self) -> str:
        """The elementary weight as a sum over repeated indices, `b_i*c_i*a_ij*c_j` for [τ,[τ]]."""
        letters = chain("ijklmnopqrstuvwxyz", (f"({n})" for n in count(19)))

        def below(tree: RootedTree, index: str) -> Iterator[str]:
            leaves = tree.children.count(LEAF)
            if leaves:
                yield f"c_{index}" + (f"^{leaves}" if leaves > 1 else "")
            for child in tree.children[leaves:]:
                inner = next(letters)
                yield f"a_{index}{inner}"
                yield from below(child, inner)

        root = next(letters)
        return "*".join([f"b_{root}", *below(self, root)])


LEAF = RootedTree()


@cache
def rooted_trees(order: int) -> tuple[RootedTree, ...]:
    """All rooted trees of this order (1, 1, 2, 4, 9, 20, 48, 115, ... of them), bushy ones first.

    Every tree of n vertices is one of n - 1 vertices with a leaf added somewhere.
    """
    if order < 1:
        return ()
    if order == 1:
        return (LEAF,)
    return tuple(sorted({new for tree in rooted_trees(order - 1) for new in _with_leaf(tree)}))


def _with_leaf(tree: RootedTree) -> Iterator[RootedTree]:
    yield RootedTree((*tree.children, LEAF))
    for k, child in enumerate(tree.children):
        others = tree.children[:k] + tree.children[k + 1 :]
        yield from (RootedTree((*others, grown)) for grown in _with_leaf(child))
