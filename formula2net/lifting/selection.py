"""Which modules are blocks, transitions, activations, stem or head: what the user says."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any, Final

from torch import nn
from torch.fx import Node

from formula2net.errors import LiftError, Problem
from formula2net.lifting.operations import name_of
from formula2net.lifting.origin import Call, calls_of

Predicate = Callable[[str, nn.Module], bool]
Selector = type[nn.Module] | str | Predicate
Selectors = Selector | Iterable[Selector] | None

BLOCK, TRANSITION, ACTIVATION = "block", "transition", "activation"
STEM, HEAD = "stem", "head"
SHOWN: Final = 12  # names that a message lists


class Selection:
    """The roles of modules, and of functions that are activations.

    Args:
        module: the whole.
        functions: names of the functions that it calls.
        chosen: for a role what selects its modules; None where nothing is said.

    Attributes:
        modules: all modules by name.
        given: the roles for which something is said.

    Raises:
        LiftError: a selector selects nothing, or is none.
    """

    def __init__(
        self, module: nn.Module, functions: Container[str], chosen: Mapping[str, Selectors]
    ) -> None:
        self.modules = {name: part for name, part in module.named_modules() if name}
        self.given = frozenset(role for role, said in chosen.items() if said is not None)
        self._roles: dict[str, str] = {}
        self._functions: set[str] = set()
        for role, selectors in chosen.items():
            for selector in _listed(selectors):
                if role == ACTIVATION and isinstance(selector, str) and selector in functions:
                    self._functions.add(selector)
                else:
                    self._select(role, selector)

    def run_of(self, node: Node) -> tuple[Call, str] | None:
        """The outermost call of a selected module that an operation belongs to, and its role."""
        for call in calls_of(node):
            if call.name in self._roles:
                return call, self._roles[call.name]
        if name_of(node) in self._functions:
            return Call(node.name, ""), ACTIVATION
        return None

    def _select(self, role: str, selector: Selector) -> None:
        names = [name for name, part in self.modules.items() if _fits(selector, name, part)]
        if not names:
            raise _nothing(role, selector, self.modules)
        for name in names:
            known = self._roles.setdefault(name, role)
            if known != role:
                raise LiftError(Problem(f"{name} is selected as {known} and as {role}."))


def _listed(selectors: Selectors) -> list[Selector]:
    if selectors is None:
        return []
    if isinstance(selectors, str | type) or callable(selectors):
        return [selectors]
    return list(selectors)


def _fits(selector: Any, name: str, module: nn.Module) -> bool:
    if isinstance(selector, str):
        return fnmatchcase(name, selector)
    if isinstance(selector, type):
        return isinstance(module, selector)
    if callable(selector):
        return bool(selector(name, module))
    expected = "a class, a pattern of names, or a function of name and module"
    raise LiftError(Problem(f"{selector!r} selects no module.", expected=expected))


def _nothing(role: str, selector: Any, modules: Iterable[str]) -> LiftError:
    names = list(modules)
    got = ", ".join(names[:SHOWN]) + (", ..." if len(names) > SHOWN else "")
    shown = selector.__name__ if isinstance(selector, type) else selector
    return LiftError(Problem(f"No module is selected as {role} by {shown!r}.", got=got or "none"))
