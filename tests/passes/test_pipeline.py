"""Passes keep paths; what is no pass, or breaks a program, is refused."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings

from formula2net.errors import PassError
from formula2net.ir.builder import Builder
from formula2net.ir.ops import Apply
from formula2net.ir.program import Program
from formula2net.passes.pipeline import Pass, run_passes
from formula2net.passes.prune import Prune
from formula2net.paths.compare import compare
from formula2net.paths.polynomial import PathPolynomial
from tests.paths.programs import Recipe, build, recipes


@dataclass(frozen=True)
class Returns:
    """A pass that returns what it is told to."""

    result: object
    name: str = "returns"

    def run(self, program: Program) -> object:
        return self.result


@settings(max_examples=200)
@given(recipes)
def test_pruning_keeps_words_and_drops_what_is_dead(recipe: Recipe) -> None:
    program = build(recipe, tied=0)
    pruned = Prune().run(program).verify()
    assert pruned.live == set(range(len(pruned)))
    for view in ("paper", "exact"):
        before, after = (PathPolynomial(p, view=view) for p in (program, pruned))
        assert before.by_length() == after.by_length()
    assert compare(program, pruned).equal_wiring


def test_passes_run_in_order_and_are_reported() -> None:
    builder = Builder()
    used = builder.apply(Apply("W", builder.input("X_0")))
    builder.apply(Apply("V", used))
    program = builder.finish(used, {})
    seen: list[tuple[str, int, int]] = []

    def after(each: Pass, before: Program, result: Program) -> None:
        seen.append((each.name, len(before), len(result)))

    result = run_passes(program, [Prune(), Returns(program), Prune("again")], after)
    assert seen == [("prune", 3, 2), ("returns", 2, 3), ("again", 3, 2)]
    assert len(result) == 2
    assert run_passes(program, []) is program


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (Returns(None), "The pass returns returned no program"),
        (Returns(Program((Apply("W", 0),), 0, {})), "The pass returns broke the program: value 0"),
        (print, "is no pass"),
    ],
    ids=["nothing", "a broken program", "a function"],
)
def test_wrong_passes(wrong: object, message: str) -> None:
    program = build([(0, 0, 0, 0)])
    with pytest.raises(PassError, match=message):
        run_passes(program, [wrong])  # type: ignore[list-item]
