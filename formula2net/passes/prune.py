"""Drops the values that the output does not depend on."""

from __future__ import annotations

from dataclasses import dataclass

from formula2net.ir.program import Program


@dataclass(frozen=True, slots=True)
class Prune:
    """Keeps only what is on the way to the output; states that are not lose their entry."""

    name: str = "prune"

    def run(self, program: Program) -> Program:
        """The program without its dead values."""
        new = {old: number for number, old in enumerate(sorted(program.live))}
        return Program(
            ops=tuple(program.ops[old].relabel(new) for old in new),
            output=new[program.output],
            states={key: new[value] for key, value in program.states.items() if value in new},
        )
