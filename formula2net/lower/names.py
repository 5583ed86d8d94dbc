"""Names in a network's code: they come from the formula (design 10)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from keyword import iskeyword
from unicodedata import normalize

from torch.fx import GraphModule

from formula2net.blocks import FUNCTIONS
from formula2net.errors import FormulaError, Problem
from formula2net.ir.ops import Input, Slice, Value
from formula2net.ir.program import Program, state_name

STEM, HEAD, TRANSITION, INPUT = "stem", "head", "transition_", "x"
CLASSIFIER = f"{HEAD}.fc"  # the linear layer that gives the classes
RESERVED = frozenset({STEM, HEAD, *FUNCTIONS})
NORM = re.compile(r"(^|\.)norm\d*(_m?\d+)*$")  # what is called so is a norm, and no block
ATTRIBUTES = frozenset({"training", "meta", "spec"})

# What fx calls the parts of a long sum; no value of a formula is called so, and the path reader
# tells by it where an equation ends.
PARTIAL = re.compile(r"(add|sub|mul|neg)(_\d+)?")


def node_names(program: Program) -> dict[Value, str]:
    """A unique identifier for every value that the output depends on.

    A state has its own name (``X_3``), an application, gate, activation or transition that of its
    letter (``W_3``, ``gate__2``), a part that of the whole (``X_0_2of8``), and what only stands in
    an argument that of its reader (``W_3_in``).
    """
    names = _Names()
    live = sorted(program.live)
    for value in live:
        key = program.state_of(value)
        letter = program.letters.get(value)
        op = program.ops[value]
        if key is not None:
            names.give(value, state_name(key))
        elif letter is not None:
            names.give(value, letter.replace(".", "_").replace("@", "__"))
        elif isinstance(op, Input):
            names.give(value, op.name)
        elif isinstance(op, Slice) and op.arg in names.given:
            names.give(value, f"{names.given[op.arg]}_{op.part}of{op.parts}")
    wanted = dict(names.given)
    reader = {read: value for value in reversed(live) for read in program.ops[value].operands}
    for value in reversed(live):  # readers first
        wanted.setdefault(value, f"{wanted[reader[value]]}_in" if value in reader else "out")
    for value in live:
        if value not in names.given:
            names.give(value, wanted[value])
    return names.given


class _Names:
    """Gives out identifiers, each once."""

    def __init__(self) -> None:
        self.given: dict[Value, str] = {}
        self._taken = {STEM, HEAD, INPUT}

    def give(self, value: Value, wanted: str) -> None:
        if PARTIAL.fullmatch(wanted):
            wanted += "_"
        name, number = wanted, 1
        while name in self._taken:
            number += 1
            name = f"{wanted}__{number}"
        self._taken.add(name)
        self.given[value] = name


def check_names(program: Program, scalars: Iterable[str], network: type = GraphModule) -> None:
    """Refuses names that a module cannot have.

    Args:
        program: names the blocks.
        scalars: names of the trainable scalars.
        network: the class of the network, whose attributes are no names of blocks.

    Raises:
        FormulaError: a name is reserved, taken by `torch.nn.Module` or the network, or used twice.
    """
    applied = (op.block for value, op in program.applications() if value in program.live)
    blocks, scalars = dict.fromkeys(applied), dict.fromkeys(scalars)
    formulas = {name[:dot] for name in blocks for dot, sign in enumerate(name) if sign == "."}
    twice = {
        **dict.fromkeys(scalars.keys() & (blocks.keys() | formulas), "a scalar"),
        **dict.fromkeys(formulas & blocks.keys(), "a formula used as a block"),
    }
    problems = [
        *_unusable([*blocks, *scalars], network),
        *(Problem(f"{name} is the name of a block and of {what}.") for name, what in twice.items()),
    ]
    if problems:
        raise FormulaError(*problems)


def _unusable(names: Iterable[str], network: type) -> Iterator[Problem]:
    for name in names:
        first, *rest = name.split(".")
        if first in RESERVED or first.startswith(TRANSITION) or NORM.search(name):
            what = f"{name} is a reserved name: no block or scalar may have it."
            taken = ", ".join(sorted({*RESERVED, "norm"}))
            yield Problem(what, expected=f"none of {taken}, {TRANSITION}...")
        elif first in ATTRIBUTES or hasattr(GraphModule, first):
            yield Problem(f"{name} cannot name a module: every torch module has that attribute.")
        elif hasattr(network, first):
            yield Problem(f"{name} cannot name a module: every network has that attribute.")
        elif not all(map(_is_plain, (first, *rest))):
            yield Problem(f"{name} cannot name a module: Python does not read it as a name.")


def _is_plain(part: str) -> bool:
    """Whether Python reads the text as a name, and as just this one."""
    return part.isidentifier() and not iskeyword(part) and normalize("NFKC", part) == part
