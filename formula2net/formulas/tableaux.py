"""The Runge-Kutta methods of the literature, by name, exact and cited.

`data/tableaux.json` has for each method its numbers, where they were published (`source`) and where
they were taken from (`provenance`). `rk4` is the classic method and `rk38` the 3/8 rule, which some
software calls rk4.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from formula2net.errors import Problem, TableauError
from formula2net.language.schemes.tableau import ButcherTableau


def list_tableaux() -> tuple[str, ...]:
    """Names of all methods, aliases left out, from euler to the implicit ones."""
    return tuple(_methods())


def tableau_data() -> Mapping[str, Mapping[str, Any]]:
    """The data of each method by name: numbers as text, source, provenance, notes; none proved."""
    return MappingProxyType(_methods())


def load_tableau(name: str) -> ButcherTableau:
    """A method of the literature; its order is proved when it is loaded first.

    Implicit methods and `dormand_prince87_published` (decimals in the guise of fractions: it has
    no exact order) load as data, and refuse to become a network.

    Args:
        name: Name or alias; case does not count, and `-` or a space stands for `_`.

    Raises:
        TableauError: If there is no such method; lists the nearest names.
    """
    names = _names()
    found = names.get(_plain(name))
    if found is None:
        near = get_close_matches(_plain(name), names, n=3) or list_tableaux()
        raise TableauError(Problem(f"There is no tableau {name!r}.", try_=", ".join(near)))
    return _load(found)


@cache
def _load(name: str) -> ButcherTableau:
    method = _methods()[name]
    source = method["source"]
    return ButcherTableau(
        *(method[key] for key in ("A", "b", "c", "b_hat")),
        order=method["order"],
        embedded_order=method["embedded_order"],
        name=name,
        source="{author} ({year}). {title}. {where}".format(**source),
    )


@cache
def _methods() -> dict[str, dict[str, Any]]:
    text = (files(__package__) / "data" / "tableaux.json").read_text(encoding="utf-8")
    return {method["name"]: method for method in json.loads(text)["methods"]}


@cache
def _names() -> dict[str, str]:
    """From every name and alias, in plain spelling, to the name."""
    return {
        _plain(alias): name
        for name, method in _methods().items()
        for alias in (name, *method["aliases"])
    }


def _plain(name: str) -> str:
    return name.strip().lower().replace("-", "_").replace(" ", "_")
