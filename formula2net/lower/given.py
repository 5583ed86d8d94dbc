"""What stands for a network in a call of this folder."""

from __future__ import annotations

from typing import Any

from formula2net.errors import Formula2NetError, Problem
from formula2net.lower.network import Network


def as_network(given: Any) -> Network:
    """The network that is meant; of one that `torch.compile` has wrapped, the one inside.

    Raises:
        Formula2NetError: it is no network.
    """
    found = getattr(given, "_orig_mod", given)
    if not isinstance(found, Network):
        what = f"This {type(found).__name__} is no network."
        expected, hint = "a network, as compile gives it", "compile(formula, backbone)"
        raise Formula2NetError(Problem(what, expected=expected, try_=hint))
    return found
