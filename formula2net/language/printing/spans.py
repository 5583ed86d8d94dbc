"""Text that knows where each part stands in it.

A part is named by its path: the positions of the arguments that lead to it. Carets of errors are
put below the span of a path.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from sympy import Basic, Expr, sstr
from sympy.printing.precedence import PRECEDENCE, precedence

from formula2net.language.printing.binding import SUM, binding

Path: TypeAlias = tuple[int, ...]
Spans: TypeAlias = dict[Path, tuple[int, int]]
Write: TypeAlias = "Callable[[Writer, Basic, Path, bool], None]"


def span_at(spans: Spans, path: Path) -> tuple[int, int] | None:
    """The span of a path, or of the smallest printed part around it."""
    while path and path not in spans:
        path = path[:-1]
    return spans.get(path)


class Writer:
    """Collects text and the spans of the parts in it.

    Args:
        kinds: What writes the parts of each kind; all others are SymPy's to write.
    """

    def __init__(self, kinds: Mapping[type, Write]) -> None:
        self.kinds = kinds
        self.pieces: list[str] = []
        self.length = 0
        self.spans: Spans = {}

    def put(self, text: str) -> None:
        """Appends text."""
        self.pieces.append(text)
        self.length += len(text)

    def node(self, expr: Basic, path: Path, level: int, minus: bool = True) -> None:
        """Writes a part, in parentheses if it binds weaker than `level`.

        Without `minus` a leading minus sign is left out: the sum around it has written it.
        """
        parentheses = minus and binding(expr) < level
        if parentheses:
            self.put("(")
        start = self.length
        write = next((write for kind, write in self.kinds.items() if isinstance(expr, kind)), None)
        if write is not None:
            write(self, expr, path, minus)
        else:
            self.put(plain(expr if minus else -expr))
        self.spans[path] = (start, self.length)
        if parentheses:
            self.put(")")

    def listed(self, parts: Sequence[Basic], path: Path, first: int = 0) -> None:
        """Writes arguments between commas, from the one at the place `first` on."""
        for place, part in enumerate(parts, start=first):
            if place > first:
                self.put(", ")
            self.node(part, (*path, place), SUM)

    def number(self, number: Expr, path: Path, strict: bool = False) -> None:
        """Writes a factor, or what is divided by if `strict`."""
        limit = PRECEDENCE["Pow"] if strict else PRECEDENCE["Mul"]
        text = plain(number)
        weak = precedence(number) < limit
        start = self.length
        self.put(f"({text})" if weak else text)
        self.spans[path] = (start, self.length)


def plain(expr: Basic) -> str:
    """The text of what SymPy writes."""
    return str(sstr(expr, full_prec=False))
