"""Names that are taken as they stand, whatever their letters would else mean."""

from __future__ import annotations

from collections.abc import Iterable

from formula2net.language.notation import vocabulary


class KnownNames:
    """The names that are known at one place of the text; a block knows those around it.

    Args:
        names: Those that are known from the start.

    Attributes:
        declaring: Whether a declaration is being read: each name in it is known from there on.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.declaring = False
        self._blocks = [{*vocabulary.UNDERSCORED, *names}]  # one set for each block around

    def head(self, run: str) -> str:
        """The name that letters, digits and underscores begin with, or nothing."""
        if self.declaring:
            self._blocks[-1].add(run)
            return run
        end = len(run)
        while end > 0:  # a known name may be followed by a subscript
            if run[:end] in self._blocks[-1]:
                return run[:end]
            end = run.rfind("_", 0, end)
        return ""

    def open_block(self) -> None:
        """What is declared from here on is known in this block only."""
        self._blocks.append(set(self._blocks[-1]))
        self.declaring = False

    def close_block(self) -> None:
        """Forgets what was declared in the block."""
        self._blocks.pop()
