"""Options by name: one lookup, one error for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TypeVar

from formula2net.errors import BlockError, Problem

T = TypeVar("T")


def choose(what: str, name: object, table: Mapping[str, T]) -> T:
    """Entry of a table.

    Args:
        what: What the table holds, for the message: "block", "norm", ...
        name: Key that the user gave.
        table: Where it should be.

    Raises:
        BlockError: If it is not there; lists the names, and the nearest one.
    """
    if isinstance(name, str) and name in table:
        return table[name]
    near = get_close_matches(str(name), table, n=1)
    raise BlockError(
        Problem(
            f"Unknown {what}: {name!r}.",
            expected=f"one of {', '.join(sorted(table))}, or a callable",
            try_=repr(near[0]) if near else "",
        )
    )
