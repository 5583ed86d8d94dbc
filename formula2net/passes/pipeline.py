"""Passes: Program -> Program, one pass a file, valid in and valid out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, runtime_checkable

from formula2net.errors import PassError, Problem
from formula2net.ir.program import Program


@runtime_checkable
class Pass(Protocol):
    """What a pass is: a frozen dataclass whose fields are its options."""

    @property
    def name(self) -> str:
        """What messages call it."""

    def run(self, program: Program) -> Program:
        """The new program; the old one is not changed."""


After = Callable[[Pass, Program, Program], None]


def run_passes(program: Program, passes: Iterable[Pass], after: After | None = None) -> Program:
    """Runs passes in order.

    Args:
        program: a verified program.
        passes: the passes.
        after: called after each with the pass, the program before and the program after; to print,
            or to check what the pass must keep.

    Raises:
        PassError: something is no pass, or a pass returned an invalid program.
    """
    for each in passes:
        if not isinstance(each, Pass):
            raise PassError(
                Problem(f"{each!r} is no pass.", expected="an object with a name and run(program)")
            )
        before, program = program, _valid(each, each.run(program))
        if after is not None:
            after(each, before, program)
    return program


def _valid(each: Pass, result: Program) -> Program:
    if not isinstance(result, Program):
        raise PassError(
            Problem(f"The pass {each.name} returned no program.", got=type(result).__name__)
        )
    try:
        return result.verify()
    except PassError as error:
        raise PassError(f"The pass {each.name} broke the program: {error}") from error
