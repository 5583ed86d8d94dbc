"""Where an operation comes from: calls of modules, and a line of the user's code."""

from __future__ import annotations

import linecache
import re
import sysconfig
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from traceback import extract_tb
from typing import Final

import torch
from torch.fx import Node

from formula2net.errors import Problem

FRAME: Final = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>\d+)')
TOOLS: Final = (str(Path(torch.__file__).parent), str(Path(__file__).parent))
STANDARD: Final = sysconfig.get_path("stdlib")
PACKAGES: Final = "site-packages"


@dataclass(frozen=True)
class Call:
    """A call of a module.

    Attributes:
        key: tells it from other calls of the same module.
        name: of the module.
    """

    key: str
    name: str


def calls_of(node: Node) -> Iterator[Call]:
    """The calls of modules in which an operation is done, the outermost first."""
    for key, (name, _) in (node.meta.get("nn_module_stack") or {}).items():
        if name:
            yield Call(key, name)


def line_of(node: Node) -> str:
    """The line of the user's code that an operation comes from; empty if it is not known."""
    frames = FRAME.findall(node.meta.get("stack_trace") or "")
    return _line([(file, int(line)) for file, line in frames])


def line_of_error(error: Exception) -> str:
    """The line of the user's code that raised an error; empty if it is not known."""
    frames = extract_tb(error.__traceback__)
    return _line([(frame.filename, frame.lineno or 0) for frame in frames])


def at_line(what: str, node: Node, **facts: str) -> Problem:
    """A problem that shows the line of the user's code."""
    return Problem(what, formula=line_of(node), **facts)


def _line(frames: Sequence[tuple[str, int]]) -> str:
    """The last line that is the user's own, with its place; else of a library of networks."""
    found = [(file, number) for file, number in frames if not _is_tool(file)]
    own = [(file, number) for file, number in found if PACKAGES not in file]
    for file, number in reversed(own or found):
        return f"{Path(file).name}:{number}: {linecache.getline(file, number).strip()}"
    return ""


def _is_tool(file: str) -> bool:
    """Whether a file is torch's, this library's, or Python's own."""
    return file.startswith(TOOLS) or (file.startswith(STANDARD) and PACKAGES not in file)
