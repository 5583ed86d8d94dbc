"""Numerical schemes as networks: the explicit Runge-Kutta methods, and Adams-Bashforth.

They are read from the tables of `tableaux.py` and of `language/multistep.py`. A method's order is
proved when its network is asked for, not when its name is listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from formula2net.formulas.entry import Entry
from formula2net.formulas.tableaux import load_tableau, tableau_data
from formula2net.language.recursion import Recursion
from formula2net.language.schemes.multistep import METHODS

HAIRER: Final = (
    "E. Hairer, S. P. Norsett and G. Wanner (1993). "
    "Solving Ordinary Differential Equations I, III.1"
)


def scheme_entries() -> tuple[Entry, ...]:
    """All schemes that make a network and have no entry elsewhere."""
    runge_kutta = [
        _runge_kutta(name, method)
        for name, method in tableau_data().items()
        if method["kind"] == "explicit" and method["order"] is not None
    ]
    multistep = [_adams(name) for name in METHODS if name.startswith("adams")]
    return (*runge_kutta, *multistep)


def _runge_kutta(name: str, method: Mapping[str, Any]) -> Entry:
    order, blocks = method["order"], method["stages"]
    several = "block" if blocks == 1 else "blocks"
    return Entry(
        name,
        title=f"Runge-Kutta {name}",
        source="{author} ({year}). {title}. {where}".format(**method["source"]),
        summary=f"Explicit Runge-Kutta method of order {order}, at most {blocks} {several} a step.",
        build=partial(_network_of, name),
    )


def _adams(name: str) -> Entry:
    order = METHODS[name].order
    return Entry(
        name,
        title=f"Adams-Bashforth {order}",
        source=f"F. Bashforth and J. C. Adams (1883); {HAIRER}",
        summary=f"Linear multistep method of order {order}: blocks at the last {order} states.",
        build=METHODS[name].recursion,
    )


def _network_of(name: str) -> Recursion:
    return load_tableau(name).recursion()
