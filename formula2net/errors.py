"""The exception tree. Every error lists all the problems that were found at once.

A problem says what is wrong, shows the formula with a caret below the culprit, what was got and
what was expected, and one line to try:

    X[i] is defined by itself.
      X[i] = (1 + W[i])*X[i - 1] + W[i](X[i])
                                        ^^^^
      got lag 0; expected X[i - 1], X[i - 2], ...
      try: an implicit scheme needs a solver
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

INDENT: Final = "  "


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and where.

    Attributes:
        what: One sentence that names the culprit.
        formula: The text the problem is in; may have several lines.
        span: Half-open range of characters of `formula` to underline; an empty range marks one
            character, so the end of the text can be pointed at.
        got: What was found, as it continues "got ...".
        expected: What would be right, as it continues "expected ...".
        try_: One line with the spelling or the call to use instead.
    """

    what: str
    formula: str = ""
    span: tuple[int, int] | None = None
    got: str = ""
    expected: str = ""
    try_: str = ""

    def __str__(self) -> str:
        lines = [self.what, *(INDENT + line for line in self._quoted())]
        facts = [f"got {self.got}"] if self.got else []
        facts += [f"expected {self.expected}"] if self.expected else []
        if facts:
            lines.append(INDENT + "; ".join(facts))
        if self.try_:
            lines.append(f"{INDENT}try: {self.try_}")
        return "\n".join(lines)

    def _quoted(self) -> list[str]:
        """The formula's lines, with carets below the line in which the span begins."""
        if not self.formula:
            return []
        # A tab would move what follows it, but not the carets in the line below.
        lines = self.formula.replace("\t", " ").split("\n")
        if self.span is None:
            return lines
        start = max(0, min(self.span[0], len(self.formula)))
        number = self.formula.count("\n", 0, start)
        column = start - (self.formula.rfind("\n", 0, start) + 1)
        room = len(lines[number]) - column
        carets = max(1, min(self.span[1] - start, room))
        return [*lines[: number + 1], " " * column + "^" * carets, *lines[number + 1 :]]


class Formula2NetError(Exception):
    """Root of all errors of this library.

    Args:
        problems: What is wrong; a string stands for a problem without a formula.

    Attributes:
        problems: The same, as a tuple of `Problem`.
    """

    def __init__(self, *problems: Problem | str) -> None:
        super().__init__(*problems)
        self.problems: tuple[Problem, ...] = tuple(
            Problem(item) if isinstance(item, str) else item for item in problems
        )

    def __str__(self) -> str:
        return "\n\n".join(str(problem) for problem in self.problems)


class FormulaError(Formula2NetError):
    """A recursion that does not define a network: implicit, incomplete or of mixed sorts."""


class NotationError(Formula2NetError):
    """Text that is not in the notation; the caret stands below the first wrong character."""


class TableauError(Formula2NetError):
    """Coefficients of a scheme that are malformed or miss the order they claim."""


class ShapeError(Formula2NetError):
    """Widths or resolutions that do not fit; the message names the numbers."""


class PathCountError(Formula2NetError):
    """Path counts that differ from what was promised or computed, or exceed a limit."""


class PassError(Formula2NetError):
    """A pass that was handed, or has returned, an invalid or a different program."""


class BlockError(Formula2NetError):
    """A block, transition or option that is unknown, or does not keep its contract."""


class LiftError(Formula2NetError):
    """A module that cannot be read back as a program; the message names the line of its code."""
