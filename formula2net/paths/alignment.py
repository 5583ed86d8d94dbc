"""One spelling for the words of two programs, so that equal words look alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from formula2net.ir.fingerprint import Fingerprints
from formula2net.ir.ops import Apply, Hadamard, Input, Op, Value
from formula2net.ir.program import Program
from formula2net.paths.isomorphism import Coloured

Letters = Mapping[Value, str]


@dataclass(frozen=True)
class Side:
    """A program, and the letters of its values where they are not the program's own."""

    program: Program
    letters: Letters


def block_names(
    programs: tuple[Program, Program],
    networks: tuple[Coloured, Coloured],
    match: Mapping[int, int] | None,
) -> dict[str, str]:
    """What the blocks of the second program are called in the first.

    The same where both use the same names; else as their networks match, or in order of first use.
    """
    first, second = (program.blocks for program in programs)
    if set(first) == set(second):
        return {}
    if match is None:
        return dict(zip(second, first, strict=True)) if len(first) == len(second) else {}
    names = {node: name for name, node in networks[1].blocks.items()}
    return {names[match[node]]: name for name, node in networks[0].blocks.items()}


def aligned(first: Program, second: Program, names: Mapping[str, str]) -> tuple[Side, Side]:
    """Both programs with their letters.

    The second has the first's names of blocks; the arguments of gates stand in an order that
    depends on what they are; applications of a tied block that have equal reduced arguments have
    the same number in both.

    Args:
        first: a program.
        second: another one.
        names: from blocks of the second to blocks of the first.
    """
    first, second = _plain(first, {}), _plain(second, names)
    prints, others = _prints(first), _prints(second)
    letters = dict(first.letters)
    known = {prints[value]: letter for value, letter in letters.items()}
    return (
        Side(_sorted_gates(first, prints), letters),
        Side(_sorted_gates(second, others), dict(_matched(second.letters, others, known))),
    )


def _matched(
    letters: Letters, prints: Fingerprints, known: Mapping[int, str]
) -> Iterator[tuple[Value, str]]:
    """The letters of the first program where it has the value too, else names that are free."""
    taken = {known[prints[value]] for value in letters if prints[value] in known}
    for value, letter in letters.items():
        if prints[value] in known:
            yield value, known[prints[value]]
            continue
        stem = letter.partition("@")[0]
        names = (letter, *(f"{stem}@{k}" for k in range(2, len(letters) + 2)))
        name = next(name for name in names if name not in taken)
        taken.add(name)
        yield value, name


def _plain(program: Program, names: Mapping[str, str]) -> Program:
    """The program with other names of blocks, and with its input under one name."""

    def renamed(op: Op) -> Op:
        if isinstance(op, Apply):
            return replace(op, block=names.get(op.block, op.block))
        return replace(op, name="input") if isinstance(op, Input) else op

    return Program(tuple(map(renamed, program.ops)), program.output, program.states)


def _prints(program: Program) -> Fingerprints:
    prints = Fingerprints("exact")
    for op in program.ops:
        prints.append(op)
    return prints


def _sorted_gates(program: Program, prints: Fingerprints) -> Program:
    ops = tuple(
        Hadamard(tuple(sorted(op.args, key=prints.__getitem__))) if isinstance(op, Hadamard) else op
        for op in program.ops
    )
    return Program(ops, program.output, program.states)
